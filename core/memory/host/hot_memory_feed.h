// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/state/memory_state.h"

namespace coinswarm::memory {

/// Makes hot memory what is committed as of `slot`. Every episode that it holds is compared with the commits: whatever it was
/// loaded from, a copy that is stale, damaged or forged is found and filled anew.
Result<void> fillHotMemory(HotMemory &memory, const MemoryState &state, std::uint64_t slot);

} // namespace coinswarm::memory
