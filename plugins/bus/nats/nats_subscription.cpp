// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "nats_subscription.h"

#include "nats_error.h"

#include <coinswarm/bus_envelope.h>

#include <bit>

namespace coinswarm::nats {

Result<std::unique_ptr<Subscription>> NatsSubscription::open(natsConnection *connection,
                                                             std::shared_ptr<NatsEvents> events,
                                                             const std::string &prefix, const TopicName &topic,
                                                             const SubscribeOptions &options,
                                                             std::shared_ptr<Sink> sink)
{
    const std::string subject = wireSubject(topic, prefix) + (options.scope == TopicScope::Below ? ".>" : "");
    auto delivery = std::make_shared<Delivery>();
    delivery->sink = std::move(sink);
    delivery->events = std::move(events);
    delivery->topic = topic;
    delivery->scope = options.scope;
    delivery->prefix = prefix;

    auto held = std::make_unique<Held>(delivery);
    natsSubscription *made = nullptr;
    natsStatus status = options.queueGroup.empty()
        ? natsConnection_Subscribe(&made, connection, subject.c_str(), &onMessage, held.get())
        : natsConnection_QueueSubscribe(&made, connection, subject.c_str(), options.queueGroup.c_str(), &onMessage,
                                        held.get());
    if (status != NATS_OK) {
        return natsError("Cannot subscribe to " + subject, status);
    }
    NatsSubscriptionPtr subscription(made);
    // Its thread may be in the middle of a message when the subscription is destroyed; the library tells when it is not.
    status = natsSubscription_SetOnCompleteCB(made, &onComplete, held.get());
    // From here on the library frees it, or nobody may.
    static_cast<void>(held.release());
    if (status == NATS_OK) {
        // Messages are bounded by their number; the library's limit of bytes would be in the way of large ones.
        int messages = 0;
        int bytes = 0;
        status = natsSubscription_GetPendingLimits(made, &messages, &bytes);
        if (status == NATS_OK) {
            status = natsSubscription_SetPendingLimits(made, messages, std::max(bytes, 256 << 20));
        }
    }
    // The server must know of it before this returns: whoever publishes next may do so on another connection.
    if (status == NATS_OK) {
        status = natsConnection_FlushTimeout(connection, 5000);
    }
    if (status != NATS_OK) {
        Error error = natsError("Cannot subscribe to " + subject, status);
        delivery->events->retire(std::move(subscription));
        return error;
    }
    return std::unique_ptr<Subscription>(new NatsSubscription(std::move(subscription), std::move(delivery)));
}

NatsSubscription::~NatsSubscription()
{
    natsSubscription_Unsubscribe(m_subscription.get());
    {
        std::unique_lock lock(m_delivery->mutex);
        m_delivery->change.wait(lock, [this] { return m_delivery->complete; });
    }
    m_delivery->events->retire(std::move(m_subscription));
}

std::uint64_t NatsSubscription::dropped() const
{
    std::int64_t inLibrary = 0;
    natsSubscription_GetDropped(m_subscription.get(), &inLibrary);
    return m_delivery->dropped + static_cast<std::uint64_t>(inLibrary);
}

void NatsSubscription::onMessage(natsConnection *, natsSubscription *, natsMsg *message, void *held)
{
    const NatsMessagePtr owner(message);
    Delivery &delivery = **static_cast<Held *>(held);
    const char *reply = natsMsg_GetReply(message);
    const std::span<const std::byte> bytes(reinterpret_cast<const std::byte *>(natsMsg_GetData(message)),
                                           static_cast<std::size_t>(natsMsg_GetDataLength(message)));
    if (delivery.scope == TopicScope::Exact) {
        Result<BusMessage> decoded = decodeMessage(delivery.topic, bytes, reply != nullptr ? reply : "");
        if (!decoded.ok()) {
            delivery.events->report({BusEvent::Kind::Failed, decoded.error().message, 0});
        } else if (!delivery.sink->offer(std::move(decoded).value())) {
            lose(delivery, delivery.topic);
        }
        return;
    }
    const Result<TopicName> topic = topicFromWire(natsMsg_GetSubject(message), delivery.prefix);
    Result<BusMessage> decoded =
        topic.ok() ? decodeMessage(*topic, bytes, reply != nullptr ? reply : "") : Result<BusMessage>(topic.error());
    if (!decoded.ok()) {
        delivery.events->report({BusEvent::Kind::Failed, decoded.error().message, 0});
    } else if (!delivery.sink->offer(std::move(decoded).value())) {
        lose(delivery, *topic);
    }
}

void NatsSubscription::lose(Delivery &delivery, const TopicName &topic)
{
    const std::uint64_t total = ++delivery.dropped;
    if (std::has_single_bit(total)) {
        delivery.events->report(
            {BusEvent::Kind::Dropped, "A subscriber of " + wireSubject(topic) + " does not keep up.", total});
    }
}

void NatsSubscription::onComplete(void *held)
{
    const std::unique_ptr<Held> own(static_cast<Held *>(held));
    const std::lock_guard lock((*own)->mutex);
    (*own)->sink = nullptr;
    (*own)->complete = true;
    (*own)->change.notify_all();
}

} // namespace coinswarm::nats
