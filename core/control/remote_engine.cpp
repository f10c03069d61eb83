// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "control/remote_engine.h"

#include "control/frame_mailbox.h"
#include "control/rpc_link.h"
#include "control/rpc_parameters.h"

#include <QtCore/QPointer>
#include <QtCore/QPromise>

namespace coinswarm::control {

namespace {

/// Tells one listener about the connection, in its own thread, until its handle is destroyed.
class ConnectionListener
{
public:
    ConnectionListener(QObject *context, std::function<void(const ConnectionState &)> handler)
        : m_context(context), m_handler(std::move(handler))
    {}

    void post(const ConnectionState &state, const std::shared_ptr<ConnectionListener> &self)
    {
        if (m_context != nullptr) {
            QMetaObject::invokeMethod(
                m_context,
                [self, state] {
                    if (!self->m_closed) {
                        self->m_handler(state);
                    }
                },
                Qt::QueuedConnection);
        }
    }
    void close() { m_closed = true; }
    bool closed() const { return m_closed; }

private:
    QPointer<QObject> m_context;
    std::function<void(const ConnectionState &)> m_handler;
    std::atomic<bool> m_closed{false};
};

class ConnectionHandle final : public Handle
{
public:
    explicit ConnectionHandle(std::shared_ptr<ConnectionListener> listener) : m_listener(std::move(listener)) {}
    ~ConnectionHandle() override { m_listener->close(); }

private:
    std::shared_ptr<ConnectionListener> m_listener;
};

class RemoteEngine final : public QObject, public Engine
{
public:
    RemoteEngine(const QUrl &url, const QString &token, const RemoteOptions &options) : m_link(url, token, options)
    {
        connect(&m_link, &RpcLink::becameReady, this, [this] { subscribe(); });
        connect(&m_link, &RpcLink::stateChanged, this, [this](const ConnectionState &state) { tell(state); });
        connect(&m_link, &RpcLink::notified, this,
                [this](const QString &method, const QJsonObject &params) { onNotified(method, params); });
        m_link.open();
    }

    QFuture<Result<SessionInfo>> sessionInfo() override { return ask<SessionInfo>("session_info", NoParameters()); }
    QFuture<Result<SessionStatus>> status() override { return ask<SessionStatus>("status", NoParameters()); }
    QFuture<Result<Frame>> snapshot() override { return ask<Frame>("snapshot", NoParameters()); }
    QFuture<Result<std::vector<Candle>>> candles(CandleQuery query) override
    {
        return ask<std::vector<Candle>>("candles", query);
    }
    QFuture<Result<Explanation>> explain(OrderId order) override
    {
        return ask<Explanation>("explain", ExplainParameters{order});
    }
    QFuture<Result<std::vector<PluginInfo>>> plugins() override
    {
        return ask<std::vector<PluginInfo>>("plugins", NoParameters());
    }
    QFuture<Result<SlotPage>> quorumSlots(SlotQuery query) override { return ask<SlotPage>("quorum_slots", query); }
    QFuture<Result<AuditCheckView>> verifyAudit(bool begin) override
    {
        return ask<AuditCheckView>("verify_audit", VerifyAuditParameters{begin});
    }
    QFuture<Result<SubmittedProposal>> proposeCommittee(CommitteeWish wish) override
    {
        return ask<SubmittedProposal>("propose_committee", wish);
    }
    QFuture<Result<SubmittedProposal>> proposeMembership(std::string change) override
    {
        return ask<SubmittedProposal>("propose_membership", MembershipParameters{std::move(change)});
    }
    QFuture<Result<Approval>> answerApproval(ApprovalAnswer answer) override
    {
        return ask<Approval>("answer_approval", answer);
    }
    QFuture<Result<HaltReport>> halt(std::string operatorName, std::string reason) override
    {
        return ask<HaltReport>("halt", HaltParameters{std::move(operatorName), std::move(reason)});
    }
    QFuture<Result<SessionStatus>> resume(std::string operatorName) override
    {
        return ask<SessionStatus>("resume", ResumeParameters{std::move(operatorName)});
    }
    QFuture<Result<SessionStatus>> setPaused(bool paused, std::string operatorName) override
    {
        return ask<SessionStatus>("set_paused", PauseParameters{paused, std::move(operatorName)});
    }
    QFuture<Result<SessionStatus>> setSpeed(double speed) override
    {
        return ask<SessionStatus>("set_speed", SpeedParameters{speed});
    }
    QFuture<Result<SessionStatus>> setFeedPaused(bool paused) override
    {
        return ask<SessionStatus>("set_feed_paused", FeedPauseParameters{paused});
    }
    QFuture<Result<SessionStatus>> playUntil(Timestamp time) override
    {
        return ask<SessionStatus>("play_until", PlayUntilParameters{time});
    }

