// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "bus/router.h"

#include <algorithm>
#include <bit>

namespace coinswarm::bus {

void Router::deliver(std::span<BusMessage> messages, Delivery &delivery)
{
    while (!messages.empty()) {
        // Messages of one subject in a row share one lock.
        const Subject subject = messages.front().topic().subject;
        Channel &channel = channelOf(subject);
        const std::lock_guard lock(channel.mutex);
        if (!m_open.load(std::memory_order_relaxed)) {
            delivery.open = false;
            return;
        }
        do {
            route(channel, messages.front(), delivery);
            messages = messages.subspan(1);
        } while (!messages.empty() && messages.front().topic().subject == subject);
    }
}

void Router::route(Channel &channel, BusMessage &message, Delivery &delivery)
{
    delivery.subscribed = 0;
    delivery.taken = 0;
    Route *last = nullptr;
    for (Route &candidate : channel.routes) {
        if (!matches(candidate, message.topic())) {
            continue;
        }
        if (last != nullptr) {
            delivery.taken += offer(*last, BusMessage(message), delivery) ? 1 : 0;
        }
        last = &candidate;
        ++delivery.subscribed;
    }
    // The last one gets the sender's own reference, which costs nothing.
    if (last != nullptr) {
        delivery.taken += offer(*last, std::move(message), delivery) ? 1 : 0;
    }
}

bool Router::matches(const Route &route, const TopicName &topic)
{
    const std::vector<std::string> &wanted = route.topic.tokens;
    if (route.scope == TopicScope::Exact) {
        return wanted == topic.tokens;
    }
    return topic.tokens.size() > wanted.size() && std::equal(wanted.begin(), wanted.end(), topic.tokens.begin());
}

bool Router::offer(Route &route, BusMessage &&message, Delivery &delivery)
{
    const std::size_t count = route.members.size();
    const std::size_t first = count == 1 ? 0 : route.next++;
    // In a group somebody else may have room.
    for (std::size_t i = 0; i < count; ++i) {
        if (route.members[count == 1 ? 0 : (first + i) % count]->sink->offer(std::move(message))) {
            return true;
        }
    }
    const std::uint64_t total = ++route.members[first % count]->dropped;
    if (std::has_single_bit(total)) {
        delivery.drops.push_back({message.topic(), total});
    }
    return false;
}

std::shared_ptr<Router::Member> Router::add(const TopicName &topic, const SubscribeOptions &options,
                                            std::shared_ptr<Sink> sink)
{
    auto member = std::make_shared<Member>();
    member->sink = std::move(sink);
    Channel &channel = channelOf(topic.subject);
    const std::lock_guard lock(channel.mutex);
    const auto group = std::find_if(channel.routes.begin(), channel.routes.end(), [&](const Route &route) {
        return !options.queueGroup.empty() && route.group == options.queueGroup && route.scope == options.scope
            && route.topic == topic;
    });
    if (group != channel.routes.end()) {
        group->members.push_back(member);
    } else {
        channel.routes.push_back({topic, options.scope, options.queueGroup, {member}});
    }
    return member;
}

void Router::remove(const TopicName &topic, const std::shared_ptr<Member> &member)
{
    Channel &channel = channelOf(topic.subject);
    const std::lock_guard lock(channel.mutex);
    for (Route &route : channel.routes) {
        std::erase(route.members, member);
    }
    std::erase_if(channel.routes, [](const Route &route) { return route.members.empty(); });
}

void Router::close()
{
    m_open = false;
    // A delivery under way holds its channel.
    for (Channel &channel : m_channels) {
        const std::lock_guard lock(channel.mutex);
    }
}

} // namespace coinswarm::bus
