// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "redis/backoff.h"
#include "tick_stream.h"
#include "ticks/tick_source.h"
#include "ticks/whole_books.h"

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace coinswarm::ticks {

/// Why a publisher ended.
enum class EndReason : unsigned char { Stopped, FeedEnded, FeedFailed, Overtaken };

/// What a publisher did.
struct TickReport {
    EndReason end = EndReason::Stopped;
    std::string detail; ///< of FeedFailed and Overtaken: what was wrong and what to do
    std::uint64_t read = 0; ///< events
    std::uint64_t books = 0; ///< events that were added to show whole books
    std::uint64_t written = 0; ///< of both, what Redis has confirmed
    std::uint64_t dropped = 0; ///< events that could not wait any longer for Redis
    std::uint64_t unsent = 0; ///< events that still waited at the end
    std::uint64_t outages = 0; ///< how often Redis was away

    /// Ended as it should, and everything that could wait was written.
    bool inGoodOrder() const;
};

constexpr auto enumNames(EndReason)
{
    return std::array<std::string_view, 4>{"stopped", "feed_ended", "feed_failed", "overtaken"};
}

/// Writes what a source gives into a stream until it is told to stop, the feed ends or fails, or another program is found
/// to write the stream.
///
/// While Redis is away, events wait in the stream's queue and Redis is tried again. When that queue is full, a market that
/// is played waits as well, so nothing of it is lost; of a live one the oldest events are dropped, which readers see by the
/// numbers. Both are said. At the end, what waits is sent for at most five seconds.
///
/// Every ten seconds, and after a gap, the books are shown as a whole, for those who begin to read then.
///
/// Thread: the one that calls run().
class TickPublisher
{
public:
    /// `onLine` gets what a person should know, a sentence at a time.
    TickPublisher(TickSource source, std::unique_ptr<redis_ticks::TickStream> stream,
                  std::function<void(const std::string &)> onLine);

    /// Asks `stopWanted` at least every 20 ms, but for the time-outs of Redis.
    TickReport run(const std::function<bool()> &stopWanted);

private:
    using Wall = TickSource::Wall;

    bool step(Wall now);
    void add(Wall now);
    void showBooks(Wall now);
    void send(Wall now);
    void sendLast();
    void sayAway(const Error &error);
    void sayBack(std::size_t waited);
    Wall next(Wall now) const;

    TickSource m_source;
    const std::unique_ptr<redis_ticks::TickStream> m_stream;
    const std::function<void(const std::string &)> m_onLine;
    std::vector<MarketEvent> m_events; ///< taken from the source just now
    WholeBooks m_books;
    Wall m_booksAt; ///< when they are shown next
    std::uint64_t m_feedErrors = 0; ///< as the feed's health said last
    TickReport m_report;
    bool m_away = false;
    ErrorKind m_trouble{}; ///< what was said last of an outage
    Wall m_awaySince;
    Wall m_sendAt; ///< the next attempt while Redis is away, the next look at the connection while nothing waits
    std::uint64_t m_droppedBefore = 0; ///< before this outage
    bool m_fullSaid = false; ///< in this outage
    redis::Backoff m_backoff;
};

} // namespace coinswarm::ticks
