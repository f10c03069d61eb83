// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "supervision/local_engine.h"

#include "api/frame_mailbox.h"
#include "codec/json_reader.h"
#include "config/plugin_folders.h"
#include "runtime/wall_clock.h"
#include "supervision/audit_desk.h"
#include "supervision/frame_publisher.h"
#include "supervision/session_archive.h"
#include "supervision/session_view.h"
#include "supervision/swarm_memory.h"

#include <QtCore/QFileInfo>
#include <QtCore/QJsonDocument>
#include <QtCore/QPointer>
#include <QtCore/QPromise>

#include <chrono>

namespace coinswarm::supervision {

namespace {

Error engineGone()
{
    return Error{ErrorKind::Unavailable, "the engine has stopped or is overloaded; try again"};
}

class ConnectedHandle final : public api::Handle
{};

class LocalEngine final : public api::Engine
{
public:
    LocalEngine(std::unique_ptr<plugins::PluginHost> plugins, std::unique_ptr<SwarmMemory> memory,
                std::unique_ptr<runtime::Session> session, const config::Configuration &configuration,
                const config::Paths &paths)
        : m_plugins(std::move(plugins)),
          m_memory(std::move(memory)),
          m_session(std::move(session)),
          m_view(*m_session),
          m_publisher(m_view, m_memory.get()),
          m_archive(configuration, paths, m_view)
    {}

    ~LocalEngine() override
    {
        m_session->stop();
        if (m_memory != nullptr) {
            m_memory->detach();
        }
        if (m_archive.storage() != nullptr) {
            m_archive.finish(runtime::wallNow());
        }
        if (m_session->agentsHang()) {
            // Their threads were left behind and may come back to what the host holds for them.
            (void)m_plugins.release();
        }
    }

    Result<void> start()
    {
        if (!m_archive.opened().ok()) {
            return m_archive.opened().error();
        }
        m_archive.begin(*m_session);
        std::vector<runtime::SessionObserver *> observers{&m_view, &m_archive, &m_publisher};
        if (m_memory != nullptr) {
            m_memory->attach(*m_session, *m_archive.storage());
            observers.insert(observers.begin(), m_memory.get());
        }
        m_session->start(std::move(observers));
        return {};
    }

    QFuture<Result<api::SessionInfo>> sessionInfo() override
    {
        return ask<api::SessionInfo>([this](runtime::Session &) { return m_view.info(); });
    }

    QFuture<Result<api::SessionStatus>> status() override
    {
        return ask<api::SessionStatus>([this](runtime::Session &) { return m_view.status(); });
    }

    QFuture<Result<api::Frame>> snapshot() override
    {
        return ask<api::Frame>([this](runtime::Session &) { return m_publisher.fullFrame(); });
    }

    QFuture<Result<std::vector<Candle>>> candles(api::CandleQuery query) override
    {
        return ask<std::vector<Candle>>([this, query](runtime::Session &) { return m_view.candles(query); });
    }

    QFuture<Result<api::Explanation>> explain(OrderId order) override
    {
        auto promise = std::make_shared<QPromise<Result<api::Explanation>>>();
        promise->start();
        QFuture<Result<api::Explanation>> future = promise->future();
        const bool posted = m_session->post([this, order, promise](runtime::Session &session) {
            const Result<api::Explanation> explanation = m_view.explain(order);
            if (explanation.ok()) {
                finish(*promise, explanation);
            } else {
                explainFromStorage(session.name(), order, promise);
            }
        });
        if (!posted) {
            finish<api::Explanation>(*promise, engineGone());
        }
        return future;
    }

    QFuture<Result<std::vector<api::PluginInfo>>> plugins() override
    {
        // The host belongs to this thread; nothing has to be asked.
        QPromise<Result<std::vector<api::PluginInfo>>> promise;
        promise.start();
        finish<std::vector<api::PluginInfo>>(promise, m_plugins->list());
        return promise.future();
    }

    QFuture<Result<api::SlotPage>> quorumSlots(api::SlotQuery query) override
    {
        auto promise = std::make_shared<QPromise<Result<api::SlotPage>>>();
        promise->start();
        QFuture<Result<api::SlotPage>> future = promise->future();
        withAuditFile<api::SlotPage>(promise, [this, query, promise](const std::string &file) {
            m_audit.readSlots(file, query,
                              [promise](Result<api::SlotPage> read) { finish(*promise, std::move(read)); });
        });
        return future;
    }

    QFuture<Result<api::AuditCheckView>> verifyAudit(bool begin) override
    {
        auto promise = std::make_shared<QPromise<Result<api::AuditCheckView>>>();
        promise->start();
        QFuture<Result<api::AuditCheckView>> future = promise->future();
        withAuditFile<api::AuditCheckView>(promise, [this, begin, promise](const std::string &file) {
            finish<api::AuditCheckView>(*promise, m_audit.check(file, begin));
        });
        return future;
    }

