// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/chain_tip.h"
#include "memory/state/memory_state.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace coinswarm::memory {

/// How far an audit log has been folded: enough to go on behind it without reading what is before.
struct FoldedLog {
    quorum::ChainTip tip;
    std::vector<std::uint64_t> offsets; ///< in the log, of the final of slot n at n − 1
    std::uint64_t end = 0; ///< of the log, in bytes

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("tip", self.tip);
        visit("offsets", self.offsets);
        visit("end", self.end);
    }
};

inline constexpr std::string_view kSnapshotFile = "memory.snapshot"; ///< its name, in the folder of the log

/// The folded memory beside its log, so that a start reads only what came after. It is a copy and no authority: one that is
/// missing, damaged or of another log is as good as none.
struct MemorySnapshot {
    FoldedLog log;
    MemoryState state;
};

/// Replaces the file, synced. Environment with a sentence if it cannot be written.
Result<void> saveSnapshot(const MemorySnapshot &snapshot, const std::filesystem::path &file);
/// None if there is no snapshot of this cluster, or it is not what was written.
std::optional<MemorySnapshot> loadSnapshot(const std::filesystem::path &file, const journal::Digest &cluster);

} // namespace coinswarm::memory
