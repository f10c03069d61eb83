// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/host/hot_memory_feed.h"

namespace coinswarm::memory {

Result<void> fillHotMemory(HotMemory &memory, const MemoryState &state, std::uint64_t slot)
{
    if (memory.slot() > slot || memory.info().episodes > state.episodeCount()) {
        if (const Result<void> cleared = memory.clear(); !cleared) {
            return cleared;
        }
    }
    const std::uint64_t known = memory.slot();
    std::vector<MemoryChange> changes;
    for (std::uint64_t i = 1; i <= state.episodeCount(); ++i) {
        const EpisodeId id(i);
        const PatternRecord *pattern = state.pattern(state.patternOf(id));
        if (state.fact(id).slot > known || (pattern != nullptr && pattern->pattern.slot > known)) {
            changes.emplace_back(PutEpisode{state.item(id)});
        }
    }
    return changes.empty() ? Result<void>() : memory.apply(slot, changes);
}

} // namespace coinswarm::memory
