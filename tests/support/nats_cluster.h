// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "support/route_relays.h"

#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace coinswarm::test {

/// One nats-server, or a cluster of three, with JetStream: child processes on free ports of the loopback with stores in a
/// temporary folder. They die with this object, and with the process however it dies. Uses no client library, so that
/// what it says of a server is not what the code under test believes. One thread.
class NatsCluster
{
public:
    enum class Routes {
        Direct, ///< the servers connect to each other, and tell clients of each other
        Relayed, ///< through relays of this process, so that one can be isolated; a client knows the servers that it is given
    };
    using Partition = RouteRelays::Partition;

    /// Whether nats-server is installed.
    static bool isAvailable();
    /// Starts them and waits until they are ready.
    static Result<std::unique_ptr<NatsCluster>> start(int nodes, Routes routes = Routes::Direct);
    ~NatsCluster();

    int nodes() const { return static_cast<int>(m_nodes.size()); }
    /// Addresses of all nodes with commas between them, as the plugin's setting has them.
    std::string servers() const;
    std::string server(int node) const; ///< address of one

    void kill(int node); ///< SIGKILL, and waits for its end
    void pause(int node); ///< SIGSTOP: the process is there and silent, like behind a cut cable
    void resume(int node); ///< SIGCONT
    /// Cuts a node off from the other nodes, not from its clients: it lives and answers them. Relayed routes only.
    void isolate(int node, Partition partition);
    void rejoin(int node); ///< undoes isolate()
    Result<void> restart(int node); ///< on the same ports, with the store it left
    void wipe(int node); ///< removes the store of a node that is killed
    /// Waits until all running nodes are healthy: JetStream is up and its streams have caught up.
    Result<void> waitReady(std::chrono::milliseconds timeout = std::chrono::seconds(60)) const;
    /// The node that leads a stream, from the servers' monitoring; -1 if none does.
    int leaderOf(const std::string &stream) const;

private:
    struct Node {
        std::string name;
        int clientPort = 0;
        int routePort = 0;
        int monitorPort = 0;
        std::unique_ptr<QProcess> process;
        bool paused = false;
    };
    NatsCluster() = default;
    QString storeOf(const Node &node) const;
    QString routesOf(const Node &node) const; ///< what is said of them in its configuration
    Result<void> launch(Node &node);
    /// The body of an answer with status 200 from a node's monitoring; empty if there is none.
    static QByteArray monitor(const Node &node, const QByteArray &path);

    QTemporaryDir m_folder;
    std::unique_ptr<RouteRelays> m_relays;
    std::vector<Node> m_nodes;
};

} // namespace coinswarm::test
