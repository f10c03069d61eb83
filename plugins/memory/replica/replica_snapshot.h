// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory_contents.h"

#include <coinswarm/result.h>

#include <memory>
#include <string>

namespace coinswarm::replica {

/// The file in which a memory waits for the next start. Layout: docs/memory-index.md.
class ReplicaSnapshot
{
public:
    struct Loaded {
        std::uint64_t slot = 0;
        std::unique_ptr<MemoryContents>
            contents; ///< without graph if the file's has another shape than the options ask for
    };

    static constexpr const char *kFileName = "episodes.index";

    /// Replaces the file in one step: after a crash there is the old one or the new one. Environment if the disk refuses.
    static Result<void> write(const std::string &folder, std::uint64_t slot, const MemoryContents &contents);
    /// NotFound if there is no file; Corrupt, with its name, if it is not as it was written.
    static Result<Loaded> read(const std::string &folder, const MemoryOptions &options,
                               const index::RowKernels &kernels);
    static Result<void> erase(const std::string &folder);

private:
    static bool restore(std::span<const std::byte> payload, MemoryContents &contents, std::uint64_t &slot);
};

} // namespace coinswarm::replica
