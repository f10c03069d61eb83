// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "nats_events.h"
#include "nats_handle.h"

#include <coinswarm/bus.h>

#include <array>

namespace coinswarm::nats {

/// The bus over NATS. The library's threads carry it: one for each subscription calls its sink, another one reports
/// events. What stands before the payload on the wire: bus_envelope.h.
class NatsBus final : public Bus
{
public:
    explicit NatsBus(NatsSettings settings);
    ~NatsBus() override;

    Result<void> connect(std::function<void(const BusEvent &)> onEvent) override;
    bool isConnected() const override { return m_events != nullptr && m_events->isConnected(); }
    MessageId newId() override;
    std::size_t maximumPayload() const override { return m_maximumPayload; }
    Result<void> publish(BusMessage message) override;
    Result<void> publishBatch(std::span<const BusMessage> messages) override;
    Result<void> flush(std::chrono::milliseconds timeout) override;
    Result<std::unique_ptr<Subscription>> subscribe(const TopicName &topic, const SubscribeOptions &options,
                                                    std::shared_ptr<Sink> sink) override;
    Result<BusMessage> request(BusMessage message, std::chrono::milliseconds timeout) override;
    Result<void> reply(const BusMessage &request, BusMessage answer) override;
    Result<std::unique_ptr<DurableLog>> openLog(Subject subject, const LogOptions &options) override;
    Result<void> drain(std::chrono::milliseconds timeout) override;

private:
    Result<void> checkUsable() const;
    Result<void> send(const BusMessage &message, const char *subject);
    Result<void> tooLarge(const BusMessage &message) const;
    std::string subjectOf(const TopicName &topic) const { return wireSubject(topic, m_settings.subjectPrefix); }

    const NatsSettings m_settings;
    const std::uint64_t m_origin;
    std::atomic<std::uint64_t> m_lastId = 0;
    std::array<std::string, kSubjectCount> m_subjects; ///< of the topics without further tokens
    std::shared_ptr<NatsEvents> m_events;
    NatsConnectionPtr m_connection;
    std::size_t m_maximumPayload = 0;
    std::atomic<bool> m_drained = false;
};

} // namespace coinswarm::nats
