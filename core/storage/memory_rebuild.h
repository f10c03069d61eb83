// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storage/storage.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace coinswarm::storage {

/// The next rows of the log in its order, a few thousand at a time; none when it has ended.
using MemoryRows = std::function<Result<std::vector<MemoryRow>>()>;
/// How many rows the database has by now. What the whole is, and so the length of a progress bar, the log knows.
using RebuildProgress = std::function<void(std::uint64_t rows)>;

/// Empties the tables of the swarm's memory and fills them again with what `next` gives; then the store counts as
/// complete. Returns the number of rows. With an error the tables hold a part of them, and may be rebuilt again.
/// Waits for the store: not for the engine's thread. Nobody else should put memory rows meanwhile.
Result<std::uint64_t> rebuildMemory(Storage &storage, const MemoryRows &next, const RebuildProgress &progress = {});

} // namespace coinswarm::storage
