// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "library_number.h"
#include "nats_settings.h"

#include <coinswarm/bus.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace coinswarm::nats {

/// What happens to a connection, on its way from the library's threads to whoever asked to be told. Any thread.
///
/// The library needs it until it has said that the connection is closed, which can be after the bus is gone; it holds
/// itself until then.
class NatsEvents : public LibraryNumber<NatsEvents>
{
public:
    NatsEvents(NatsSettings settings, std::function<void(const BusEvent &)> onEvent);

    /// Registers the callbacks. connectionMade() or connectionFailed() is called next.
    natsStatus attachTo(natsOptions *options);
    void connectionMade(natsConnection *connection);
    void connectionFailed();

    void report(const BusEvent &event);
    /// Once it returns `onEvent` is not running and will not be called again.
    void detach();
    /// Keeps a subscription that has ended until the connection has. libnats 3.4 hands a message, or an error, to a
    /// subscription without holding it, and crashes if it is freed in that moment (nats.c issue 637 and pull request 659).
    void retire(NatsSubscriptionPtr subscription);
    /// After the end of the connection.
    void freeRetired();
    /// Whether the library has said so in time.
    bool waitUntilClosed(std::chrono::milliseconds timeout);
    bool isConnected() const { return m_connected.load(std::memory_order_acquire); }
    bool isClosed() const { return m_closed.load(std::memory_order_acquire); }

private:
    static std::string addressOf(natsConnection *connection);
    static std::string reasonOf(natsConnection *connection);
    static void onDisconnected(natsConnection *connection, void *number);
    static void onReconnected(natsConnection *connection, void *number);
    static void onClosed(natsConnection *connection, void *number);
    static void onError(natsConnection *connection, natsSubscription *subscription, natsStatus error, void *number);
    static std::int64_t onReconnectDelay(natsConnection *connection, int attempts, void *number);

    const NatsSettings m_settings;
    std::shared_ptr<NatsEvents> m_untilClosed; ///< itself
    std::atomic<bool> m_connected = false;
    std::atomic<bool> m_closed = false;
    std::mutex m_eventMutex;
    std::function<void(const BusEvent &)> m_onEvent;
    std::mutex m_retiredMutex;
    std::vector<NatsSubscriptionPtr> m_retired;
    std::mutex m_closedMutex;
    std::condition_variable m_closedChange;
};

} // namespace coinswarm::nats
