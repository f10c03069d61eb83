// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/host/hot_memory_feed.h"

namespace coinswarm::memory {

namespace {

/// Episodes of the state that memory does not hold as they are.
std::vector<MemoryChange> missingIn(const HotMemory &memory, const MemoryState &state)
{
    std::vector<MemoryChange> changes;
    for (std::uint64_t i = 1; i <= state.episodeCount(); ++i) {
        MemoryItem item = state.item(EpisodeId(i));
        if (memory.get(item.id) != item) {
            changes.emplace_back(PutEpisode{std::move(item)});
        }
    }
    return changes;
}

} // namespace

Result<void> fillHotMemory(HotMemory &memory, const MemoryState &state, std::uint64_t slot)
{
    std::vector<MemoryChange> changes = missingIn(memory, state);
    const bool isPast = memory.slot() < slot || (memory.slot() == slot && changes.empty());
    if (!isPast || memory.info().episodes > state.episodeCount()) {
        if (const Result<void> cleared = memory.clear(); !cleared) {
            return cleared;
        }
        changes = missingIn(memory, state);
    }
    return changes.empty() ? Result<void>() : memory.apply(slot, changes);
}

} // namespace coinswarm::memory
