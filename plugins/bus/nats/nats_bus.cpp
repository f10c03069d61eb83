// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "nats_bus.h"

#include "jet_stream_log.h"
#include "nats_error.h"
#include "nats_subscription.h"

#include <coinswarm/bus_envelope.h>

#include <QtCore/QRandomGenerator>

namespace coinswarm::nats {

namespace {

// What the server's limit must hold beside the payload: the longest envelope, and the headers of an entry of a log.
constexpr std::size_t kOverhead = 512;
// What the in-process bus carries: a program that works with the one works with the other.
constexpr std::size_t kLargestPayload = (std::size_t{1} << 20) - kOverhead;

} // namespace

NatsBus::NatsBus(NatsSettings settings)
    : m_settings(std::move(settings)), m_origin(QRandomGenerator::system()->generate64())
{
    for (std::size_t i = 0; i < kSubjectCount; ++i) {
        m_subjects[i] = subjectOf(static_cast<Subject>(i));
    }
}

NatsBus::~NatsBus()
{
    if (m_events != nullptr) {
        m_events->detach();
    }
    if (m_connection != nullptr) {
        natsConnection_Close(m_connection.get());
        if (m_events->waitUntilClosed(std::chrono::seconds(5))) {
            m_events->freeRetired();
        }
    }
}

Result<void> NatsBus::connect(std::function<void(const BusEvent &)> onEvent)
{
    releaseNatsMemoryAtThreadEnd();
    if (m_connection != nullptr) {
        return Error{ErrorKind::Refused, "The NATS bus was connected before."};
    }
    auto options = natsOptionsFor(m_settings);
    if (!options.ok()) {
        return options.error();
    }
    m_events = std::make_shared<NatsEvents>(m_settings, std::move(onEvent));
    natsConnection *made = nullptr;
    natsStatus status = m_events->attachTo(options->get());
    if (status == NATS_OK) {
        status = natsConnection_Connect(&made, options->get());
    }
    if (status != NATS_OK) {
        Error error = natsError("Cannot connect to NATS at " + m_settings.servers.front()
                                    + (m_settings.servers.size() > 1 ? " or any other of its servers" : ""),
                                status);
        m_events->connectionFailed();
        m_events = nullptr;
        return error;
    }
    m_connection.reset(made);
    const auto limit = static_cast<std::size_t>(std::max<std::int64_t>(natsConnection_GetMaxPayload(made), 0));
    m_maximumPayload = std::min(limit > kOverhead ? limit - kOverhead : 0, kLargestPayload);
    m_events->connectionMade(made);
    return {};
}

MessageId NatsBus::newId()
{
    return {m_origin, m_lastId.fetch_add(1, std::memory_order_relaxed) + 1};
}

Result<void> NatsBus::checkUsable() const
{
    if (isConnected() && !m_drained.load(std::memory_order_acquire)) {
        return {};
    }
    if (m_drained || (m_events != nullptr && m_events->isClosed())) {
        return Error{ErrorKind::Refused, "The bus is closed; it takes nothing any more."};
    }
    return Error{ErrorKind::Unavailable, "The NATS bus is not connected; what is published now would be lost."};
}

Result<void> NatsBus::publish(BusMessage message)
{
    return publishBatch({&message, 1});
}

Result<void> NatsBus::publishBatch(std::span<const BusMessage> messages)
{
    releaseNatsMemoryAtThreadEnd();
    for (const BusMessage &message : messages) {
        if (const Result<void> usable = checkUsable(); !usable.ok()) {
            return usable;
        }
        const TopicName &topic = message.topic();
        const Result<void> sent = topic.tokens.empty()
            ? send(message, m_subjects[static_cast<std::size_t>(topic.subject)].c_str())
            : send(message, subjectOf(topic).c_str());
        if (!sent.ok()) {
            return sent;
        }
    }
    return {};
}

Result<void> NatsBus::send(const BusMessage &message, const char *subject)
{
    if (message.payload().size() > m_maximumPayload) {
        return tooLarge(message);
    }
    // The library copies it before it returns.
    thread_local std::vector<std::byte> buffer;
    encodeMessage(message, buffer);
    const natsStatus status =
        natsConnection_Publish(m_connection.get(), subject, buffer.data(), static_cast<int>(buffer.size()));
    return status == NATS_OK ? Result<void>() : natsError(std::string("Cannot publish on ") + subject, status);
}

Result<void> NatsBus::tooLarge(const BusMessage &message) const
{
    return invalid("A message on " + wireSubject(message.topic()) + " has " + std::to_string(message.payload().size())
                   + " bytes; this NATS server carries at most " + std::to_string(m_maximumPayload)
                   + " (see max_payload in its configuration).");
}

Result<void> NatsBus::flush(std::chrono::milliseconds timeout)
{
    releaseNatsMemoryAtThreadEnd();
    if (const Result<void> usable = checkUsable(); !usable.ok()) {
        return usable;
    }
    const natsStatus status =
        natsConnection_FlushTimeout(m_connection.get(), std::max<std::int64_t>(timeout.count(), 1));
    return status == NATS_OK ? Result<void>() : natsError("The NATS server did not confirm in time", status);
}

Result<std::unique_ptr<Subscription>> NatsBus::subscribe(const TopicName &topic, const SubscribeOptions &options,
                                                         std::shared_ptr<Sink> sink)
{
    releaseNatsMemoryAtThreadEnd();
    if (const Result<void> usable = checkUsable(); !usable.ok()) {
        return usable.error();
    }
    return NatsSubscription::open(m_connection.get(), m_events, m_settings.subjectPrefix, topic, options,
                                  std::move(sink));
}

Result<BusMessage> NatsBus::request(BusMessage message, std::chrono::milliseconds timeout)
{
    releaseNatsMemoryAtThreadEnd();
    if (const Result<void> usable = checkUsable(); !usable.ok()) {
        return usable.error();
    }
    if (message.payload().size() > m_maximumPayload) {
        return tooLarge(message).error();
    }
    const std::string subject = subjectOf(message.topic());
    std::vector<std::byte> question;
    encodeMessage(message, question);
    natsMsg *received = nullptr;
    const natsStatus status =
        natsConnection_Request(&received, m_connection.get(), subject.c_str(), question.data(),
                               static_cast<int>(question.size()), std::max<std::int64_t>(timeout.count(), 1));
    const NatsMessagePtr answer(received);
    if (status == NATS_NO_RESPONDERS) {
        return Error{ErrorKind::NotFound, "Nobody answers requests on " + subject + "."};
    }
    if (status == NATS_TIMEOUT) {
        return Error{ErrorKind::Unavailable,
                     "No answer on " + subject + " within " + std::to_string(timeout.count()) + " ms."};
    }
    if (status != NATS_OK) {
        return natsError("The request on " + subject + " failed", status);
    }
    return decodeMessage(message.topic(),
                         {reinterpret_cast<const std::byte *>(natsMsg_GetData(received)),
                          static_cast<std::size_t>(natsMsg_GetDataLength(received))});
}

Result<void> NatsBus::reply(const BusMessage &request, BusMessage answer)
{
    releaseNatsMemoryAtThreadEnd();
    if (const Result<void> usable = checkUsable(); !usable.ok()) {
        return usable;
    }
    if (request.replyTo().empty()) {
        return invalid("The message on " + wireSubject(request.topic()) + " did not ask for an answer.");
    }
    return send(answer, request.replyTo().c_str());
}

Result<std::unique_ptr<DurableLog>> NatsBus::openLog(Subject subject, const LogOptions &options)
{
    releaseNatsMemoryAtThreadEnd();
    if (const Result<void> usable = checkUsable(); !usable.ok()) {
        return usable.error();
    }
    LogOptions chosen = options;
    if (chosen.replicas == 0) {
        chosen.replicas = m_settings.servers.size() >= 3 ? 3 : 1;
    }
    return JetStreamLog::open(m_connection.get(), m_events, subject, m_subjects[static_cast<std::size_t>(subject)],
                              chosen, m_maximumPayload);
}

Result<void> NatsBus::drain(std::chrono::milliseconds timeout)
{
    releaseNatsMemoryAtThreadEnd();
    if (m_drained.exchange(true) || m_connection == nullptr) {
        return {};
    }
    const natsStatus status =
        natsConnection_DrainTimeout(m_connection.get(), std::max<std::int64_t>(timeout.count(), 1));
    if (status != NATS_OK) {
        return natsError("The NATS bus cannot be drained", status);
    }
    // The library closes the connection in either case, a moment after its own limit.
    if (!m_events->waitUntilClosed(timeout + std::chrono::seconds(1))) {
        return Error{ErrorKind::Unavailable,
                     "The NATS bus was not drained within " + std::to_string(timeout.count())
                         + " ms; what it still had is lost."};
    }
    const char *detail = nullptr;
    const natsStatus last = natsConnection_GetLastError(m_connection.get(), &detail);
    return last == NATS_TIMEOUT ? natsError("The NATS bus was not drained in time", last) : Result<void>();
}

} // namespace coinswarm::nats
