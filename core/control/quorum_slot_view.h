// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "control/memory_views.h"
#include "memory/quorum/message.h"

namespace coinswarm::control {

inline constexpr std::size_t kMostItemsShown = 64;

/// A final slot as people read it. `managers` and `coordinator` are what the chain says about it: how many managers its
/// epoch has, and whose turn its round was. Time and latency stay zero: a log knows neither.
QuorumSlotView slotView(const quorum::Final &final, std::size_t managers, quorum::ManagerIndex coordinator);

/// "m1" for the first.
std::string managerName(quorum::ManagerIndex manager);

} // namespace coinswarm::control
