// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "redis_store.h"

#include "replica/embedded_memory.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace coinswarm::redis {

/// Keeps Redis at what the replica holds. What is new is written slot by slot; a Redis that is empty, behind the log, or
/// holds something else is filled anew; one that is ahead, because another engine was faster, is left alone.
///
/// Thread: one of its own, `redis-writer`. Its calls come from any.
class RedisWriter
{
public:
    struct Status {
        std::string trouble; ///< why Redis is not up to date, and what to do; empty if it is or will be at once
        std::uint64_t slotsWritten = 0;
        std::uint64_t fills = 0;
    };

    /// `applying` is held by whoever changes replica and log, so that both are at the same slot whenever it is free.
    /// All outlive this object.
    RedisWriter(RedisPool &pool, RedisStore &store, const SlotLog &log, const replica::EmbeddedMemory &replica,
                std::mutex &applying, std::chrono::milliseconds checkInterval);
    /// Writes what is still to be written for at most half a second, then cuts the connections.
    ~RedisWriter();

    /// There is something new in the log.
    void wake();
    /// Has everything in Redis removed before anything else is done; `erased` is called in the writer's thread when it is.
    void eraseFirst(std::function<void()> erased);
    /// Waits until everything wanted so far is in Redis, or `limit` has passed; whether it is.
    bool settle(std::chrono::milliseconds limit);
    Status status() const;
    /// What was wrong before this writer began.
    void report(const std::string &trouble);

private:
    enum class Next : unsigned char { Again, Wait, WaitForOthers };

    void run();
    Result<Next> step();
    Result<Next> erase();
    Result<Next> write(const SlotLog::Slots &slots);
    Result<Next> fill();
    Result<Next> fillPlaceApart(ContentsState &state);
    bool isConflict(const ContentsState &newest) const;
    bool stopping() const;
    void setTrouble(const std::string &trouble);

    RedisPool &m_pool;
    RedisStore &m_store;
    const SlotLog &m_log;
    const replica::EmbeddedMemory &m_replica;
    std::mutex &m_applying;
    const std::chrono::milliseconds m_checkInterval;

    std::optional<StoredMarker> m_known; ///< the writer's own: what Redis is at, as far as it has said
    std::optional<std::chrono::steady_clock::time_point> m_lastConflict; ///< likewise

    mutable std::mutex m_mutex; ///< of what follows
    std::condition_variable m_changed;
    Status m_status;
    std::function<void()> m_erase;
    std::uint64_t m_wanted = 0; ///< counts what was asked for …
    std::uint64_t m_settled = 0; ///< … and how much of it Redis has
    bool m_stopping = false;
    bool m_over = false;
    std::thread m_thread; ///< last: it uses all of the above
};

} // namespace coinswarm::redis
