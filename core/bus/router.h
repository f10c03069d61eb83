// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/bus.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace coinswarm::bus {

/// Who subscribes to what inside this process, and hands messages to them. Any thread.
class Router
{
public:
    struct Member {
        std::shared_ptr<Sink> sink;
        std::atomic<std::uint64_t> dropped = 0;
    };
    struct Drop {
        TopicName topic;
        std::uint64_t total = 0;
    };
    struct Delivery {
        bool open = true; ///< false: close() was called, and nobody got anything
        std::size_t subscribed = 0; ///< subscriptions and groups that the last message was meant for
        std::size_t taken = 0; ///< of these, how many took it
        std::vector<Drop> drops; ///< losses that are worth reporting: each subscription's 1st, 2nd, 4th, 8th, …
    };

    /// Gives each message to everybody it is for. A full sink loses it.
    void deliver(std::span<BusMessage> messages, Delivery &delivery);

    std::shared_ptr<Member> add(const TopicName &topic, const SubscribeOptions &options, std::shared_ptr<Sink> sink);
    /// Once it returns the sink is not offered anything any more.
    void remove(const TopicName &topic, const std::shared_ptr<Member> &member);
    /// Once it returns nothing is offered to anybody any more.
    void close();

private:
    struct Route { // one subscription, or one queue group
        TopicName topic;
        TopicScope scope = TopicScope::Exact;
        std::string group;
        std::vector<std::shared_ptr<Member>> members;
        std::size_t next = 0;
    };
    struct Channel {
        std::mutex mutex;
        std::vector<Route> routes;
    };

    static bool matches(const Route &route, const TopicName &topic);
    static void route(Channel &channel, BusMessage &message, Delivery &delivery);
    static bool offer(Route &route, BusMessage &&message, Delivery &delivery);
    Channel &channelOf(Subject subject) { return m_channels[static_cast<std::size_t>(subject)]; }

    std::array<Channel, kSubjectCount> m_channels;
    std::atomic<bool> m_open = true;
};

} // namespace coinswarm::bus
