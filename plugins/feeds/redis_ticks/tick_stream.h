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

namespace coinswarm::redis_ticks {

/// Writes live ticks into a Redis Stream, from which any number of engines reads them. One writer per stream: it numbers
/// the entries without gaps, so that readers see what they have missed, and an entry that is sent twice is there once.
///
/// Thread: one at a time; open(), send() and publish() wait for Redis, at most its time-outs.
class TickStream
{
public:
    struct Options {
        redis::RedisSettings redis;
        std::string key = "coinswarm:ticks";
        std::size_t kept = 1'000'000; ///< about so many entries stay in the stream
        std::size_t mostPending = 100'000; ///< kept here while Redis is away
    };

    /// Writes the table of instruments and finds the number to go on with.
    static Result<std::unique_ptr<TickStream>> open(const Options &options, std::vector<Instrument> instruments);

    /// Numbers the events; they wait for send(). Refused, and nothing is taken, if more than mostPending would wait.
    Result<void> add(std::span<const MarketEvent> events);
    /// Sends what waits; looks after the connection if nothing does. What cannot be sent goes on waiting, for another
    /// call. Once another program is found to write this stream, nothing is sent any more: isOvertaken().
    Result<void> send();
    /// add() and send().
    Result<void> publish(std::span<const MarketEvent> events);
    /// Drops as many of the oldest that wait as `count` more need; returns how many. Their numbers are not used again, so
    /// that readers see the gap.
    std::size_t makeRoom(std::size_t count);

    std::size_t pending() const { return m_pending.size(); } ///< events that wait
    std::size_t room() const { return m_options.mostPending - m_pending.size(); } ///< how many more may wait
    std::uint64_t written() const { return m_written; } ///< entries
    /// Another program has written under the number of an entry of this one.
    bool isOvertaken() const { return m_overtaken != 0; }
    const Options &options() const { return m_options; }

private:
    struct Entry {
        std::uint64_t number = 0;
        std::string bytes;
        bool first = false; ///< nothing stands before it in this stream
    };

    TickStream(const Options &options, std::vector<Instrument> instruments);
    Result<void> connect();
    Result<void> flush();
    Result<void> sendSome();
    Result<void> checkOwn(const Entry &entry);
    Error overtaken() const;

    const Options m_options;
    const std::vector<Instrument> m_instruments;
    std::unique_ptr<redis::RedisConnection> m_redis;
    std::uint64_t m_next = 0;
    bool m_first = false; ///< of the entry numbered m_next
    std::deque<Entry> m_pending;
    std::uint64_t m_written = 0;
    std::uint64_t m_overtaken = 0; ///< number of the entry that another program has written; 0: none
};

/// The key with the table of instruments of a stream.
std::string instrumentsKey(const std::string &stream);

/// The number in "123-0"; 0 if it is no id of a TickStream.
std::uint64_t tickNumber(std::string_view id);

} // namespace coinswarm::redis_ticks
