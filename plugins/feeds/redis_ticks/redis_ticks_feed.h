// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "tick_reader.h"

#include <coinswarm/feed.h>

#include <memory>
#include <optional>

namespace coinswarm::redis_ticks {

/// Live ticks from a Redis Stream: what a TickStream writes there, as soon as it is there.
class RedisTicksFeed final : public Feed
{
public:
    struct Options {
        redis::RedisSettings redis;
        std::string key = "coinswarm:ticks";
        bool fromOldest = false; ///< begin with what the stream holds, instead of with what comes next
    };

    explicit RedisTicksFeed(Options options);
    ~RedisTicksFeed() override;

    SourceMetadata metadata() const override;
    SourceHealth health() const override;
    /// Reads the table of instruments, and waits for it no longer than Redis's time-outs. Unavailable if Redis is away,
    /// NotFound if nobody has written the stream.
    Result<void> open() override;
    std::vector<Instrument> instruments() const override { return m_instruments; }
    std::vector<Candle> history() override { return {}; }
    Result<std::size_t> read(std::span<MarketEvent> out) override;
    bool isLive() const override { return true; }
    std::optional<double> progress() const override { return std::nullopt; }
    /// From the oldest entry that is still in the stream; what lies before `time` is left out.
    Result<void> seek(Timestamp time) override;
    /// The number of an entry.
    std::string checkpoint(Timestamp before) const override;
    Result<void> resume(std::string_view checkpoint, Timestamp time) override;

private:
    struct Place {
        Timestamp time;
        std::uint64_t number = 0;
    };
    Result<void> readTable(redis::RedisConnection &redis);

    const Options m_options;
    std::vector<Instrument> m_instruments;
    std::uint64_t m_begin = 0; ///< behind which the reader starts
    std::optional<Timestamp> m_from; ///< events before it are left out
    std::unique_ptr<TickReader> m_reader; ///< from the first read on
    std::vector<NumberedEvent> m_taken;
    std::deque<Place> m_places; ///< some of the events given away, oldest first
    std::uint64_t m_sincePlace = 0;
};

} // namespace coinswarm::redis_ticks
