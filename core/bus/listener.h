// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "bus/mailbox.h"

#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace coinswarm::bus {

/// Runs a handler for each message of a subscription, in order, in a thread of its own.
///
/// The buffer between bus and handler is bounded; see Bus for what happens when it is full. The handler may call the bus,
/// also to publish and to request, and may destroy its own listener.
class Listener
{
public:
    using Handler = std::function<void(const BusMessage &)>;

    struct Options {
        std::string threadName = "bus-listener"; ///< 15 bytes are kept
        std::size_t capacity = 4096;
        SubscribeOptions subscribe;
    };

    static Result<std::unique_ptr<Listener>> open(Bus &bus, const TopicName &topic, Options options, Handler handler);
    /// Ends the subscription and drops what waits. The handler does not begin anew once this has returned; called from
    /// elsewhere than the handler, it is not running any more either.
    ~Listener();

    /// Ends the subscription and returns when the handler has seen everything that waited. Not inside the handler.
    void finish();
    /// Also after finish().
    std::uint64_t dropped() const { return m_subscription != nullptr ? m_subscription->dropped() : m_dropped; }

private:
    struct State {
        State(std::size_t capacity, Handler onMessage)
            : mailbox(std::make_shared<Mailbox>(capacity)), handler(std::move(onMessage))
        {}
        std::shared_ptr<Mailbox> mailbox;
        Handler handler;
        std::atomic<bool> abandoned = false;
    };
    Listener() = default;
    static void run(const std::shared_ptr<State> &state, const std::string &name);

    std::shared_ptr<State> m_state;
    std::unique_ptr<Subscription> m_subscription;
    std::thread m_thread;
    std::uint64_t m_dropped = 0;
};

} // namespace coinswarm::bus
