// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "redis_writer.h"

#include <coinswarm/hot_memory.h>

namespace coinswarm::redis {

struct RedisMemoryOptions {
    replica::MemoryOptions replica;
    RedisSettings redis;
    std::string prefix = "coinswarm:"; ///< of all keys
    std::string cluster; ///< whose memory it is; part of the keys
    bool load = true; ///< an empty replica begins with what Redis holds
    std::chrono::milliseconds loadTimeout{10'000};
    std::chrono::milliseconds checkInterval{1'000}; ///< between looks at Redis while nothing is to be written
    std::size_t logChanges = 20'000; ///< kept for a Redis that is away; with more it is filled anew
};

/// Memory in this process, with a copy in Redis that other engines and programs can read. Recalls are answered here; no
/// call but open() and clear() ever waits for Redis, and what fails there is said by info() and made good later.
///
/// Thread: as HotMemory says; a RedisWriter, and the thread of the replica.
class RedisMemory final : public HotMemory
{
public:
    /// Opens the snapshot in `folder`. Without one, begins with what Redis holds, if that is sound. A Redis that is away is
    /// no error.
    static Result<std::unique_ptr<RedisMemory>> open(const RedisMemoryOptions &options, const std::string &folder);
    ~RedisMemory() override;

    std::uint64_t slot() const override { return m_replica->slot(); }
    Result<void> apply(std::uint64_t slot, std::span<const MemoryChange> changes) override;
    Result<Recall> recall(const RecallQuery &query) const override { return m_replica->recall(query); }
    std::optional<MemoryItem> get(EpisodeId id) const override { return m_replica->get(id); }
    Result<void> save() override { return m_replica->save(); }
    Result<void> optimise(const std::function<bool(double)> &progress) override
    {
        return m_replica->optimise(progress);
    }
    /// Waits for Redis to forget too, but not longer than its time-outs; then it is made to forget later, also by the next
    /// start, and until then nothing is loaded from it.
    Result<void> clear() override;
    MemoryInfo info() const override;

    /// Waits until Redis has what was applied so far; false if `limit` passes before.
    bool settle(std::chrono::milliseconds limit) { return m_writer->settle(limit); }
    RedisWriter::Status writerStatus() const { return m_writer->status(); }
    bool wasLoaded() const { return m_loaded; } ///< from Redis

private:
    RedisMemory(const RedisMemoryOptions &options, std::string folder,
                std::unique_ptr<replica::EmbeddedMemory> replica);
    std::string loadFromRedis();
    ContentsState measured() const;
    LoggedSlot described(std::uint64_t slot, std::span<const MemoryChange> changes) const;
    std::string eraseNote() const;
    void eraseRedis();

    const RedisMemoryOptions m_options;
    const std::string m_folder;
    std::unique_ptr<replica::EmbeddedMemory> m_replica;
    bool m_loaded = false;
    std::mutex m_applying; ///< replica and log are at the same slot whenever it is free
    RedisPool m_pool;
    RedisStore m_store;
    std::optional<SlotLog> m_log;
    std::unique_ptr<RedisWriter> m_writer; ///< last: it uses all of the above
};

} // namespace coinswarm::redis
