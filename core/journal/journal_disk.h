// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

#include "journal/record.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace coinswarm::journal {

/// A segment file that is being appended to. Used by the journal thread only.
class JournalFile
{
public:
    virtual ~JournalFile();

    /// Writes the parts in order behind what was written before: all or an Error; after an Error the file may end in the
    /// middle of them and must not be written again.
    virtual Result<void> write(std::span<const ByteView> parts) = 0;
    /// Returns when everything written is on stable storage. After an Error nothing may be assumed of it.
    virtual Result<void> sync() = 0;
    /// Cuts off what was preallocated and syncs. Nothing is written afterwards.
    virtual Result<void> finish() = 0;
};

/// Where the journal's files are made: the machine's disk, or in tests one that fails on purpose.
class JournalDisk
{
public:
    virtual ~JournalDisk();

    /// Makes a file that is either complete with these parts, or absent, also after a crash.
    virtual Result<void> create(const std::filesystem::path &file, std::span<const ByteView> parts) = 0;
    /// Opens a file for appending at `size`, cutting off what lies behind. It preallocates in steps, never past `limit`.
    virtual Result<std::unique_ptr<JournalFile>> open(const std::filesystem::path &file, std::uint64_t size,
                                                      std::uint64_t limit) = 0;
};

} // namespace coinswarm::journal
