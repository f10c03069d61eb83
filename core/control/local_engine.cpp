// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "control/local_engine.h"

#include "codec/json_reader.h"
#include "control/audit_desk.h"
#include "control/frame_mailbox.h"
#include "control/frame_publisher.h"
#include "control/session_archive.h"
#include "control/session_view.h"
#include "control/swarm_memory.h"
#include "runtime/wall_clock.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFileInfo>
#include <QtCore/QJsonDocument>
#include <QtCore/QPointer>
#include <QtCore/QPromise>

#include <chrono>

namespace coinswarm::control {

namespace {

Error engineGone()
{
    return Error{ErrorKind::Unavailable, "the engine has stopped or is overloaded; try again"};
}

class ConnectedHandle final : public Handle
{};

class LocalEngine final : public Engine
{
public:
    LocalEngine(std::unique_ptr<PluginHost> plugins, std::unique_ptr<SwarmMemory> memory,
                std::unique_ptr<Session> session, const config::Configuration &configuration,
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
            m_archive.finish(wallNow());
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
        std::vector<SessionObserver *> observers{&m_view, &m_archive, &m_publisher};
        if (m_memory != nullptr) {
            m_memory->attach(*m_session, *m_archive.storage());
            observers.insert(observers.begin(), m_memory.get());
        }
        m_session->start(std::move(observers));
        return {};
    }

    QFuture<Result<SessionInfo>> sessionInfo() override
    {
        return ask<SessionInfo>([this](Session &) { return m_view.info(); });
    }

    QFuture<Result<SessionStatus>> status() override
    {
        return ask<SessionStatus>([this](Session &) { return m_view.status(); });
    }

    QFuture<Result<Frame>> snapshot() override
    {
        return ask<Frame>([this](Session &) { return m_publisher.fullFrame(); });
    }

    QFuture<Result<std::vector<Candle>>> candles(CandleQuery query) override
    {
        return ask<std::vector<Candle>>([this, query](Session &) { return m_view.candles(query); });
    }

    QFuture<Result<Explanation>> explain(OrderId order) override
    {
        auto promise = std::make_shared<QPromise<Result<Explanation>>>();
        promise->start();
        QFuture<Result<Explanation>> future = promise->future();
        const bool posted = m_session->post([this, order, promise](Session &session) {
            const Result<Explanation> explanation = m_view.explain(order);
            if (explanation.ok()) {
                finish(*promise, explanation);
            } else {
                explainFromStorage(session.name(), order, promise);
            }
        });
        if (!posted) {
            finish<Explanation>(*promise, engineGone());
        }
        return future;
    }

    QFuture<Result<std::vector<PluginInfo>>> plugins() override
    {
        // The host belongs to this thread; nothing has to be asked.
        QPromise<Result<std::vector<PluginInfo>>> promise;
        promise.start();
        finish<std::vector<PluginInfo>>(promise, m_plugins->list());
        return promise.future();
    }

    QFuture<Result<SlotPage>> quorumSlots(SlotQuery query) override
    {
        auto promise = std::make_shared<QPromise<Result<SlotPage>>>();
        promise->start();
        QFuture<Result<SlotPage>> future = promise->future();
        withAuditFile<SlotPage>(promise, [this, query, promise](const std::string &file) {
            m_audit.readSlots(file, query, [promise](Result<SlotPage> read) { finish(*promise, std::move(read)); });
        });
        return future;
    }

    QFuture<Result<AuditCheckView>> verifyAudit(bool begin) override
    {
        auto promise = std::make_shared<QPromise<Result<AuditCheckView>>>();
        promise->start();
        QFuture<Result<AuditCheckView>> future = promise->future();
        withAuditFile<AuditCheckView>(promise, [this, begin, promise](const std::string &file) {
            finish<AuditCheckView>(*promise, m_audit.check(file, begin));
        });
        return future;
    }

    QFuture<Result<SubmittedProposal>> proposeCommittee(CommitteeWish wish) override
    {
        return ask<SubmittedProposal>([this, wish = std::move(wish)](Session &session) {
            return m_memory != nullptr ? m_memory->propose(wish, session.engine()) : nobodyDecides();
        });
    }

    QFuture<Result<SubmittedProposal>> proposeMembership(std::string change) override
    {
        return ask<SubmittedProposal>([this, change = std::move(change)](Session &) {
            return m_memory != nullptr ? m_memory->proposeMembership(change) : nobodyDecides();
        });
    }

    QFuture<Result<Approval>> answerApproval(ApprovalAnswer answer) override
    {
        return ask<Approval>([answer = std::move(answer)](Session &session) -> Result<Approval> {
            if (!session.engine().failed().empty()) {
                return Error{ErrorKind::Refused, "the engine has stopped: " + session.engine().failed()};
            }
            session.command(answer);
            const ApprovalOutcome &outcome = session.engine().lastAnswer();
            if (outcome.refusal != ApprovalRefusal::None) {
                return Error{ErrorKind::Refused, outcome.text};
            }
            return outcome.approval;
        });
    }

    QFuture<Result<HaltReport>> halt(std::string operatorName, std::string reason) override
    {
        return ask<HaltReport>(
            [name = std::move(operatorName), reason = std::move(reason)](Session &session) {
                session.command(event::OperatorHalted{name, reason});
                const HaltOutcome &outcome = session.engine().lastHalt();
                HaltReport report;
                report.ordersCancelled = outcome.ordersCancelled + outcome.ordersWithdrawn;
                report.approvalsWithdrawn = outcome.approvalsWithdrawn;
                report.protectiveOrdersKept = outcome.protectiveOrdersKept;
                report.positionsLeftOpen = outcome.positionsLeftOpen;
                report.text = outcome.text;
                return report;
            },
            &Session::postFirst);
    }

