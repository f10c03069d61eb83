// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "bus/pending_requests.h"
#include "bus/router.h"

#include <coinswarm/bus.h>

#include <filesystem>
#include <map>
#include <memory>

namespace coinswarm::bus {

class InProcessLog;

/// The bus inside one process: publish() puts the message into the sinks of its subscribers, in the caller's thread.
/// It has no thread of its own, except one for each log that is kept in a file, and it is never disconnected.
class InProcessBus final : public Bus
{
public:
    /// Logs are files in `logFolder`, which belongs to this bus alone and is made if there is none; without a folder they
    /// are in memory and end with the bus.
    explicit InProcessBus(std::filesystem::path logFolder = {});
    ~InProcessBus() override;

    Result<void> connect(std::function<void(const BusEvent &)> onEvent) override;
    bool isConnected() const override { return m_state == State::Connected; }
    MessageId newId() override;
    std::size_t maximumPayload() const override;
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
    enum class State : unsigned char { New, Connected, Closed };
    Result<void> checkUsable() const;
    Result<void> checkSize(const BusMessage &message) const;
    Result<void> deliver(std::span<BusMessage> messages, Router::Delivery &delivery);
    void report(const BusEvent &event);

    const std::filesystem::path m_logFolder;
    const std::uint64_t m_origin;
    std::atomic<std::uint64_t> m_lastId = 0;
    std::atomic<State> m_state = State::New;
    const std::shared_ptr<Router> m_router;
    PendingRequests m_requests;
    std::mutex m_eventMutex;
    std::function<void(const BusEvent &)> m_onEvent;
    std::mutex m_logMutex;
    std::map<Subject, std::weak_ptr<InProcessLog>> m_logs;
};

} // namespace coinswarm::bus
