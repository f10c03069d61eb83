// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "control/memory_views.h"
#include "memory/host/memory_host.h"

namespace coinswarm::control {

/// "m1" for manager 0.
std::string managerName(std::size_t index);

/// A final slot as people see it.
QuorumSlotView slotView(const memory::FinalReport &report);
EvidenceView evidenceView(const quorum::Evidence &evidence, const std::filesystem::path &file);

} // namespace coinswarm::control