    QFuture<Result<SessionStatus>> resume(std::string operatorName) override
    {
        return ask<SessionStatus>([this, name = std::move(operatorName)](Session &session) -> Result<SessionStatus> {
            if (const std::string reason = whyNotResume(session); !reason.empty()) {
                return Error{ErrorKind::Refused, reason};
            }
            session.command(event::OperatorResumed{name});
            const Result<void> &resumed = session.engine().lastResume();
            if (!resumed.ok()) {
                return resumed.error();
            }
            return m_view.status();
        });
    }

    QFuture<Result<SessionStatus>> setPaused(bool paused, std::string operatorName) override
    {
        return ask<SessionStatus>([this, paused, name = std::move(operatorName)](Session &session) {
            session.command(event::OperatorPaused{paused, name});
            return m_view.status();
        });
    }

    QFuture<Result<SessionStatus>> setSpeed(double speed) override
    {
        return ask<SessionStatus>([this, speed](Session &session) -> Result<SessionStatus> {
            if (!(speed == 0 || (speed >= 0.001 && speed <= 100'000))) {
                return invalid("the speed must be 0 (as fast as possible) or between 0.001 and 100000");
            }
            session.setSpeed(speed);
            return m_view.status();
        });
    }

    QFuture<Result<SessionStatus>> setFeedPaused(bool paused) override
    {
        return ask<SessionStatus>([this, paused](Session &session) {
            session.setFeedPaused(paused);
            return m_view.status();
        });
    }

    QFuture<Result<SessionStatus>> playUntil(Timestamp time) override
    {
        return ask<SessionStatus>([this, time](Session &session) -> Result<SessionStatus> {
            if (const Result<void> begun = session.playUntil(time); !begun.ok()) {
                return begun.error();
            }
            return m_view.status();
        });
    }

    std::unique_ptr<Handle> handleFrames(QObject *context, std::function<void(const Frame &)> handler) override
    {
        auto mailbox = std::make_shared<FrameMailbox>(context, std::move(handler));
        m_session->post([this, mailbox](Session &) { m_publisher.add(mailbox); });
        return handleFor(std::move(mailbox));
    }

    std::unique_ptr<Handle> handleConnection(QObject *context,
                                             std::function<void(const ConnectionState &)> handler) override
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
    std::string whyNotResume(Session &session) const
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
    QFuture<Result<T>> ask(Answer answer, bool (Session::*post)(std::function<void(Session &)>) = &Session::post)
    {
        auto promise = std::make_shared<QPromise<Result<T>>>();
        promise->start();
        QFuture<Result<T>> future = promise->future();
        const bool posted = (m_session.get()->*post)(
            [promise, answer = std::move(answer)](Session &session) mutable { finish<T>(*promise, answer(session)); });
        if (!posted) {
            finish<T>(*promise, engineGone());
        }
        return future;
    }

    static Result<SubmittedProposal> nobodyDecides()
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
                            std::shared_ptr<QPromise<Result<Explanation>>> promise)
    {
        m_archive.storage()->explanation(session, order).then([promise](const Result<std::string> &document) {
            if (!document.ok()) {
                finish<Explanation>(*promise, document.error());
                return;
            }
            const QJsonDocument json = QJsonDocument::fromJson(QByteArray::fromStdString(*document));
            finish<Explanation>(*promise, codec::fromJson<Explanation>(json.object()));
        });
    }

    AuditDesk m_audit; // first: tasks of the session ask it
    std::unique_ptr<PluginHost> m_plugins;
    std::unique_ptr<SwarmMemory> m_memory; ///< outlives the session, which asks it
    std::unique_ptr<Session> m_session;
    SessionView m_view;
    FramePublisher m_publisher;
    SessionArchive m_archive;
};

} // namespace

std::vector<PluginFolder> pluginFolders(const config::Paths &paths, const std::vector<std::string> &more)
{
    std::vector<PluginFolder> folders;
    const QString program = QCoreApplication::applicationDirPath();
    folders.push_back({(program + QStringLiteral("/../lib/coinswarm/plugins")).toStdString(), true});
    folders.push_back({paths.data + "/plugins", false});
    for (const std::string &folder : more) {
        folders.push_back({folder, false});
    }
    return folders;
}

Result<std::unique_ptr<Engine>> startLocalEngine(LocalOptions options)
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
    PluginHostOptions hostOptions;
    hostOptions.folders = pluginFolders(options.paths, options.pluginFolders);
    hostOptions.stateFolder = options.paths.state + "/plugins";
    hostOptions.safeMode = options.safeMode;
    auto plugins = std::make_unique<PluginHost>(std::move(hostOptions));
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
    SessionOptions sessionOptions;
    sessionOptions.memory = memory.get();
    sessionOptions.configuration = options.configuration;
    sessionOptions.configurationHash = options.configurationHash;
    sessionOptions.paths = options.paths;
    sessionOptions.fresh = options.fresh;
    Result<std::unique_ptr<Session>> session = Session::open(std::move(sessionOptions), *plugins);
    if (!session.ok()) {
        return session.error();
    }
    tell("opening the database");
    auto engine = std::make_unique<LocalEngine>(std::move(plugins), std::move(memory), std::move(session).value(),
                                                options.configuration, options.paths);
    if (const Result<void> started = engine->start(); !started.ok()) {
        return started.error();
    }
    return std::unique_ptr<Engine>(std::move(engine));
}

} // namespace coinswarm::control