    std::unique_ptr<Handle> handleFrames(QObject *context, std::function<void(const Frame &)> handler) override
    {
        auto mailbox = std::make_shared<FrameMailbox>(context, std::move(handler));
        m_readers.push_back({mailbox, false});
        // The engine starts every subscription with a full frame, which is what the new reader waits for.
        if (m_link.ready()) {
            subscribe();
        }
        return handleFor(std::move(mailbox));
    }

    std::unique_ptr<Handle> handleConnection(QObject *context,
                                             std::function<void(const ConnectionState &)> handler) override
    {
        auto listener = std::make_shared<ConnectionListener>(context, std::move(handler));
        m_listeners.push_back(listener);
        listener->post(m_link.state(), listener);
        return std::make_unique<ConnectionHandle>(std::move(listener));
    }

private:
    struct Reader {
        std::shared_ptr<FrameMailbox> mailbox;
        bool hasFull = false; ///< before its first full frame a reader gets nothing
    };

    template <class T, class Parameters>
    QFuture<Result<T>> ask(const char *method, const Parameters &parameters)
    {
        auto promise = std::make_shared<QPromise<Result<T>>>();
        promise->start();
        QFuture<Result<T>> future = promise->future();
        m_link.call(QLatin1StringView(method), codec::toJson(parameters).toObject(),
                    [promise](const Result<QJsonValue> &reply) {
                        promise->addResult(reply.ok() ? decoded<T>(*reply) : Result<T>(reply.error()));
                        promise->finish();
                    });
        return future;
    }

    template <class T>
    static Result<T> decoded(const QJsonValue &json)
    {
        Result<T> value = codec::fromJson<T>(json);
        if (!value.ok()) {
            return Error{ErrorKind::Corrupt, "the engine's answer cannot be read: " + value.error().message};
        }
        return value;
    }

    void subscribe()
    {
        std::erase_if(m_readers, [](const Reader &reader) { return reader.mailbox->closed(); });
        if (!m_readers.empty()) {
            m_link.call(QStringLiteral("subscribe_frames"), {}, [](const Result<QJsonValue> &) {});
        }
    }

    void onNotified(const QString &method, const QJsonObject &params)
    {
        if (method != QLatin1StringView("frame")) {
            return;
        }
        std::erase_if(m_readers, [](const Reader &reader) { return reader.mailbox->closed(); });
        if (m_readers.empty()) {
            m_link.call(QStringLiteral("unsubscribe_frames"), {}, [](const Result<QJsonValue> &) {});
            return;
        }
        const Result<Frame> frame = codec::fromJson<Frame>(params);
        if (!frame.ok()) {
            tell({true, "a frame of the engine cannot be read: " + frame.error().message, {}});
            return;
        }
        for (Reader &reader : m_readers) {
            reader.hasFull = reader.hasFull || frame->full;
            if (reader.hasFull) {
                reader.mailbox->post(*frame);
            }
        }
    }

    void tell(const ConnectionState &state)
    {
        std::erase_if(m_listeners, [](const auto &listener) { return listener->closed(); });
        for (const auto &listener : m_listeners) {
            listener->post(state, listener);
        }
    }

    std::vector<Reader> m_readers;
    std::vector<std::shared_ptr<ConnectionListener>> m_listeners;
    RpcLink m_link; // last: what it says while it is destroyed still finds the lists
};

} // namespace

std::unique_ptr<Engine> connectRemoteEngine(const QUrl &url, const QString &token, const RemoteOptions &options)
{
    return std::make_unique<RemoteEngine>(url, token, options);
}

} // namespace coinswarm::control
