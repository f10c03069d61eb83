// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "daemon/daemon.h"

#include "rpc/control_files.h"
#include "supervision/local_engine.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QEventLoop>
#include <QtCore/QFutureWatcher>
#include <QtCore/QUrl>

#include <algorithm>
#include <atomic>

namespace coinswarm::daemon {

namespace {

std::atomic<bool> stopWanted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may set it");

constexpr std::chrono::milliseconds kSignalPoll{100};

template <class T>
Result<T> wait(QFuture<Result<T>> future)
{
    if (!future.isFinished()) {
        QEventLoop loop;
        QFutureWatcher<Result<T>> watcher;
        QObject::connect(&watcher, &QFutureWatcherBase::finished, &loop, &QEventLoop::quit);
        watcher.setFuture(future);
        loop.exec();
    }
    return future.resultCount() == 0 ? Result<T>(Error{ErrorKind::Unavailable, "the engine ended before it answered"})
                                     : future.result();
}

int keepOpen(std::FILE *)
{
    return 0;
}

} // namespace

Daemon::Daemon(DaemonOptions options) : m_options(std::move(options)), m_logFile(stderr, keepOpen)
{
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, QCoreApplication::instance(), &QCoreApplication::quit);
    // A signal handler may do next to nothing; a flag that is looked at works on every platform.
    connect(&m_stopWatch, &QTimer::timeout, this, [] {
        if (stopWanted) {
            QCoreApplication::quit();
        }
    });
}

Daemon::~Daemon() = default;

void Daemon::requestStop()
{
    stopWanted = true;
}

bool Daemon::stopRequested()
{
    return stopWanted;
}

void Daemon::say(const std::string &text) const
{
    std::fputs((text + '\n').c_str(), m_logFile.get());
    std::fflush(m_logFile.get());
}

Result<void> Daemon::start()
{
    const config::Configuration &configuration = m_options.configuration.configuration;
    if (!configuration.log.file.empty()) {
        m_logFile = {std::fopen(configuration.log.file.c_str(), "a"), std::fclose};
        if (m_logFile == nullptr) {
            return Error{ErrorKind::Environment, "cannot write to log.file " + configuration.log.file};
        }
    }
    supervision::LocalOptions local;
    local.configuration = configuration;
    local.configurationHash = config::configurationHash(m_options.configuration);
    local.paths = m_options.paths;
    local.fresh = m_options.fresh;
    local.safeMode = m_options.safeMode;
    local.pluginFolders = m_options.pluginFolders;
    Result<std::unique_ptr<api::Engine>> engine = supervision::startLocalEngine(std::move(local));
    if (!engine.ok()) {
        return engine.error();
    }
    m_engine = std::move(engine).value();
    if (const Result<void> reported = report(); !reported.ok()) {
        return reported;
    }
    if (configuration.control.enabled) {
        if (const Result<void> served = serve(); !served.ok()) {
            return served;
        }
    }
    m_stopWatch.start(kSignalPoll);
    if (m_options.runFor) {
        m_deadline.start(*m_options.runFor);
    }
    return {};
}

Result<void> Daemon::report()
{
    const Result<api::SessionInfo> info = wait(m_engine->sessionInfo());
    if (!info.ok()) {
        return info.error();
    }
    m_session = info->session;
    const config::LogConfiguration &log = m_options.configuration.configuration.log;
    m_report = std::make_unique<ConsoleReport>(*info, m_options.demonstration, log.level, m_options.dataFolderHint,
                                               m_options.demonstration ? stdout : m_logFile.get());
    say("session " + info->session + " (" + std::string(enumName(info->mode)) + "), journal in " + info->journal);
    m_frames = m_engine->handleFrames(this, [this](const api::Frame &frame) { onFrame(frame); });
    return {};
}

Result<void> Daemon::serve()
{
    const config::Configuration &configuration = m_options.configuration.configuration;
    const config::SessionPaths paths = config::sessionPaths(configuration, m_options.paths);
    const Result<std::string> token = rpc::loadOrCreateToken(paths.tokenFile);
    if (!token.ok()) {
        return token.error();
    }
    rpc::RpcServerOptions options;
    options.address = configuration.control.address;
    options.port = configuration.control.port;
    options.token = *token;
    // Who was connected when an engine died looks for it where it was: its address is still written down.
    const Result<rpc::ControlEndpoint> left = rpc::readEndpoint(m_options.paths.state);
    if (options.port == 0 && left.ok()) {
        options.port = static_cast<quint16>(std::max(QUrl(QString::fromStdString(left->url)).port(), 0));
    }
    Result<std::unique_ptr<rpc::RpcServer>> server = rpc::RpcServer::start(*m_engine, options);
    if (!server.ok() && configuration.control.port == 0) {
        options.port = 0;
        server = rpc::RpcServer::start(*m_engine, options);
    }
    if (!server.ok()) {
        return server.error();
    }
    m_server = std::move(server).value();
    const std::string url = m_server->url().toString().toStdString();
    const Result<void> written = rpc::writeEndpoint(
        m_options.paths.state, {url, QCoreApplication::applicationPid(), m_session, paths.tokenFile});
    if (!written.ok()) {
        return written;
    }
    say("control API at " + url + ", token in " + paths.tokenFile);
    say("look at it: coinswarm-cli status" + m_options.dataFolderHint);
    return {};
}

void Daemon::onFrame(const api::Frame &frame)
{
    m_report->onFrame(frame);
    if (frame.status.state == api::RunState::Failed) {
        say("the engine has stopped: " + frame.status.stateReason);
        QCoreApplication::exit(1);
    } else if (frame.status.state == api::RunState::Finished && (m_options.demonstration || m_options.runFor)) {
        QCoreApplication::quit();
    }
}

void Daemon::stop()
{
    m_stopWatch.stop();
    m_deadline.stop();
    m_frames.reset();
    m_server.reset();
    rpc::removeEndpoint(m_options.paths.state, QCoreApplication::applicationPid());
    // Closes the journal.
    m_engine.reset();
    if (m_report != nullptr) {
        std::fputs(('\n' + m_report->summary()).c_str(), m_options.demonstration ? stdout : m_logFile.get());
    }
}

} // namespace coinswarm::daemon
