// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "rpc/remote_engine.h"

#include "api/frame_mailbox.h"
#include "rpc/rpc_link.h"
#include "rpc/rpc_parameters.h"

#include <QtCore/QPointer>
#include <QtCore/QPromise>

namespace coinswarm::rpc {

namespace {

/// Tells one listener about the connection, in its own thread, until its handle is destroyed.
class ConnectionListener
{
public:
    ConnectionListener(QObject *context, std::function<void(const api::ConnectionState &)> handler)
        : m_context(context), m_handler(std::move(handler))
    {}

    void post(const api::ConnectionState &state, const std::shared_ptr<ConnectionListener> &self)
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
    std::function<void(const api::ConnectionState &)> m_handler;
    std::atomic<bool> m_closed{false};
};

class ConnectionHandle final : public api::Handle
{
public:
    explicit ConnectionHandle(std::shared_ptr<ConnectionListener> listener) : m_listener(std::move(listener)) {}
    ~ConnectionHandle() override { m_listener->close(); }

private:
    std::shared_ptr<ConnectionListener> m_listener;
};

class RemoteEngine final : public QObject, public api::Engine
{
public:
    RemoteEngine(const QUrl &url, const QString &token, const RemoteOptions &options) : m_link(url, token, options)
    {
        connect(&m_link, &RpcLink::becameReady, this, [this] { subscribe(); });
        connect(&m_link, &RpcLink::stateChanged, this, [this](const api::ConnectionState &state) { tell(state); });
        connect(&m_link, &RpcLink::notified, this,
                [this](const QString &method, const QJsonObject &params) { onNotified(method, params); });
        m_link.open();
    }

    QFuture<Result<api::SessionInfo>> sessionInfo() override
    {
        return ask<api::SessionInfo>("session_info", NoParameters());
    }
    QFuture<Result<api::SessionStatus>> status() override { return ask<api::SessionStatus>("status", NoParameters()); }
    QFuture<Result<api::Frame>> snapshot() override { return ask<api::Frame>("snapshot", NoParameters()); }
    QFuture<Result<std::vector<Candle>>> candles(api::CandleQuery query) override
    {
        return ask<std::vector<Candle>>("candles", query);
    }
    QFuture<Result<api::Explanation>> explain(OrderId order) override
    {
        return ask<api::Explanation>("explain", ExplainParameters{order});
    }
    QFuture<Result<std::vector<api::PluginInfo>>> plugins() override
    {
        return ask<std::vector<api::PluginInfo>>("plugins", NoParameters());
    }
    QFuture<Result<api::SlotPage>> quorumSlots(api::SlotQuery query) override
    {
        return ask<api::SlotPage>("quorum_slots", query);
    }
    QFuture<Result<api::AuditCheckView>> verifyAudit(bool begin) override
    {
        return ask<api::AuditCheckView>("verify_audit", VerifyAuditParameters{begin});
    }
    QFuture<Result<api::SubmittedProposal>> proposeCommittee(api::CommitteeWish wish) override
    {
        return ask<api::SubmittedProposal>("propose_committee", wish);
    }
    QFuture<Result<api::SubmittedProposal>> proposeMembership(std::string change) override
    {
        return ask<api::SubmittedProposal>("propose_membership", MembershipParameters{std::move(change)});
    }
    QFuture<Result<api::Approval>> answerApproval(api::ApprovalAnswer answer) override
    {
        return ask<api::Approval>("answer_approval", answer);
    }
    QFuture<Result<api::HaltReport>> halt(std::string operatorName, std::string reason) override
    {
        return ask<api::HaltReport>("halt", HaltParameters{std::move(operatorName), std::move(reason)});
    }
    QFuture<Result<api::SessionStatus>> resume(std::string operatorName) override
    {
        return ask<api::SessionStatus>("resume", ResumeParameters{std::move(operatorName)});
    }
    QFuture<Result<api::SessionStatus>> setPaused(bool paused, std::string operatorName) override
    {
        return ask<api::SessionStatus>("set_paused", PauseParameters{paused, std::move(operatorName)});
    }
    QFuture<Result<api::SessionStatus>> setSpeed(double speed) override
    {
        return ask<api::SessionStatus>("set_speed", SpeedParameters{speed});
    }
    QFuture<Result<api::SessionStatus>> setFeedPaused(bool paused) override
    {
        return ask<api::SessionStatus>("set_feed_paused", FeedPauseParameters{paused});
    }
    QFuture<Result<api::SessionStatus>> playUntil(Timestamp time) override
    {
        return ask<api::SessionStatus>("play_until", PlayUntilParameters{time});
    }

    std::unique_ptr<api::Handle> handleFrames(QObject *context,
                                              std::function<void(const api::Frame &)> handler) override
    {
        auto mailbox = std::make_shared<api::FrameMailbox>(context, std::move(handler));
        m_readers.push_back({mailbox, false});
        // The engine starts every subscription with a full frame, which is what the new reader waits for.
        if (m_link.ready()) {
            subscribe();
        }
        return api::handleFor(std::move(mailbox));
    }

    std::unique_ptr<api::Handle> handleConnection(QObject *context,
                                                  std::function<void(const api::ConnectionState &)> handler) override
    {
        auto listener = std::make_shared<ConnectionListener>(context, std::move(handler));
        m_listeners.push_back(listener);
        listener->post(m_link.state(), listener);
        return std::make_unique<ConnectionHandle>(std::move(listener));
    }

private:
    struct Reader {
        std::shared_ptr<api::FrameMailbox> mailbox;
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
        const Result<api::Frame> frame = codec::fromJson<api::Frame>(params);
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

    void tell(const api::ConnectionState &state)
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

std::unique_ptr<api::Engine> connectRemoteEngine(const QUrl &url, const QString &token, const RemoteOptions &options)
{
    return std::make_unique<RemoteEngine>(url, token, options);
}

} // namespace coinswarm::rpc