    QFuture<Result<api::SubmittedProposal>> proposeCommittee(api::CommitteeWish wish) override
    {
        return ask<api::SubmittedProposal>([this, wish = std::move(wish)](runtime::Session &session) {
            return m_memory != nullptr ? m_memory->propose(wish, session.engine()) : nobodyDecides();
        });
    }

    QFuture<Result<api::SubmittedProposal>> proposeMembership(std::string change) override
    {
        return ask<api::SubmittedProposal>([this, change = std::move(change)](runtime::Session &) {
            return m_memory != nullptr ? m_memory->proposeMembership(change) : nobodyDecides();
        });
    }

    QFuture<Result<api::Approval>> answerApproval(api::ApprovalAnswer answer) override
    {
        return ask<api::Approval>([answer = std::move(answer)](runtime::Session &session) -> Result<api::Approval> {
            if (!session.engine().failed().empty()) {
                return Error{ErrorKind::Refused, "the engine has stopped: " + session.engine().failed()};
            }
            session.command(answer);
            const trading::ApprovalOutcome &outcome = session.engine().lastAnswer();
            if (outcome.refusal != trading::ApprovalRefusal::None) {
                return Error{ErrorKind::Refused, outcome.text};
            }
            return outcome.approval;
        });
    }

    QFuture<Result<api::HaltReport>> halt(std::string operatorName, std::string reason) override
    {
        return ask<api::HaltReport>(
            [name = std::move(operatorName), reason = std::move(reason)](runtime::Session &session) {
                session.command(engine::event::OperatorHalted{name, reason});
                const trading::HaltOutcome &outcome = session.engine().lastHalt();
                api::HaltReport report;
                report.ordersCancelled = outcome.ordersCancelled + outcome.ordersWithdrawn;
                report.approvalsWithdrawn = outcome.approvalsWithdrawn;
                report.protectiveOrdersKept = outcome.protectiveOrdersKept;
                report.positionsLeftOpen = outcome.positionsLeftOpen;
                report.text = outcome.text;
                return report;
            },
            &runtime::Session::postFirst);
    }

    QFuture<Result<api::SessionStatus>> resume(std::string operatorName) override
    {
        return ask<api::SessionStatus>(
            [this, name = std::move(operatorName)](runtime::Session &session) -> Result<api::SessionStatus> {
                if (const std::string reason = whyNotResume(session); !reason.empty()) {
                    return Error{ErrorKind::Refused, reason};
                }
                session.command(engine::event::OperatorResumed{name});
                const Result<void> &resumed = session.engine().lastResume();
                if (!resumed.ok()) {
                    return resumed.error();
                }
                return m_view.status();
            });
    }

    QFuture<Result<api::SessionStatus>> setPaused(bool paused, std::string operatorName) override
    {
        return ask<api::SessionStatus>([this, paused, name = std::move(operatorName)](runtime::Session &session) {
            session.command(engine::event::OperatorPaused{paused, name});
            return m_view.status();
        });
    }

