// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/host/joining_channel.h"

#include "bus/typed_bus.h"
#include "plugins/thread_name.h"

namespace coinswarm::memory {

JoiningChannel::JoiningChannel(std::unique_ptr<Bus> bus, Options options)
    : m_options(std::move(options)), m_bus(std::move(bus))
{}

JoiningChannel::~JoiningChannel()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_all();
    if (m_thread.joinable()) {
        m_thread.join();
    }
    m_heartbeats.reset();
    m_channel.reset();
}

Result<void> JoiningChannel::open(Receiver receiver)
{
    m_thread = std::thread([this, receiver = std::move(receiver)] { join(receiver); });
    return {};
}

void JoiningChannel::join(const Receiver &receiver)
{
    plugins::nameThisThread("memory-join");
    for (;;) {
        const Result<void> joined = tryToJoin(receiver);
        std::unique_lock lock(m_mutex);
        m_trouble = joined ? std::string() : joined.error().message;
        if (joined || m_wake.wait_for(lock, m_options.retry, [this] { return m_stopping; })) {
            return;
        }
    }
}

Result<void> JoiningChannel::tryToJoin(const Receiver &receiver)
{
    if (!m_connected) {
        if (const Result<void> connected = m_bus->connect(m_options.onBus); !connected) {
            return connected;
        }
        m_connected = true;
    }
    if (m_options.onHeartbeat && !m_heartbeats) {
        bus::Listener::Options listening;
        listening.threadName = "heartbeats";
        listening.capacity = 256;
        Result<std::unique_ptr<bus::Listener>> heartbeats =
            bus::Listener::open(*m_bus, kHeartbeats.at(clusterToken(m_options.channel.cluster)), listening,
                                [this](const BusMessage &message) {
                                    if (const Result<Heartbeat> beat = bus::decoded(kHeartbeats, message)) {
                                        m_options.onHeartbeat(*beat);
                                    }
                                });
        if (!heartbeats) {
            return heartbeats.error();
        }
        m_heartbeats = std::move(*heartbeats);
    }
    auto channel = std::make_unique<BusChannel>(*m_bus, m_options.channel);
    if (const Result<void> opened = channel->open(receiver); !opened) {
        return opened;
    }
    m_channel = std::move(channel);
    m_joined = m_channel.get();
    // A place that is taken meanwhile either finds the channel, or is found here.
    std::optional<quorum::ManagerIndex> place;
    do {
        place = m_place;
        m_channel->takePlace(place);
    } while (place != m_place.load());
    return {};
}

void JoiningChannel::takePlace(std::optional<quorum::ManagerIndex> self)
{
    m_place = self;
    if (BusChannel *channel = joined()) {
        channel->takePlace(self);
    }
}

void JoiningChannel::submit(quorum::BatchKind kind, const std::string &item)
{
    if (BusChannel *channel = joined()) {
        channel->submit(kind, item);
    }
}

void JoiningChannel::broadcast(const quorum::MessagePtr &message)
{
    if (BusChannel *channel = joined()) {
        channel->broadcast(message);
    }
}

void JoiningChannel::send(quorum::ManagerIndex to, const quorum::MessagePtr &message)
{
    if (BusChannel *channel = joined()) {
        channel->send(to, message);
    }
}

void JoiningChannel::append(const quorum::MessagePtr &message)
{
    if (BusChannel *channel = joined()) {
        channel->append(message);
    }
}

std::string JoiningChannel::trouble() const
{
    if (const BusChannel *channel = joined()) {
        return channel->trouble();
    }
    const std::lock_guard lock(m_mutex);
    return m_trouble;
}

void JoiningChannel::publish(const Heartbeat &heartbeat)
{
    if (joined() != nullptr) {
        // Whoever misses it sees the next.
        (void)m_bus->publish(bus::encoded(kHeartbeats, MessageHeader{{}, {}, {}, m_options.channel.source}, heartbeat,
                                          {clusterToken(m_options.channel.cluster)}));
    }
}

} // namespace coinswarm::memory
