// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "rpc/remote_engine.h"
#include "rpc/rpc_protocol.h"

#include <QtCore/QDateTime>
#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QTimer>
#include <QtWebSockets/QWebSocket>

#include <functional>
#include <map>
#include <vector>

namespace coinswarm::rpc {

/// A connection to an RpcServer that mends itself, and the calls that are under way on it. One thread.
class RpcLink : public QObject
{
    Q_OBJECT

public:
    using Answer = std::function<void(const Result<QJsonValue> &)>;

    RpcLink(QUrl url, QString token, RemoteOptions options);
    /// Calls under way are answered with Unavailable.
    ~RpcLink() override;

    void open();
    /// Calls `answer` exactly once: later, or from inside if it is known already that nothing can come.
    void call(const QString &method, const QJsonObject &params, Answer answer);
    const api::ConnectionState &state() const { return m_state; }
    bool ready() const { return m_phase == Phase::Ready; }

Q_SIGNALS:
    /// Greeted; calls go through.
    void becameReady();
    void stateChanged(const coinswarm::api::ConnectionState &state);
    void notified(const QString &method, const QJsonObject &params);

private:
    enum class Phase : unsigned char { Connecting, Greeting, Ready, Waiting, Stopped };

    struct Call {
        QString method;
        QJsonObject params;
        Answer answer;
        bool sent = false;
    };

    void connectNow();
    void greet();
    void onText(const QString &text);
    void onGreeted(const Result<QJsonValue> &reply);
    void onLost(const QString &why);
    void onTick();
    void sendCall(qint64 id, Call &call);
    void finish(qint64 id, const Result<QJsonValue> &result);
    void failAll(const Error &error);
    void setState(api::ConnectionState state);
    void tellWaiting();

    QUrl m_url;
    QString m_token;
    RemoteOptions m_options;
    std::unique_ptr<QWebSocket> m_socket;
    Phase m_phase = Phase::Waiting;
    bool m_wasConnected = false;
    std::uint64_t m_attempt = 0; ///< counts sockets
    std::map<qint64, Call> m_calls;
    qint64 m_lastId = 0;
    qint64 m_helloId = 0;
    std::chrono::milliseconds m_retry;
    QTimer m_tick; // once a second while waiting, for pings while ready
    QElapsedTimer m_waited;
    QElapsedTimer m_heard;
    QDateTime m_goneSince;
    QString m_why;
    QString m_lostBecause; // stays while the next attempts are made
    Error m_failure{ErrorKind::Unavailable, {}}; // of the last attempt or connection
    api::ConnectionState m_state;
};

} // namespace coinswarm::rpc
