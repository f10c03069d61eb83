// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/memory_views.h"
#include "memory/host/memory_host.h"

namespace coinswarm::supervision {

inline constexpr std::size_t kMostItemsShown = 64;

/// A final slot as people read it. `managers` and `coordinator` are what the chain says about it: how many managers its
/// epoch has, and whose turn its round was. Time and latency stay zero: a log knows neither.
api::QuorumSlotView slotView(const quorum::Final &final, std::size_t managers, quorum::ManagerIndex coordinator);
/// The same with what the node knows that decided it: engines by name, episodes by number, how long it took.
api::QuorumSlotView slotView(const memory::FinalReport &report);
/// `file` is where the evidence lies.
api::EvidenceView evidenceView(const quorum::Evidence &evidence, const std::filesystem::path &file);

} // namespace coinswarm::supervision
