// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "embedded_memory.h"

#include "replica_snapshot.h"

#include <algorithm>
#include <shared_mutex>

namespace coinswarm::replica {

namespace {

constexpr std::uint32_t kMostRecalled = 1'000;

std::string impossible(const RecallQuery &query)
{
    if (query.count < 1 || query.count > kMostRecalled) {
        return "A recall can ask for 1 … 1,000 episodes, not for " + std::to_string(query.count) + ".";
    }
    const auto &values = query.embedding.values;
    if (std::find(values.begin(), values.end(), std::int8_t{-128}) != values.end()) {
        return "The embedding asked about has a feature of -128; features lie in -127 … 127.";
    }
    if (!index::knownFilter(query.filter)) {
        return "The filter of a recall has a value that has no name.";
    }
    return {};
}

} // namespace

class EmbeddedMemory::Maintenance
{
public:
    explicit Maintenance(EmbeddedMemory &memory) : m_memory(memory)
    {
        m_memory.m_maintenanceWanted.fetch_add(1);
        m_memory.m_maintenance.lock();
    }
    ~Maintenance()
    {
        m_memory.m_maintenance.unlock();
        {
            const std::lock_guard lock(m_memory.m_wakeMutex);
            m_memory.m_maintenanceWanted.fetch_sub(1);
        }
        m_memory.m_wake.notify_one();
    }
    Maintenance(const Maintenance &) = delete;
    Maintenance &operator=(const Maintenance &) = delete;

private:
    EmbeddedMemory &m_memory;
};

EmbeddedMemory::EmbeddedMemory(const MemoryOptions &options, std::string folder)
    : m_options(options),
      m_folder(std::move(folder)),
      m_contents(std::make_unique<MemoryContents>(options, index::rowKernels()))
{}

EmbeddedMemory::~EmbeddedMemory() = default;

Result<std::unique_ptr<EmbeddedMemory>> EmbeddedMemory::open(const MemoryOptions &options, const std::string &folder)
{
    std::unique_ptr<EmbeddedMemory> memory(new EmbeddedMemory(options, folder));
    if (!folder.empty()) {
        Result<ReplicaSnapshot::Loaded> loaded = ReplicaSnapshot::read(folder, options, index::rowKernels());
        if (loaded.ok()) {
            memory->m_slot = loaded->slot;
            memory->m_contents = std::move(loaded->contents);
        } else if (loaded.error().kind != ErrorKind::NotFound) {
            return loaded.error();
        }
    }
    memory->startIndexing();
    return memory;
}

std::uint64_t EmbeddedMemory::slot() const
{
    const std::shared_lock lock(m_state);
    return m_slot;
}

Result<void> EmbeddedMemory::apply(std::uint64_t slot, std::span<const MemoryChange> changes)
{
    // All is looked at before anything is changed: a slot is in memory wholly or not at all.
    for (const MemoryChange &one : changes) {
        if (const auto *put = std::get_if<PutEpisode>(&one)) {
            if (const std::string reason = coinswarm::replica::impossible(put->item); !reason.empty()) {
                return invalid("Slot " + std::to_string(slot) + " cannot enter memory: " + reason + ".");
            }
        }
    }
    {
        const std::lock_guard lock(m_state);
        if (slot <= m_slot) {
            return Error{ErrorKind::Refused,
                         "Memory is at slot " + std::to_string(m_slot) + " and takes later ones only, not "
                             + std::to_string(slot) + "."};
        }
        for (const MemoryChange &one : changes) {
            m_contents->change(one);
        }
        if (m_changesDuringCopy.has_value()) {
            m_changesDuringCopy->insert(m_changesDuringCopy->end(), changes.begin(), changes.end());
        }
        m_slot = slot;
    }
    {
        // Not between the indexing thread's look at the state and its falling asleep.
        const std::lock_guard lock(m_wakeMutex);
    }
    m_wake.notify_one();
    return {};
}

Result<Recall> EmbeddedMemory::recall(const RecallQuery &query) const
{
    const auto start = QueryMeter::Clock::now();
    if (const std::string reason = impossible(query); !reason.empty()) {
        return invalid(reason);
    }
    Recall recall;
    {
        const std::shared_lock lock(m_state);
        recall.slot = m_slot;
        recall.neighbours = m_contents->recall(query);
    }
    m_meter.record(start, QueryMeter::Clock::now());
    return recall;
}

std::optional<MemoryItem> EmbeddedMemory::get(EpisodeId id) const
{
    const std::shared_lock lock(m_state);
    return m_contents->get(id);
}

std::vector<EpisodeId> EmbeddedMemory::ids() const
{
    const std::shared_lock lock(m_state);
    return m_contents->ids();
}

Result<void> EmbeddedMemory::save()
{
    if (m_folder.empty()) {
        return {};
    }
    // apply() is not called meanwhile, and nothing else changes what has settled: recalls go on undisturbed.
    const std::lock_guard settled(m_settled);
    return ReplicaSnapshot::write(m_folder, m_slot, *m_contents);
}

Result<void> EmbeddedMemory::optimise(const std::function<bool(double)> &progress)
{
    const Maintenance maintenance(*this);
    if (!copyContents(progress)) {
        return Error{ErrorKind::Refused, "Optimising the memory was given up; it is as it was."};
    }
    return {};
}

Result<void> EmbeddedMemory::clear()
{
    const Maintenance maintenance(*this);
    auto empty = std::make_unique<MemoryContents>(m_options, index::rowKernels());
    {
        const std::lock_guard lock(m_state);
        std::swap(m_contents, empty);
        m_slot = 0;
    }
    return m_folder.empty() ? Result<void>() : ReplicaSnapshot::erase(m_folder);
}

MemoryInfo EmbeddedMemory::info() const
{
    MemoryInfo info;
    info.backend = "embedded";
    {
        const std::shared_lock lock(m_state);
        info.slot = m_slot;
        info.episodes = m_contents->episodes();
        info.unindexed = m_contents->pending();
        info.bytes = m_contents->bytes();
    }
    const QueryMeter::Reading reading = m_meter.read(QueryMeter::Clock::now());
    info.queries = reading.queries;
    info.queriesPerSecond = reading.perSecond;
    info.medianMicroseconds = reading.medianMicroseconds;
    info.p99Microseconds = reading.p99Microseconds;
    return info;
}

} // namespace coinswarm::replica
