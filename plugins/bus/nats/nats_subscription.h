// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "nats_events.h"
#include "nats_handle.h"

#include <coinswarm/bus.h>

namespace coinswarm::nats {

/// A subscription at the server. The library calls the sink in a thread that it has for this subscription alone.
class NatsSubscription final : public Subscription
{
public:
    static Result<std::unique_ptr<Subscription>> open(natsConnection *connection, std::shared_ptr<NatsEvents> events,
                                                      const std::string &prefix, const TopicName &topic,
                                                      const SubscribeOptions &options, std::shared_ptr<Sink> sink);
    /// Waits for the message that is being delivered.
    ~NatsSubscription() override;

    std::uint64_t dropped() const override;

private:
    // Lives until the library says that it delivers nothing any more.
    struct Delivery {
        std::shared_ptr<Sink> sink;
        std::shared_ptr<NatsEvents> events;
        TopicName topic;
        TopicScope scope = TopicScope::Exact;
        std::string prefix;
        std::atomic<std::uint64_t> dropped = 0;
        std::mutex mutex;
        std::condition_variable change;
        bool complete = false;
    };
    using Held = std::shared_ptr<Delivery>;
    NatsSubscription(NatsSubscriptionPtr subscription, Held delivery)
        : m_subscription(std::move(subscription)), m_delivery(std::move(delivery))
    {}
    static void onMessage(natsConnection *, natsSubscription *, natsMsg *message, void *held);
    static void onComplete(void *held);
    static void lose(Delivery &delivery, const TopicName &topic);

    NatsSubscriptionPtr m_subscription;
    const Held m_delivery;
};

} // namespace coinswarm::nats
