// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "rpc/rpc_client_session.h"

#include "api/frame_merge.h"
#include "rpc/rpc_parameters.h"

#include <QtNetwork/QNetworkRequest>
#include <QtWebSockets/QWebSocket>

namespace coinswarm::rpc {

namespace {

const QByteArray kBearer = QByteArrayLiteral("Bearer ");

} // namespace

RpcClientSession::RpcClientSession(QWebSocket *socket, api::Engine &engine, std::string token, RpcClientLimits limits,
                                   QObject *parent)
    : QObject(parent),
      m_socket(socket),
      m_engine(engine),
      m_dispatcher(engine),
      m_token(std::move(token)),
      m_limits(limits)
{
    m_socket->setParent(this);
    m_socket->setMaxAllowedIncomingMessageSize(kMaxRequestBytes);
    m_socket->setMaxAllowedIncomingFrameSize(kMaxRequestBytes);
    connect(m_socket, &QWebSocket::textMessageReceived, this, &RpcClientSession::onText);
    connect(m_socket, &QWebSocket::binaryMessageReceived, this, [this] { letGo(QStringLiteral("messages are text")); });
    connect(m_socket, &QWebSocket::bytesWritten, this, &RpcClientSession::onBytesWritten);
    connect(m_socket, &QWebSocket::disconnected, this, &RpcClientSession::ended);

    m_loginTimer.setSingleShot(true);
    connect(&m_loginTimer, &QTimer::timeout, this, [this] { letGo(QStringLiteral("no token came in time")); });
    m_stallTimer.setSingleShot(true);
    connect(&m_stallTimer, &QTimer::timeout, this, [this] { m_socket->abort(); });

    const QByteArray header = m_socket->request().rawHeader(QByteArrayLiteral("Authorization"));
    if (header.startsWith(kBearer)) {
        m_authenticated = tokenFits(header.mid(kBearer.size()).trimmed().toStdString());
    }
    if (!m_authenticated) {
        m_loginTimer.start(m_limits.loginTime);
    }
}

RpcClientSession::~RpcClientSession()
{
    // The socket says farewell while it is destroyed; nobody is to hear it any more.
    m_socket->disconnect(this);
}

qint64 RpcClientSession::unsentBytes() const
{
    return m_socket->bytesToWrite();
}

bool RpcClientSession::tokenFits(const std::string &given) const
{
    // Digests are compared: the time that it takes says nothing about where the first difference in the token is.
    const auto digest = [](const std::string &token) {
        return QCryptographicHash::hash(QByteArray::fromStdString(token), QCryptographicHash::Sha256);
    };
    return digest(given) == digest(m_token);
}

void RpcClientSession::onText(const QString &text)
{
    if (m_leaving) {
        return;
    }
    const std::variant<RpcRequest, RpcRefusal> parsed = parseRequest(text);
    if (const auto *refusal = std::get_if<RpcRefusal>(&parsed)) {
        answer(refusal->id, refusal->fault);
        if (!m_authenticated) {
            letGo(QStringLiteral("the first message must be hello"));
        }
        return;
    }
    onRequest(std::get<RpcRequest>(parsed));
}

void RpcClientSession::onRequest(const RpcRequest &request)
{
    if (request.method == QLatin1StringView("hello")) {
        onHello(request);
        return;
    }
    if (!m_authenticated) {
        refuse(request.id, {ErrorKind::Refused, "the first message must be hello with the token"});
        letGo(QStringLiteral("the first message must be hello"));
        return;
    }
    if (request.method == QLatin1StringView("subscribe_frames")) {
        answer(request.id, QJsonValue(true));
        subscribe();
        return;
    }
    if (request.method == QLatin1StringView("unsubscribe_frames")) {
        m_frames.reset();
        m_waiting.reset();
        answer(request.id, QJsonValue(true));
        return;
    }
    if (m_requests >= m_limits.mostRequests) {
        refuse(request.id, {ErrorKind::Refused, "too many requests at once; wait for answers"});
        return;
    }
    ++m_requests;
    m_dispatcher.call(request.method, request.params, [this, id = request.id](const RpcOutcome &outcome) {
        --m_requests;
        answer(id, outcome);
    });
}

void RpcClientSession::onHello(const RpcRequest &request)
{
    const Result<HelloParameters> hello = parametersFrom<HelloParameters>(request.params);
    if (!hello.ok()) {
        answer(request.id, RpcFault{RpcCode::InvalidParams, hello.error()});
        letGo(QStringLiteral("hello could not be read"));
        return;
    }
    if (hello->token) {
        m_authenticated = tokenFits(*hello->token);
    }
    if (!m_authenticated) {
        refuse(request.id,
               {ErrorKind::Refused,
                "the token is not this engine's; it is in the token file that the engine names at start"});
        letGo(QStringLiteral("wrong token"));
        return;
    }
    if (hello->version != kRpcVersion) {
        refuse(request.id,
               {ErrorKind::Refused,
                "the engine speaks version " + std::to_string(kRpcVersion) + " of the control API, the caller version "
                    + std::to_string(hello->version) + "; update the older program"});
        letGo(QStringLiteral("wrong version"));
        return;
    }
    m_loginTimer.stop();
    answer(request.id,
           QJsonValue(QJsonObject{{QStringLiteral("version"), kRpcVersion},
                                  {QStringLiteral("program"), QStringLiteral(COINSWARM_VERSION)}}));
}

void RpcClientSession::subscribe()
{
    m_waiting.reset();
    m_resubscribe = false;
    m_frames = m_engine.handleFrames(this, [this](const api::Frame &frame) { onFrame(frame); });
}

void RpcClientSession::onFrame(const api::Frame &frame)
{
    if (m_resubscribe || m_frames == nullptr) {
        return;
    }
    if (!m_waiting && m_socket->bytesToWrite() <= m_limits.highWater) {
        send(encodeNotification(QStringLiteral("frame"), codec::toJson(frame).toObject()));
        return;
    }
    if (!m_waiting) {
        m_waiting = frame;
    } else {
        api::mergeFrame(*m_waiting, frame);
    }
    if (api::frameEntries(*m_waiting) > m_limits.mostWaitingEntries && !m_waiting->full) {
        // Cheaper than keeping what it missed: as soon as it reads again, it gets everything there is.
        m_waiting.reset();
        m_resubscribe = true;
    }
}

void RpcClientSession::flush()
{
    if (m_socket->bytesToWrite() > m_limits.highWater / 2) {
        return;
    }
    if (m_resubscribe) {
        subscribe();
    } else if (m_waiting) {
        const api::Frame frame = *std::exchange(m_waiting, std::nullopt);
        send(encodeNotification(QStringLiteral("frame"), codec::toJson(frame).toObject()));
    }
}

void RpcClientSession::onBytesWritten()
{
    if (m_socket->bytesToWrite() > 0) {
        m_stallTimer.start(m_limits.stallTime);
    } else {
        m_stallTimer.stop();
    }
    flush();
}

void RpcClientSession::send(const QString &text)
{
    if (m_leaving) {
        return;
    }
    if (m_socket->bytesToWrite() > m_limits.mostUnsent) {
        m_leaving = true;
        m_socket->abort();
        return;
    }
    m_socket->sendTextMessage(text);
    if (!m_stallTimer.isActive() && m_socket->bytesToWrite() > 0) {
        m_stallTimer.start(m_limits.stallTime);
    }
}

void RpcClientSession::answer(const QJsonValue &id, const RpcOutcome &outcome)
{
    send(encodeOutcome(id, outcome));
}

void RpcClientSession::refuse(const QJsonValue &id, Error error)
{
    answer(id, RpcFault{RpcCode::EngineError, std::move(error)});
}

void RpcClientSession::letGo(const QString &why)
{
    if (m_leaving) {
        return;
    }
    m_leaving = true;
    m_frames.reset();
    m_loginTimer.stop();
    m_socket->close(QWebSocketProtocol::CloseCodePolicyViolated, why);
    // One who does not answer the farewell is cut off.
    QTimer::singleShot(m_limits.loginTime, m_socket, [socket = m_socket] { socket->abort(); });
}

} // namespace coinswarm::rpc
