// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/engine.h"
#include "rpc/rpc_dispatcher.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <chrono>
#include <optional>
#include <string>

class QWebSocket;

namespace coinswarm::rpc {

struct RpcClientLimits {
    std::chrono::milliseconds loginTime{5'000}; ///< until a client has shown its token
    std::chrono::milliseconds stallTime{30'000}; ///< for which a socket may refuse what is meant for it
    int mostRequests = 64; ///< unanswered at once
    qint64 highWater = qint64{1} << 20; ///< unsent bytes above which frames wait and are merged
    qint64 mostUnsent = qint64{64} << 20; ///< unsent bytes at which the client is let go
    std::size_t mostWaitingEntries = 20'000; ///< in the merged frame; beyond, the client gets a full frame later
};

/// One connected client of an RpcServer, from its handshake to its end.
///
/// A client that does not show the token in its first message (or in the handshake) is let go. One that reads slowly
/// gets merged frames; the engine never waits for it, and what is kept for it is bounded.
class RpcClientSession : public QObject
{
    Q_OBJECT

public:
    /// Takes the socket. `engine` outlives the session.
    RpcClientSession(QWebSocket *socket, api::Engine &engine, std::string token, RpcClientLimits limits,
                     QObject *parent = nullptr);
    ~RpcClientSession() override;

    bool authenticated() const { return m_authenticated; }
    /// What the socket has not taken yet.
    qint64 unsentBytes() const;

Q_SIGNALS:
    void ended();

private:
    void onText(const QString &text);
    void onRequest(const RpcRequest &request);
    void onHello(const RpcRequest &request);
    void subscribe();
    void onFrame(const api::Frame &frame);
    void flush();
    void onBytesWritten();
    void send(const QString &text);
    void answer(const QJsonValue &id, const RpcOutcome &outcome);
    void refuse(const QJsonValue &id, Error error);
    void letGo(const QString &why);
    bool tokenFits(const std::string &given) const;

    QWebSocket *m_socket;
    api::Engine &m_engine;
    RpcDispatcher m_dispatcher;
    std::string m_token;
    RpcClientLimits m_limits;
    QTimer m_loginTimer;
    QTimer m_stallTimer;
    std::unique_ptr<api::Handle> m_frames;
    std::optional<api::Frame> m_waiting;
    bool m_resubscribe = false;
    bool m_authenticated = false;
    bool m_leaving = false;
    int m_requests = 0;
};

} // namespace coinswarm::rpc