    QFuture<Result<api::SessionStatus>> setSpeed(double speed) override
    {
        return ask<api::SessionStatus>([this, speed](runtime::Session &session) -> Result<api::SessionStatus> {
            if (!(speed == 0 || (speed >= 0.001 && speed <= 100'000))) {
                return invalid("the speed must be 0 (as fast as possible) or between 0.001 and 100000");
            }
            session.setSpeed(speed);
            return m_view.status();
        });
    }

    QFuture<Result<api::SessionStatus>> setFeedPaused(bool paused) override
    {
        return ask<api::SessionStatus>([this, paused](runtime::Session &session) {
            session.setFeedPaused(paused);
            return m_view.status();
        });
    }

    QFuture<Result<api::SessionStatus>> playUntil(Timestamp time) override
    {
        return ask<api::SessionStatus>([this, time](runtime::Session &session) -> Result<api::SessionStatus> {
            if (const Result<void> begun = session.playUntil(time); !begun.ok()) {
                return begun.error();
            }
            return m_view.status();
        });
    }

    std::unique_ptr<api::Handle> handleFrames(QObject *context,
                                              std::function<void(const api::Frame &)> handler) override
    {
        auto mailbox = std::make_shared<api::FrameMailbox>(context, std::move(handler));
        m_session->post([this, mailbox](runtime::Session &) { m_publisher.add(mailbox); });
        return api::handleFor(std::move(mailbox));
    }

    std::unique_ptr<api::Handle> handleConnection(QObject *context,
                                                  std::function<void(const api::ConnectionState &)> handler) override
    {
        QMetaObject::invokeMethod(
            context,
            [handler = std::move(handler)] {
                handler({true, "in this process", {}});
            },
            Qt::QueuedConnection);
        return std::make_unique<ConnectedHandle>();
    }

private:
    /// What makes trading impossible until a restart.
    std::string whyNotResume(runtime::Session &session) const
    {
        if (!session.engine().failed().empty()) {
            return "the engine has stopped: " + session.engine().failed() + "; restart it";
        }
        if (session.kernel().journalFailed()) {
            return "the journal cannot be written, and nothing is traded unrecorded; mend the disk, then restart";
        }
        if (const std::string failure = m_archive.failure(); !failure.empty()) {
            return "the database cannot be written, and nothing is traded unrecorded: " + failure;
        }
        return {};
    }

    template <class T>
    static void finish(QPromise<Result<T>> &promise, Result<T> result)
    {
        promise.addResult(std::move(result));
        promise.finish();
    }

    /// Runs `answer` in the engine thread and finishes the future with what it returns.
    template <class T, class Answer>
    QFuture<Result<T>> ask(
        Answer answer,
        bool (runtime::Session::*post)(std::function<void(runtime::Session &)>) = &runtime::Session::post)
    {
        auto promise = std::make_shared<QPromise<Result<T>>>();
        promise->start();
        QFuture<Result<T>> future = promise->future();
        const bool posted =
            (m_session.get()->*post)([promise, answer = std::move(answer)](runtime::Session &session) mutable {
                finish<T>(*promise, answer(session));
            });
        if (!posted) {
            finish<T>(*promise, engineGone());
        }
        return future;
    }

    static Result<api::SubmittedProposal> nobodyDecides()
    {
        return Error{ErrorKind::Refused, "memory is off in this session: it has no managers who could decide"};
    }

    /// Calls `use` with where the audit log is, or finishes the promise with why there is none.
    template <class T, class Use>
    void withAuditFile(const std::shared_ptr<QPromise<Result<T>>> &promise, Use use)
    {
        if (m_memory == nullptr) {
            finish<T>(*promise, Error{ErrorKind::Refused, "memory is off in this session: there is no audit log"});
        } else {
            use(m_memory->status().auditFile);
        }
    }

    void explainFromStorage(const std::string &session, OrderId order,
                            std::shared_ptr<QPromise<Result<api::Explanation>>> promise)
    {
        m_archive.storage()->explanation(session, order).then([promise](const Result<std::string> &document) {
            if (!document.ok()) {
                finish<api::Explanation>(*promise, document.error());
                return;
            }
            const QJsonDocument json = QJsonDocument::fromJson(QByteArray::fromStdString(*document));
            finish<api::Explanation>(*promise, codec::fromJson<api::Explanation>(json.object()));
        });
    }

    AuditDesk m_audit; // first: tasks of the session ask it
    std::unique_ptr<plugins::PluginHost> m_plugins;
    std::unique_ptr<SwarmMemory> m_memory; ///< outlives the session, which asks it
    std::unique_ptr<runtime::Session> m_session;
    SessionView m_view;
    FramePublisher m_publisher;
    SessionArchive m_archive;
};

} // namespace

Result<std::unique_ptr<api::Engine>> startLocalEngine(LocalOptions options)
{
    const auto tell = [&options](const char *what) {
        if (options.onProgress) {
            options.onProgress(what);
        }
    };
    tell("looking for plugins");
    if (const Result<void> folders = config::prepareFolders(options.paths); !folders.ok()) {
        return folders.error();
    }
    plugins::PluginHostOptions hostOptions;
    hostOptions.folders = config::pluginFolders(options.paths, options.pluginFolders);
    hostOptions.stateFolder = options.paths.state + "/plugins";
    hostOptions.safeMode = options.safeMode;
    auto plugins = std::make_unique<plugins::PluginHost>(std::move(hostOptions));
    if (const Result<void> scanned = plugins->scan(); !scanned.ok()) {
        return scanned.error();
    }

    const config::SessionPaths places = config::sessionPaths(options.configuration, options.paths);
    const bool continues = !options.fresh && QFileInfo::exists(QString::fromStdString(places.journalFolder));
    tell(continues ? "continuing the session: reading its journal and loading plugins"
                   : "beginning a session: loading plugins and preparing the market");
    std::unique_ptr<SwarmMemory> memory;
    if (options.configuration.memory.enabled) {
        Result<std::unique_ptr<SwarmMemory>> opened = SwarmMemory::open(options.configuration, options.paths, *plugins);
        if (!opened.ok()) {
            return opened.error();
        }
        memory = std::move(opened).value();
    }
    runtime::SessionOptions sessionOptions;
    sessionOptions.memory = memory.get();
    sessionOptions.configuration = options.configuration;
    sessionOptions.configurationHash = options.configurationHash;
    sessionOptions.paths = options.paths;
    sessionOptions.fresh = options.fresh;
    Result<std::unique_ptr<runtime::Session>> session = runtime::Session::open(std::move(sessionOptions), *plugins);
    if (!session.ok()) {
        return session.error();
    }
    tell("opening the database");
    auto engine = std::make_unique<LocalEngine>(std::move(plugins), std::move(memory), std::move(session).value(),
                                                options.configuration, options.paths);
    if (const Result<void> started = engine->start(); !started.ok()) {
        return started.error();
    }
    return std::unique_ptr<api::Engine>(std::move(engine));
}

} // namespace coinswarm::supervision
