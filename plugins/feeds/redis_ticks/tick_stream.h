// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "redis/redis_connection.h"

#include <coinswarm/instrument.h>
#include <coinswarm/market_data.h>

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace coinswarm {

/// Writes live ticks into a Redis Stream, from which any number of engines reads them. One writer per stream: it numbers
/// the entries without gaps, so that readers see what they have missed, and an entry that is sent twice is there once.
///
/// Thread: one at a time; publish() waits for Redis, at most its time-outs.
class TickStream
{
public:
    struct Options {
        RedisSettings redis;
        std::string key = "coinswarm:ticks";
        std::size_t kept = 1'000'000; ///< about so many entries stay in the stream
        std::size_t mostPending = 100'000; ///< kept here while Redis is away
    };

    /// Writes the table of instruments and finds the number to go on with.
    static Result<std::unique_ptr<TickStream>> open(const Options &options, std::vector<Instrument> instruments);

    /// Numbers the events and sends them, with those that are still pending. Unavailable while Redis is away: they stay
    /// pending, and another call (also with no events) sends them. Refused, and nothing is taken, if more than mostPending
    /// would have to wait.
    Result<void> publish(std::span<const MarketEvent> events);
    std::size_t pending() const { return m_pending.size(); }
    std::uint64_t written() const { return m_written; } ///< entries

private:
    struct Entry {
        std::uint64_t number = 0;
        std::string bytes;
        bool first = false; ///< nothing stands before it in this stream
    };

    TickStream(const Options &options, std::vector<Instrument> instruments);
    Result<void> connect();
    Result<void> flush();

    const Options m_options;
    const std::vector<Instrument> m_instruments;
    std::unique_ptr<RedisConnection> m_redis;
    std::uint64_t m_next = 0;
    bool m_first = false; ///< of the entry numbered m_next
    std::deque<Entry> m_pending;
    std::uint64_t m_written = 0;
};

/// The key with the table of instruments of a stream.
std::string instrumentsKey(const std::string &stream);

/// The number in "123-0"; 0 if it is no id of a TickStream.
std::uint64_t tickNumber(std::string_view id);

} // namespace coinswarm
