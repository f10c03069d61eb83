// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/host/bus_channel.h"
#include "memory/host/heartbeat.h"

#include <condition_variable>

namespace coinswarm::memory {

/// A BusChannel whose bus may be away when it is opened: it is looked for in a thread of its own until it is there. What is
/// said before is lost, as on any network, and said again by who needs it.
class JoiningChannel final : public QuorumChannel
{
public:
    struct Options {
        BusChannel::Options channel;
        std::function<void(const BusEvent &)> onBus; ///< in threads of the bus
        std::function<void(const Heartbeat &)>
            onHeartbeat; ///< in a thread of the channel; none: they are not listened to
        std::chrono::milliseconds retry{500};
    };

    /// `bus` is not connected yet.
    JoiningChannel(std::unique_ptr<Bus> bus, Options options);
    ~JoiningChannel() override;

    Result<void> open(Receiver receiver) override;
    void takePlace(std::optional<quorum::ManagerIndex> self) override;
    void submit(quorum::BatchKind kind, const std::string &item) override;
    void broadcast(const quorum::MessagePtr &message) override;
    void send(quorum::ManagerIndex to, const quorum::MessagePtr &message) override;
    void append(const quorum::MessagePtr &message) override;
    std::string trouble() const override;

    /// Lost if the bus is away. Any thread.
    void publish(const Heartbeat &heartbeat);

private:
    void join(const Receiver &receiver);
    Result<void> tryToJoin(const Receiver &receiver);
    /// Null until the bus was found; stays once it is there.
    BusChannel *joined() const { return m_joined.load(); }

    const Options m_options;
    std::unique_ptr<Bus> m_bus; // first: it outlives what uses it
    bool m_connected = false; ///< joining thread
    std::unique_ptr<BusChannel> m_channel;
    std::unique_ptr<bus::Listener> m_heartbeats;
    std::atomic<BusChannel *> m_joined{nullptr};
    std::atomic<std::optional<quorum::ManagerIndex>> m_place{};
    mutable std::mutex m_mutex; ///< guards what follows
    std::condition_variable m_wake;
    bool m_stopping = false;
    std::string m_trouble = "the bus has not been reached yet";
    std::thread m_thread;
};

} // namespace coinswarm::memory
