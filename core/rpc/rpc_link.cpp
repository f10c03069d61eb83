// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "rpc/rpc_link.h"

#include <QtNetwork/QHostAddress>
#include <QtNetwork/QNetworkRequest>

namespace coinswarm::rpc {

namespace {

bool staysSecret(const QUrl &url)
{
    if (url.scheme() == QLatin1StringView("wss")) {
        return true;
    }
    return url.scheme() == QLatin1StringView("ws")
        && (url.host() == QLatin1StringView("localhost") || QHostAddress(url.host()).isLoopback());
}

} // namespace

RpcLink::RpcLink(QUrl url, QString token, RemoteOptions options)
    : m_url(std::move(url)), m_token(std::move(token)), m_options(options), m_retry(options.firstRetry)
{
    m_state.text = "connecting to " + m_url.toDisplayString().toStdString();
    connect(&m_tick, &QTimer::timeout, this, &RpcLink::onTick);
}

RpcLink::~RpcLink()
{
    m_phase = Phase::Stopped;
    if (m_socket != nullptr) {
        m_socket->disconnect(this);
    }
    failAll({ErrorKind::Unavailable, "the connection to the engine was closed"});
}

void RpcLink::open()
{
    if (!staysSecret(m_url)) {
        m_phase = Phase::Stopped;
        m_failure =
            invalid("cannot use " + m_url.toDisplayString().toStdString()
                    + ": expected ws://127.0.0.1:PORT, or wss:// for another machine, so that the token stays secret");
        setState({false, m_failure.message, {}, m_failure.message});
        return;
    }
    connectNow();
}

void RpcLink::connectNow()
{
    m_tick.stop();
    m_phase = Phase::Connecting;
    // A new socket for each attempt: what is left over in an old one cannot disturb it.
    m_socket = std::make_unique<QWebSocket>();
    m_socket->setMaxAllowedIncomingMessageSize(kMaxReplyBytes);
    m_socket->setMaxAllowedIncomingFrameSize(kMaxReplyBytes);
    connect(m_socket.get(), &QWebSocket::connected, this, &RpcLink::greet);
    connect(m_socket.get(), &QWebSocket::textMessageReceived, this, &RpcLink::onText);
    connect(m_socket.get(), &QWebSocket::pong, this, [this] { m_heard.restart(); });
    // Queued: a socket must not be replaced inside its own signal.
    connect(
        m_socket.get(), &QWebSocket::disconnected, this,
        [this, attempt = ++m_attempt] {
            if (attempt == m_attempt) {
                onLost(m_socket->closeReason().isEmpty() ? m_socket->errorString() : m_socket->closeReason());
            }
        },
        Qt::QueuedConnection);
    m_heard.restart();
    m_waited.restart();
    m_socket->open(m_url);
    m_tick.start(m_options.pingInterval);
}

void RpcLink::greet()
{
    m_phase = Phase::Greeting;
    m_heard.restart();
    m_helloId = ++m_lastId;
    m_socket->sendTextMessage(
        encodeRequest(m_helloId, QStringLiteral("hello"),
                      {{QStringLiteral("version"), kRpcVersion}, {QStringLiteral("token"), m_token}}));
}

void RpcLink::onGreeted(const Result<QJsonValue> &reply)
{
    if (!reply.ok()) {
        // The engine closes the connection now; its own words say more than the socket's.
        m_failure = reply.error();
        m_why = QString::fromStdString(reply.error().message);
        return;
    }
    m_phase = Phase::Ready;
    m_wasConnected = true;
    m_retry = m_options.firstRetry;
    m_goneSince = {};
    m_why.clear();
    setState({true, "connected to " + m_url.toDisplayString().toStdString(), {}});
    for (auto &[id, call] : m_calls) {
        sendCall(id, call);
    }
    Q_EMIT becameReady();
}

void RpcLink::onText(const QString &text)
{
    m_heard.restart();
    const Result<std::variant<RpcReply, RpcNotification>> incoming = parseIncoming(text);
    if (!incoming.ok()) {
        m_why = QString::fromStdString(incoming.error().message);
        m_socket->abort();
        return;
    }
    if (const auto *reply = std::get_if<RpcReply>(&*incoming)) {
        if (reply->id == m_helloId && m_phase == Phase::Greeting) {
            onGreeted(reply->result);
        } else {
            finish(reply->id, reply->result);
        }
        return;
    }
    const auto &notification = std::get<RpcNotification>(*incoming);
    Q_EMIT notified(notification.method, notification.params);
}

void RpcLink::onLost(const QString &why)
{
    if (m_phase == Phase::Waiting || m_phase == Phase::Stopped) {
        return;
    }
    if (m_why.isEmpty()) {
        m_why = why;
        m_failure.kind = ErrorKind::Unavailable;
    }
    if (m_goneSince.isNull()) {
        m_goneSince = QDateTime::currentDateTime();
    }
    m_failure.message = m_wasConnected
        ? "engine gone since " + m_goneSince.toString(QStringLiteral("HH:mm:ss")).toStdString() + " ("
            + m_why.toStdString() + ")"
        : "no connection to " + m_url.toDisplayString().toStdString() + ": " + m_why.toStdString();
    m_lostBecause = m_why;
    m_phase = Phase::Waiting;
    m_waited.restart();
    m_tick.start(std::min(m_retry, std::chrono::milliseconds(1'000)));
    tellWaiting();
    failAll(m_failure);
}

void RpcLink::tellWaiting()
{
    const std::chrono::milliseconds left =
        std::max(m_retry - std::chrono::milliseconds(m_waited.elapsed()), std::chrono::milliseconds(0));
    const auto seconds = std::to_string((left.count() + 999) / 1'000);
    setState({false, m_failure.message + "; reconnecting in " + seconds + " s", left, m_lostBecause.toStdString()});
}

void RpcLink::onTick()
{
    if (m_phase == Phase::Waiting) {
        if (m_waited.hasExpired(m_retry.count())) {
            m_retry = std::min(m_retry * 2, m_options.longestRetry);
            m_why.clear();
            connectNow();
        } else {
            tellWaiting();
        }
        return;
    }
    // A peer that vanished without a word, or an attempt that leads nowhere.
    if (m_heard.hasExpired(m_options.pingInterval.count() * 3)) {
        m_why = QStringLiteral("it does not answer");
        m_socket->abort();
        onLost(m_why);
    } else if (m_phase == Phase::Ready) {
        m_socket->ping();
    }
}

void RpcLink::call(const QString &method, const QJsonObject &params, Answer answer)
{
    if (m_phase == Phase::Waiting || m_phase == Phase::Stopped) {
        answer(m_failure);
        return;
    }
    const qint64 id = ++m_lastId;
    Call &call = m_calls[id];
    call = {method, params, std::move(answer)};
    if (m_phase == Phase::Ready) {
        sendCall(id, call);
    }
    QTimer::singleShot(m_options.requestTimeout, this, [this, id, method] {
        finish(id,
               Error{ErrorKind::Unavailable,
                     "the engine did not answer " + method.toStdString() + " within "
                         + std::to_string(m_options.requestTimeout.count() / 1'000) + " s; it may be busy or hang"});
    });
}

void RpcLink::sendCall(qint64 id, Call &call)
{
    if (!std::exchange(call.sent, true)) {
        m_socket->sendTextMessage(encodeRequest(id, call.method, call.params));
    }
}

void RpcLink::finish(qint64 id, const Result<QJsonValue> &result)
{
    const auto found = m_calls.find(id);
    if (found != m_calls.end()) {
        const Answer answer = std::move(found->second.answer);
        m_calls.erase(found);
        answer(result);
    }
}

void RpcLink::failAll(const Error &error)
{
    // Answers may call again; those calls are not part of what was lost.
    const std::map<qint64, Call> lost = std::exchange(m_calls, {});
    for (const auto &[id, call] : lost) {
        call.answer(error);
    }
}

void RpcLink::setState(api::ConnectionState state)
{
    m_state = std::move(state);
    Q_EMIT stateChanged(m_state);
}

} // namespace coinswarm::rpc
