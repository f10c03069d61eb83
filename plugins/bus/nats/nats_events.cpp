// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "nats_events.h"

#include <array>
#include <utility>

namespace coinswarm::nats {

NatsEvents::NatsEvents(NatsSettings settings, std::function<void(const BusEvent &)> onEvent)
    : m_settings(std::move(settings)), m_onEvent(std::move(onEvent))
{}

natsStatus NatsEvents::attachTo(natsOptions *options)
{
    m_untilClosed = shared_from_this();
    void *const closure = number();
    natsStatus status = natsOptions_SetDisconnectedCB(options, &NatsEvents::onDisconnected, closure);
    if (status == NATS_OK) {
        status = natsOptions_SetReconnectedCB(options, &NatsEvents::onReconnected, closure);
    }
    if (status == NATS_OK) {
        status = natsOptions_SetClosedCB(options, &NatsEvents::onClosed, closure);
    }
    if (status == NATS_OK) {
        status = natsOptions_SetErrorHandler(options, &NatsEvents::onError, closure);
    }
    if (status == NATS_OK) {
        status = natsOptions_SetCustomReconnectDelay(options, &NatsEvents::onReconnectDelay, closure);
    }
    return status;
}

void NatsEvents::connectionMade(natsConnection *connection)
{
    m_connected = true;
    report({BusEvent::Kind::Connected, addressOf(connection), 0});
}

void NatsEvents::connectionFailed()
{
    // Without a connection the library never says that it is closed.
    m_untilClosed = nullptr;
}

void NatsEvents::report(const BusEvent &event)
{
    const std::lock_guard lock(m_eventMutex);
    if (m_onEvent) {
        m_onEvent(event);
    }
}

void NatsEvents::detach()
{
    const std::lock_guard lock(m_eventMutex);
    m_onEvent = nullptr;
}

void NatsEvents::retire(NatsSubscriptionPtr subscription)
{
    natsSubscription_Unsubscribe(subscription.get());
    const std::lock_guard lock(m_retiredMutex);
    m_retired.push_back(std::move(subscription));
}

void NatsEvents::freeRetired()
{
    const std::lock_guard lock(m_retiredMutex);
    m_retired.clear();
}

bool NatsEvents::waitUntilClosed(std::chrono::milliseconds timeout)
{
    std::unique_lock lock(m_closedMutex);
    return m_closedChange.wait_for(lock, timeout, [this] { return isClosed(); });
}

std::string NatsEvents::addressOf(natsConnection *connection)
{
    std::array<char, 256> buffer{};
    return natsConnection_GetConnectedUrl(connection, buffer.data(), buffer.size()) == NATS_OK ? buffer.data()
                                                                                               : "a NATS server";
}

std::string NatsEvents::reasonOf(natsConnection *connection)
{
    const char *reason = nullptr;
    const natsStatus status = natsConnection_GetLastError(connection, &reason);
    return reason != nullptr && *reason != '\0' ? reason : natsStatus_GetText(status);
}

void NatsEvents::onDisconnected(natsConnection *connection, void *number)
{
    const std::shared_ptr<NatsEvents> self = behind(number);
    if (self == nullptr) {
        return;
    }
    self->m_connected = false;
    self->report({BusEvent::Kind::Disconnected, reasonOf(connection), 0});
}

void NatsEvents::onReconnected(natsConnection *connection, void *number)
{
    const std::shared_ptr<NatsEvents> self = behind(number);
    if (self == nullptr) {
        return;
    }
    self->m_connected = true;
    self->report({BusEvent::Kind::Reconnected, addressOf(connection), 0});
}

void NatsEvents::onClosed(natsConnection *connection, void *number)
{
    const std::shared_ptr<NatsEvents> self = behind(number);
    if (self == nullptr) {
        return;
    }
    self->m_connected = false;
    self->report({BusEvent::Kind::Closed, reasonOf(connection), 0});
    {
        const std::lock_guard lock(self->m_closedMutex);
        self->m_closed = true;
    }
    self->m_closedChange.notify_all();
    self->m_untilClosed = nullptr;
}

void NatsEvents::onError(natsConnection *connection, natsSubscription *subscription, natsStatus error, void *number)
{
    const std::shared_ptr<NatsEvents> self = behind(number);
    if (self == nullptr) {
        return;
    }
    if (error == NATS_SLOW_CONSUMER && subscription != nullptr) {
        std::int64_t dropped = 0;
        natsSubscription_GetDropped(subscription, &dropped);
        const char *subject = natsSubscription_GetSubject(subscription);
        self->report({BusEvent::Kind::Dropped,
                      std::string("More than ") + std::to_string(self->m_settings.pendingMessages)
                          + " messages wait on " + (subject != nullptr ? subject : "a subject")
                          + "; further ones are dropped.",
                      static_cast<std::uint64_t>(dropped)});
        return;
    }
    self->report({BusEvent::Kind::Failed,
                  std::string("NATS: ") + natsStatus_GetText(error) + " (" + reasonOf(connection) + ").", 0});
}

std::int64_t NatsEvents::onReconnectDelay(natsConnection *, int attempts, void *number)
{
    const std::shared_ptr<NatsEvents> self = behind(number);
    return self == nullptr ? 0 : reconnectPause(self->m_settings, attempts).count();
}

} // namespace coinswarm::nats
