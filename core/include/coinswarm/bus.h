// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/bus_message.h>
#include <coinswarm/durable_log.h>

#include <chrono>
#include <functional>
#include <memory>

namespace coinswarm {

inline constexpr std::chrono::milliseconds kRequestTimeout{2000};

/// Where a subscription puts its messages. `Mailbox` in core/bus is one, with a bounded buffer.
class COINSWARM_SDK_EXPORT Sink
{
public:
    virtual ~Sink();

    /// Takes the message, or returns false and leaves it alone: then it is dropped, counted and reported.
    /// Thread: the publisher's or one of the bus; several at once if publishers are several. Must not block, throw, or
    /// call the bus.
    virtual bool offer(BusMessage &&message) = 0;
};

enum class TopicScope : unsigned char {
    Exact, ///< this topic
    Below, ///< all topics that begin with this one and have at least one more token; not the topic itself
};

struct SubscribeOptions {
    std::string queueGroup; ///< each message goes to one member of the group; empty: to everybody
    TopicScope scope = TopicScope::Exact;
};

/// Owns a subscription: destroying it ends it. Once the destructor has returned, the sink is never offered anything again.
/// What the sink took before stays there.
/// Thread: any, but not inside Sink::offer(). Destroyed before its bus.
class COINSWARM_SDK_EXPORT Subscription
{
public:
    virtual ~Subscription();

    /// Messages that this subscription has lost because its sink, or the bus's buffer before it, was full.
    virtual std::uint64_t dropped() const = 0;
};

struct BusEvent {
    enum class Kind : unsigned char {
        Connected, ///< detail: to what
        Disconnected, ///< detail: why. Messages sent from here on until Reconnected are refused or lost
        Reconnected, ///< detail: to what. Subscriptions are in force again; what was published in between is missing
        Closed, ///< for good; detail: why
        Dropped, ///< detail: topic and what was full; `dropped`: how many that subscription has lost so far
        Failed, ///< something else went wrong; detail is a sentence
    };
    Kind kind = Kind::Failed;
    std::string detail;
    std::uint64_t dropped = 0;
};

/// Carries messages between parts of the program, and between programs: in-process (core/bus) or NATS (a plugin).
///
/// Delivery is at most once: a message that was published reaches each subscriber once or, where a buffer is full or a
/// connection breaks, not at all. What must not be lost goes through a DurableLog.
/// Order: messages published by one thread reach one sink in that order, as long as the connection holds.
/// Buffers: the sink's. A full one drops the newest message, counts it, and reports the 1st, 2nd, 4th, 8th, … lost.
/// Thread: all methods from any thread, except that nothing is called from inside Sink::offer() or `onEvent`. request(),
/// flush(), drain(), connect() and openLog() block; never call them in the thread of the engine or the desktop.
class COINSWARM_SDK_EXPORT Bus
{
public:
    virtual ~Bus();

    /// Connects. Called once, first; may be repeated after an error. Unavailable if nobody is there, which is not tried
    /// again by itself; a connection that breaks later is, for ever, with growing pauses.
    /// `onEvent` is called in a thread of the bus or in one that calls it, one call at a time; never again once the
    /// bus is destroyed. It must return quickly.
    virtual Result<void> connect(std::function<void(const BusEvent &)> onEvent) = 0;
    virtual bool isConnected() const = 0;
    /// An id that no other message has.
    virtual MessageId newId() = 0;
    /// Bytes that a message's payload may have.
    virtual std::size_t maximumPayload() const = 0;

    /// Hands the message over. Success says that it was accepted here, not that anybody got it. Unavailable while
    /// disconnected: nothing is kept for later. Invalid if it is too large. Refused after drain().
    virtual Result<void> publish(BusMessage message) = 0;
    /// publish() for each, in order; cheaper. After an error those before the one that is named are published.
    virtual Result<void> publishBatch(std::span<const BusMessage> messages) = 0;
    /// Returns when everything published before has arrived at the server. In-process at once.
    virtual Result<void> flush(std::chrono::milliseconds timeout) = 0;

    /// Messages published by others and by this bus itself, from now on. `sink` is kept alive by the subscription.
    virtual Result<std::unique_ptr<Subscription>> subscribe(const TopicName &topic, const SubscribeOptions &options,
                                                            std::shared_ptr<Sink> sink) = 0;

    /// Publishes and waits for the first reply(). NotFound at once if nobody subscribes to the topic; Unavailable if the
    /// answer does not come in time or the connection is down.
    virtual Result<BusMessage> request(BusMessage message, std::chrono::milliseconds timeout = kRequestTimeout) = 0;
    /// Answers a message that came with an address. Invalid if it has none. An answer that is too late is lost.
    virtual Result<void> reply(const BusMessage &request, BusMessage answer) = 0;

    /// Opens the log of a subject, making it if there is none; a log that exists keeps its settings. It must be destroyed
    /// before the bus. Such a subject is not to be published to: what is published is not in the log, or only on some buses.
    virtual Result<std::unique_ptr<DurableLog>> openLog(Subject subject, const LogOptions &options) = 0;

    /// Ends in order: nothing new is accepted, everything accepted is sent, everything received is in its sink. Unavailable
    /// if that takes longer than `timeout`; what was not sent is then lost. Afterwards the bus is closed.
    virtual Result<void> drain(std::chrono::milliseconds timeout) = 0;
};

} // namespace coinswarm
