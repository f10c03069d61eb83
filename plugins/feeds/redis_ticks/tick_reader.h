// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "redis/backoff.h"
#include "redis/redis_async.h"

#include <coinswarm/ingestor.h>
#include <coinswarm/market_data.h>

#include <QtCore/QThread>

#include <deque>
#include <mutex>

namespace coinswarm::redis_ticks {

/// An event and the number of its entry in the stream.
struct NumberedEvent {
    std::uint64_t number = 0;
    MarketEvent event;
};

/// Follows a stream that a TickStream writes, and keeps what has come until it is taken. When Redis goes away it comes back
/// behind the last number, so that nothing is doubled; what the server has dropped from the stream meanwhile is counted.
///
/// Thread: one of its own, `redis-ticks`, with an event loop; take() and health() from any. Ends with the object.
class TickReader
{
public:
    /// Begins behind the entry `last`; 0: with the oldest that is there.
    TickReader(const redis::RedisSettings &redis, std::string key, std::uint64_t last);
    ~TickReader();
    TickReader(const TickReader &) = delete;
    TickReader &operator=(const TickReader &) = delete;

    /// Moves up to `most` events to the end of `out`, oldest first. Never waits.
    void take(std::size_t most, std::vector<NumberedEvent> &out);
    /// `delivered` counts what has come from Redis, `errors` what was lost or unreadable.
    SourceHealth health() const;

private:
    class Connection;

    mutable std::mutex m_mutex; ///< of what follows
    std::deque<NumberedEvent> m_events;
    SourceHealth m_health;
    std::string m_trouble; ///< while Redis is away
    std::string m_losses; ///< the latest

    QThread m_thread;
    Connection *m_connection = nullptr; ///< lives in m_thread, and is deleted when that ends
};

} // namespace coinswarm::redis_ticks
