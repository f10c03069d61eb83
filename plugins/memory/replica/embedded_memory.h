// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory_contents.h"
#include "query_meter.h"
#include "writer_first_mutex.h"

#include <coinswarm/hot_memory.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace coinswarm::replica {

/// Memory in this process: a graph for what has settled, exact comparison for what has just come.
///
/// Thread: as HotMemory says. A thread of its own, `memory-index`, moves new episodes into the graph and copies the contents
/// when a fifth of the rows is dead. Recalls wait for it only while finished lists are put in place, some microseconds.
class EmbeddedMemory final : public HotMemory
{
public:
    /// Opens the snapshot in `folder`; without one, memory begins empty. An empty name: nothing is kept.
    static Result<std::unique_ptr<EmbeddedMemory>> open(const MemoryOptions &options, const std::string &folder);
    ~EmbeddedMemory() override;

    std::uint64_t slot() const override;
    Result<void> apply(std::uint64_t slot, std::span<const MemoryChange> changes) override;
    Result<Recall> recall(const RecallQuery &query) const override;
    std::optional<MemoryItem> get(EpisodeId id) const override;
    Result<void> save() override;
    Result<void> optimise(const std::function<bool(double)> &progress) override;
    Result<void> clear() override;
    MemoryInfo info() const override;
    /// Of all that is held, ascending. Any thread, at any time.
    std::vector<EpisodeId> ids() const;

private:
    /// Keeps the indexing thread out while it lives, and makes a copy that runs there give up.
    class Maintenance;

    EmbeddedMemory(const MemoryOptions &options, std::string folder);

    void startIndexing();
    bool hasWork() const;
    static bool tooManyDead(const MemoryContents &contents);
    void work(const std::stop_token &stop);
    void indexBatch();
    bool copyContents(const std::function<bool(double)> &progress);
    std::unique_ptr<MemoryContents> copiedRows() const;
    bool buildGraph(MemoryContents &contents, const std::function<bool(double)> &progress) const;
    void replaceBy(std::unique_ptr<MemoryContents> fresh);

    MemoryOptions m_options;
    std::string m_folder;
    mutable QueryMeter m_meter;

    /// What recalls read: m_contents, m_slot, m_changesDuringCopy. Writers: apply(), and the holder of m_maintenance.
    mutable WriterFirstMutex m_state;
    std::unique_ptr<MemoryContents> m_contents;
    std::uint64_t m_slot = 0;
    std::optional<std::vector<MemoryChange>> m_changesDuringCopy; ///< while contents are being copied

    std::mutex m_maintenance; ///< held by whoever changes the graph or replaces the contents
    std::mutex m_settled; ///< held, shortly, around such a change, and by save() while it reads
    std::atomic<int> m_maintenanceWanted{0};

    std::mutex m_wakeMutex;
    std::condition_variable_any m_wake;
    std::jthread m_indexing; ///< last: it uses all of the above
};

} // namespace coinswarm::replica
