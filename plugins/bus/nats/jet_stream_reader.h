// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "log_stream.h"

#include <atomic>
#include <chrono>

namespace coinswarm::nats {

/// Reads a JetStream stream through a consumer of its own, which it makes anew whenever anything is odd: the server keeps
/// nothing that matters. While nothing comes it asks the server twice a second whether the tail is still there.
class JetStreamReader final : public LogReader
{
public:
    JetStreamReader(std::shared_ptr<LogStream> stream, std::uint64_t from);
    ~JetStreamReader() override;

    Result<LogBatch> read(std::size_t maximum, std::chrono::milliseconds wait) override;
    void interrupt() override { m_interrupted = true; }

private:
    using Clock = std::chrono::steady_clock;
    /// What is left if the tail is lost, else nothing.
    Result<std::optional<LogExtent>> lostTail();
    Result<void> subscribe();
    void giveUpConsumer();
    /// The next entry, if it comes in time; the consumer is given up if it is not the one that follows.
    Result<std::optional<LogEntry>> next(std::chrono::milliseconds timeout);

    const std::shared_ptr<LogStream> m_stream;
    JetStreamPtr m_jetStream;
    NatsSubscriptionPtr m_subscription;
    std::uint64_t m_next;
    std::uint64_t m_incarnation = 0; ///< 0 before the first look
    int m_suspicions = 0; ///< looks in a row that found the log too short
    int m_looksInVain = 0; ///< looks in a row that found an entry in the log that does not come
    std::uint64_t m_missing = 0; ///< that entry
    Clock::time_point m_nextLook;
    std::atomic<bool> m_interrupted = false;
};

} // namespace coinswarm::nats
