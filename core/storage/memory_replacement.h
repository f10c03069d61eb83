// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storage/storage.h"

namespace coinswarm::storage {

/// Replaces the swarm's memory in the SQLite database `file`, which is made if it is not there, in one transaction: whatever
/// stops it, cancelling and power cuts included, the old contents stay. Sessions are not touched; a program that writes to the
/// database meanwhile waits. `next` gives the rows in their order, none at the end, or the error to stop with. Returns the
/// number of rows. Must be called in a thread that has no other use for the database.
Result<std::uint64_t> replaceMemory(const std::string &file,
                                    const std::function<Result<std::vector<MemoryRow>>()> &next);

} // namespace coinswarm::storage
