// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/state/memory_state.h"

namespace coinswarm::memory {

/// Brings hot memory up to what is committed: whatever changed in slots beyond its own, as of `slot`. What is ahead of
/// the commits, or was never theirs, is cleared first.
Result<void> fillHotMemory(HotMemory &memory, const MemoryState &state, std::uint64_t slot);

} // namespace coinswarm::memory
