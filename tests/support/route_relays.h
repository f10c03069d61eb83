// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <poll.h>

namespace coinswarm::test {

/// TCP relays on the loopback between the servers of a cluster, one from each to each other, so that a server can be cut off
/// from the others while it lives and its clients reach it. A thread of their own carries the bytes; the calls are for one
/// other thread.
class RouteRelays
{
public:
    enum class Partition {
        Silent, ///< connections stay, and what is said in them is held back until it is over: lost packets
        Broken, ///< connections are reset, and so are new ones: a route that is gone
    };

    /// For so many servers. Relays lead nowhere until leadTo() says where the servers listen for each other.
    static Result<std::unique_ptr<RouteRelays>> start(int servers);
    ~RouteRelays();
    RouteRelays(const RouteRelays &) = delete;
    RouteRelays &operator=(const RouteRelays &) = delete;

    void leadTo(int server, int port);
    /// Where server `from` finds server `to`.
    int port(int from, int to) const;
    /// A port that is taken and at which nobody listens: what servers are to tell each other about themselves, so that they
    /// find no way around the relays.
    int deadPort() const { return m_deadPort; }

    /// No byte passes to or from this server any more when it returns.
    void isolate(int server, Partition partition);
    /// Undoes isolate().
    void rejoin(int server);

private:
    struct Relay {
        int from = 0;
        int to = 0;
        int listener = -1;
        int port = 0;
    };
    struct Connection {
        std::size_t relay = 0;
        std::array<int, 2> sockets{}; ///< of who connected, and of whom it wanted
        std::array<std::string, 2> unsent; ///< to each of the two
        bool over = false;
    };
    enum class State { Open, Silent, Broken };

    explicit RouteRelays(int servers) : m_ports(static_cast<std::size_t>(servers)) {}
    Result<void> listen();
    void wake() const;
    void run();
    std::vector<pollfd> whatToWaitFor() const;
    State stateOf(const Relay &relay) const;
    void accept(std::size_t relay);
    /// False if the connection is over.
    static bool carry(Connection &connection, std::size_t from);
    static bool sendUnsent(Connection &connection, std::size_t to);
    static void close(const Connection &connection, bool reset);

    std::vector<Relay> m_relays;
    int m_deadPort = 0;
    int m_deadSocket = -1;
    int m_wake = -1;
    std::mutex m_mutex;
    bool m_stopping = false;
    std::vector<int> m_ports; ///< of the servers
    std::map<int, Partition> m_isolated;
    std::vector<Connection> m_connections; ///< only the thread
    std::thread m_thread;
};

} // namespace coinswarm::test
