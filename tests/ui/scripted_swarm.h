// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/engine.h"

namespace coinswarm::ui {

/// What a memory with four managers would tell a desktop: an audit log of any length whose slots are made up from their numbers,
/// episodes in clusters, patterns, the parts of a cluster.
struct ScriptedSwarm {
    bool enabled = false;
    std::uint64_t slots = 18'234;
    std::uint64_t slotsPerLook = 20'000; ///< that one query looks at
    double known = 1; ///< the engine's share of the log; rises by half of the rest with each query
    std::uint64_t queries = 0;
    api::AuditCheckView check;

    api::QuorumSlotView slot(std::uint64_t number) const;
    Result<api::SlotPage> page(const api::SlotQuery &query);
    api::MemoryStatusView status() const;
    /// Everything, as a full frame has it.
    void fill(api::Frame &frame, Timestamp now) const;
};

} // namespace coinswarm::ui
