// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/route_relays.h"

#include "support/loopback.h"

#include <algorithm>
#include <cerrno>

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace coinswarm::test {

namespace {

// What a relay holds for one that does not read; behind it the sender has to wait, as on any connection.
constexpr std::size_t kUnsent = std::size_t{1} << 20;

void closeSocket(int socket, bool reset)
{
    if (reset) {
        const linger none{1, 0};
        ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    }
    ::close(socket);
}

void sendAtOnce(int socket)
{
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

} // namespace

Result<std::unique_ptr<RouteRelays>> RouteRelays::start(int servers)
{
    std::unique_ptr<RouteRelays> relays(new RouteRelays(servers));
    if (const Result<void> listening = relays->listen(); !listening.ok()) {
        return listening.error();
    }
    relays->m_thread = std::thread([self = relays.get()] { self->run(); });
    return relays;
}

Result<void> RouteRelays::listen()
{
    const Error noPort{ErrorKind::Environment, "no free ports for the relays between servers"};
    m_wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    m_deadSocket = newSocket();
    m_deadPort = bindAnywhere(m_deadSocket);
    if (m_wake < 0 || m_deadPort == 0) {
        return noPort;
    }
    const int servers = static_cast<int>(m_ports.size());
    for (int from = 0; from < servers; ++from) {
        for (int to = 0; to < servers; ++to) {
            if (from == to) {
                continue;
            }
            Relay &relay = m_relays.emplace_back(Relay{from, to, newSocket(), 0});
            relay.port = bindAnywhere(relay.listener);
            if (relay.port == 0 || ::listen(relay.listener, 64) != 0) {
                return noPort;
            }
        }
    }
    return {};
}

RouteRelays::~RouteRelays()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    wake();
    if (m_thread.joinable()) {
        m_thread.join();
    }
    for (const Connection &connection : m_connections) {
        close(connection, false);
    }
    for (const Relay &relay : m_relays) {
        ::close(relay.listener);
    }
    ::close(m_deadSocket);
    ::close(m_wake);
}

void RouteRelays::leadTo(int server, int port)
{
    const std::lock_guard lock(m_mutex);
    m_ports[static_cast<std::size_t>(server)] = port;
}

int RouteRelays::port(int from, int to) const
{
    const auto found = std::find_if(m_relays.begin(), m_relays.end(),
                                    [from, to](const Relay &relay) { return relay.from == from && relay.to == to; });
    return found != m_relays.end() ? found->port : 0;
}

void RouteRelays::isolate(int server, Partition partition)
{
    {
        const std::lock_guard lock(m_mutex);
        m_isolated[server] = partition;
    }
    wake();
}

void RouteRelays::rejoin(int server)
{
    {
        const std::lock_guard lock(m_mutex);
        m_isolated.erase(server);
    }
    wake();
}

void RouteRelays::wake() const
{
    ::eventfd_write(m_wake, 1);
}

RouteRelays::State RouteRelays::stateOf(const Relay &relay) const
{
    State state = State::Open;
    for (const int end : {relay.from, relay.to}) {
        if (const auto found = m_isolated.find(end); found != m_isolated.end()) {
            state = std::max(state, found->second == Partition::Silent ? State::Silent : State::Broken);
        }
    }
    return state;
}

void RouteRelays::run()
{
    std::unique_lock lock(m_mutex);
    while (!m_stopping) {
        std::vector<pollfd> polled = whatToWaitFor();
        lock.unlock();
        ::poll(polled.data(), polled.size(), -1);
        lock.lock();
        eventfd_t wakes = 0;
        ::eventfd_read(m_wake, &wakes);
        // What came meanwhile to somebody who is cut off now stays where it is: the states are looked at again.
        std::size_t next = 1 + m_relays.size();
        for (Connection &connection : m_connections) {
            const State state = stateOf(m_relays[connection.relay]);
            for (std::size_t i = 0; i < 2; ++i) {
                const short events = polled[next++].revents;
                if (state == State::Open && !connection.over) {
                    connection.over = ((events & POLLOUT) != 0 && !sendUnsent(connection, i))
                        || ((events & ~POLLOUT) != 0 && !carry(connection, i));
                }
            }
            connection.over = connection.over || state == State::Broken;
            if (connection.over) {
                close(connection, state == State::Broken);
            }
        }
        std::erase_if(m_connections, [](const Connection &connection) { return connection.over; });
        for (std::size_t i = 0; i < m_relays.size(); ++i) {
            if (polled[1 + i].revents != 0) {
                accept(i);
            }
        }
    }
}

std::vector<pollfd> RouteRelays::whatToWaitFor() const
{
    // Descriptor -1 is passed over: who is silent is not even seen to hang up.
    std::vector<pollfd> polled{{m_wake, POLLIN, 0}};
    for (const Relay &relay : m_relays) {
        polled.push_back({stateOf(relay) == State::Silent ? -1 : relay.listener, POLLIN, 0});
    }
    for (const Connection &connection : m_connections) {
        const bool open = stateOf(m_relays[connection.relay]) == State::Open;
        for (std::size_t i = 0; i < 2; ++i) {
            const int reading = connection.unsent[1 - i].size() < kUnsent ? POLLIN : 0;
            const int writing = connection.unsent[i].empty() ? 0 : POLLOUT;
            polled.push_back({open ? connection.sockets[i] : -1, static_cast<short>(reading | writing), 0});
        }
    }
    return polled;
}

void RouteRelays::accept(std::size_t relay)
{
    const State state = stateOf(m_relays[relay]);
    if (state == State::Silent) {
        return;
    }
    const int incoming = ::accept4(m_relays[relay].listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (incoming < 0) {
        return;
    }
    const int outgoing = newSocket();
    const sockaddr_in address = loopback(m_ports[static_cast<std::size_t>(m_relays[relay].to)]);
    if (state == State::Broken
        || ::connect(outgoing, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0) {
        closeSocket(incoming, true);
        ::close(outgoing);
        return;
    }
    sendAtOnce(incoming);
    sendAtOnce(outgoing);
    m_connections.push_back({relay, {incoming, outgoing}, {}, false});
}

bool RouteRelays::carry(Connection &connection, std::size_t from)
{
    char buffer[65'536];
    const ssize_t got = ::recv(connection.sockets[from], buffer, sizeof buffer, MSG_DONTWAIT);
    if (got < 0) {
        return errno == EAGAIN || errno == EINTR;
    }
    connection.unsent[1 - from].append(buffer, static_cast<std::size_t>(got));
    // Whoever ends a connection of a cluster ends both directions.
    return sendUnsent(connection, 1 - from) && got > 0;
}

bool RouteRelays::sendUnsent(Connection &connection, std::size_t to)
{
    std::string &unsent = connection.unsent[to];
    while (!unsent.empty()) {
        const ssize_t sent = ::send(connection.sockets[to], unsent.data(), unsent.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
        unsent.erase(0, static_cast<std::size_t>(sent));
    }
    return true;
}

void RouteRelays::close(const Connection &connection, bool reset)
{
    for (const int socket : connection.sockets) {
        closeSocket(socket, reset);
    }
}

} // namespace coinswarm::test
