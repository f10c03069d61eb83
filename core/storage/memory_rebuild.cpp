// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/memory_rebuild.h"

namespace coinswarm::storage {

Result<std::uint64_t> rebuildMemory(Storage &storage, const MemoryRows &next, const RebuildProgress &progress)
{
    if (const Result<void> cleared = storage.clearMemory().result(); !cleared.ok()) {
        return cleared.error();
    }
    const std::uint64_t refusedBefore = storage.health().refused;
    std::uint64_t rows = 0;
    // One chunk is written while the next is read from the log.
    std::uint64_t underWay = 0;
    std::optional<QFuture<Result<void>>> writing;
    const auto finishChunk = [&]() -> Result<void> {
        const Result<void> written = writing ? writing->result() : Result<void>();
        if (!written.ok()) {
            return written;
        }
        if (const StorageHealth health = storage.health(); health.refused != refusedBefore) {
            return Error{ErrorKind::Refused, "the database does not take a row of the log: " + health.reason};
        }
        rows += underWay;
        if (progress && underWay > 0) {
            progress(rows);
        }
        return {};
    };
    for (;;) {
        Result<std::vector<MemoryRow>> chunk = next();
        if (!chunk.ok()) {
            return chunk.error();
        }
        if (const Result<void> finished = finishChunk(); !finished.ok()) {
            return finished.error();
        }
        if (chunk->empty()) {
            break;
        }
        underWay = chunk->size();
        storage.putMemory(std::move(*chunk));
        writing = storage.flush();
    }
    const Result<void> complete = storage.confirmComplete().result();
    return complete.ok() ? Result<std::uint64_t>(rows) : complete.error();
}

} // namespace coinswarm::storage
