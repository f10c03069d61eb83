// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "rpc/rpc_client_session.h"

#include <QtCore/QUrl>
#include <QtWebSockets/QWebSocketServer>

#include <memory>
#include <vector>

namespace coinswarm::rpc {

struct RpcServerOptions {
    std::string address = "127.0.0.1"; ///< loopback only
    quint16 port = 0; ///< 0 takes a free one
    std::string token; ///< see loadOrCreateToken()
    std::size_t mostClients = 8;
    RpcClientLimits limits;
};

/// Serves an engine's control API to other programs of this user on this machine: docs/control-api.md.
///
/// Only a loopback address is accepted, because the connection is not encrypted. Handshakes that name an origin are
/// refused, so that no web page in a browser can try tokens.
/// Thread: the one that made it, which owns the engine too and runs an event loop. Never waits, for nobody.
class RpcServer : public QObject
{
    Q_OBJECT

public:
    /// Invalid for an address that is not loopback or an empty token; Unavailable if the port is taken. `engine` outlives
    /// the server.
    static Result<std::unique_ptr<RpcServer>> start(api::Engine &engine, RpcServerOptions options);
    ~RpcServer() override;

    QUrl url() const;
    std::size_t clients() const { return m_clients.size(); }
    /// What all clients together have not taken yet.
    qint64 unsentBytes() const;

private:
    RpcServer(api::Engine &engine, RpcServerOptions options);
    void onConnection();
    void drop(RpcClientSession *client);

    api::Engine &m_engine;
    RpcServerOptions m_options;
    QWebSocketServer m_server;
    std::vector<std::unique_ptr<RpcClientSession>> m_clients;
};

} // namespace coinswarm::rpc
