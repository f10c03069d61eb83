// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "slot_log.h"

#include "redis/redis_pool.h"

#include <coinswarm/hot_memory.h>

#include <chrono>
#include <functional>

namespace coinswarm::redis {

/// What Redis says of itself.
struct StoredMarker {
    std::string slot; ///< 20 digits, so that texts compare like numbers; empty if nothing is stored
    std::string digest; ///< as ContentsDigest::text()
    std::uint64_t episodes = 0;
    bool sound = false; ///< as many episodes are there as it says; otherwise the contents mean nothing

    bool operator==(const StoredMarker &) const = default;
};

/// The episodes of one cluster in Redis: docs/redis.md says each key. Everything that changes them is one step of the
/// server's, guarded by what was there before, so that several engines can write the same contents at once, a slow one
/// undoes nothing, and no reader takes a half-written slot for a whole one.
///
/// Thread: one at a time.
class RedisStore
{
public:
    enum class Outcome : unsigned char {
        Written,
        Ahead, ///< Redis is at this slot or a later one already
        Differs, ///< what is there is not what the changes were made for
        Busy, ///< another engine is filling
    };
    struct Loaded {
        std::uint64_t slot = 0;
        std::vector<MemoryItem> items; ///< by ascending id
    };

    /// `prefix` and `cluster` make the names of the keys.
    RedisStore(RedisPool &pool, const std::string &prefix, const std::string &cluster);

    Result<StoredMarker> look();
    /// Writes slots that follow each other, in one pipeline. `at` becomes what Redis is at.
    Result<Outcome> write(const SlotLog::Slots &slots, StoredMarker &at);
    /// Everything that is stored; NotFound if there is nothing, Corrupt if it is not what its marker says, Unavailable if it
    /// changed again and again meanwhile, or was not read by `deadline`.
    Result<Loaded> load(std::chrono::steady_clock::time_point deadline);
    Result<void> erase();
    /// Removes the marker if it is still this one: others then take the contents for nothing.
    Result<void> disown(const StoredMarker &marker);

    /// Fills a place apart, which takes the place of what is stored in one step at the end.
    Result<Outcome> beginFill();
    Result<void> fill(const std::vector<LoggedChange> &changes);
    /// Written if what was stored is still `seen`; otherwise what was filled is thrown away.
    Result<Outcome> endFill(const ContentsState &state, const StoredMarker &seen);
    void abandonFill();

    static std::string slotText(std::uint64_t slot);

private:
    Result<Outcome> outcomeOf(RedisView reply) const;
    Result<Loaded> scan(std::chrono::steady_clock::time_point deadline, ContentsState &found);

    RedisPool &m_pool;
    const std::string m_marker;
    const std::string m_episodes;
    const std::string m_turn; ///< who fills
    const std::string m_token; ///< of this engine
    const std::string m_filling; ///< the place apart
};

} // namespace coinswarm::redis
