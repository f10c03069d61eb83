// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "rpc/rpc_server.h"

#include <QtNetwork/QHostAddress>
#include <QtWebSockets/QWebSocket>
#include <QtWebSockets/QWebSocketCorsAuthenticator>

namespace coinswarm::rpc {

Result<std::unique_ptr<RpcServer>> RpcServer::start(api::Engine &engine, RpcServerOptions options)
{
    const QHostAddress address(options.address == "localhost" ? QStringLiteral("127.0.0.1")
                                                              : QString::fromStdString(options.address));
    if (!address.isLoopback()) {
        return invalid("the control API listens on loopback addresses only, as 127.0.0.1 or ::1, and not on "
                       + options.address + "; reach it from elsewhere through an SSH tunnel");
    }
    if (options.token.empty()) {
        return invalid("the control API needs a token");
    }
    const quint16 port = options.port;
    std::unique_ptr<RpcServer> server(new RpcServer(engine, std::move(options)));
    if (!server->m_server.listen(address, port)) {
        return Error{ErrorKind::Unavailable,
                     "cannot listen on " + address.toString().toStdString() + " port " + std::to_string(port) + ": "
                         + server->m_server.errorString().toStdString()
                         + "; another engine may run there, set control.port to 0 to take a free port"};
    }
    return server;
}

RpcServer::RpcServer(api::Engine &engine, RpcServerOptions options)
    : m_engine(engine),
      m_options(std::move(options)),
      m_server(QStringLiteral("coinswarm"), QWebSocketServer::NonSecureMode)
{
    m_server.setMaxPendingConnections(static_cast<int>(m_options.mostClients));
    connect(&m_server, &QWebSocketServer::originAuthenticationRequired, this,
            [](QWebSocketCorsAuthenticator *authenticator) {
                authenticator->setAllowed(authenticator->origin().isEmpty());
            });
    connect(&m_server, &QWebSocketServer::newConnection, this, &RpcServer::onConnection);
}

RpcServer::~RpcServer() = default;

QUrl RpcServer::url() const
{
    return m_server.serverUrl();
}

qint64 RpcServer::unsentBytes() const
{
    qint64 sum = 0;
    for (const auto &client : m_clients) {
        sum += client->unsentBytes();
    }
    return sum;
}

void RpcServer::onConnection()
{
    while (QWebSocket *socket = m_server.nextPendingConnection()) {
        if (m_clients.size() >= m_options.mostClients) {
            socket->setParent(this);
            connect(socket, &QWebSocket::disconnected, socket, &QObject::deleteLater);
            socket->close(QWebSocketProtocol::CloseCodePolicyViolated, QStringLiteral("too many clients"));
            continue;
        }
        auto client = std::make_unique<RpcClientSession>(socket, m_engine, m_options.token, m_options.limits);
        connect(client.get(), &RpcClientSession::ended, this, [this, raw = client.get()] { drop(raw); });
        m_clients.push_back(std::move(client));
    }
}

void RpcServer::drop(RpcClientSession *client)
{
    const auto found =
        std::find_if(m_clients.begin(), m_clients.end(), [&](const auto &c) { return c.get() == client; });
    if (found != m_clients.end()) {
        // It is its own signal that brought us here: it must live until that returns.
        found->release()->deleteLater();
        m_clients.erase(found);
    }
}

} // namespace coinswarm::rpc
