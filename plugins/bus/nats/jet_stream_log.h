// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "append_tracker.h"
#include "log_stream.h"

namespace coinswarm::nats {

/// A log in a JetStream stream: appended asynchronously, acknowledged by the server. `done` is called in a thread of the
/// library.
class JetStreamLog final : public DurableLog
{
public:
    static Result<std::unique_ptr<DurableLog>> open(natsConnection *connection, std::shared_ptr<NatsEvents> events,
                                                    Subject subject, const std::string &wireSubject,
                                                    const LogOptions &options, std::size_t maximumPayload);
    ~JetStreamLog() override;

    void append(BusMessage message, std::optional<std::uint64_t> expectedLast, Done done) override;
    Result<LogExtent> extent() override { return m_stream->extent(); }
    Result<std::unique_ptr<LogReader>> reader(std::uint64_t from) override;

private:
    JetStreamLog(std::shared_ptr<LogStream> stream, std::shared_ptr<AppendTracker> tracker, JetStreamPtr jetStream,
                 std::size_t maximumPayload)
        : m_stream(std::move(stream)),
          m_tracker(std::move(tracker)),
          m_jetStream(std::move(jetStream)),
          m_maximumPayload(maximumPayload)
    {}
    Result<NatsMessagePtr> compose(const BusMessage &message, std::optional<std::uint64_t> expectedLast) const;

    const std::shared_ptr<LogStream> m_stream;
    const std::shared_ptr<AppendTracker> m_tracker;
    const JetStreamPtr m_jetStream;
    const std::size_t m_maximumPayload;
    std::mutex m_order; ///< keeps what one thread appends after another in that order
};

} // namespace coinswarm::nats
