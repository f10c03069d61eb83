// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/engine_core.h"

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <vector>

namespace coinswarm::runtime {

/// An engine that works again, and what had to be left out for it.
struct RecoveredEngine {
    std::unique_ptr<engine::EngineCore> engine; ///< halted; hears markets and the venue until SessionRestarted
    std::vector<engine::event::EventSkipped> skipped; ///< in the order of the journal, at least one
};

/// The state behind a journal in which the engine failed: its events from the last snapshot on, but for those at which
/// the engine fails; each of these is replaced by its EventSkipped. One rule for restarts and replays, so that both come
/// to the same state. Reads the segments with numbers below `before`. Refused if the engine fails at more than eight
/// events: then it is not an event that is wrong.
Result<RecoveredEngine> recoverEngine(const std::filesystem::path &journal,
                                      std::uint32_t before = std::numeric_limits<std::uint32_t>::max());

} // namespace coinswarm::runtime
