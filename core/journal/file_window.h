// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

#include "journal/record.h"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

namespace coinswarm::journal {

/// Reads a file through a buffer of a few megabytes, whatever its size. One thread.
class FileWindow
{
public:
    /// The size is taken once, here; what another process appends later is not seen.
    static Result<FileWindow> open(const std::filesystem::path &file);

    /// Up to `count` (at most kMaxPayloadBytes + kRecordHeaderBytes) bytes at `offset`; fewer at the end of the file.
    /// Valid until the next call. Reading forwards is what is fast.
    ByteView peek(std::uint64_t offset, std::size_t count);

    std::uint64_t size() const { return m_size; }
    const std::filesystem::path &path() const { return m_path; }
    /// Set when the disk refused to read; peek() then gives nothing.
    const std::optional<Error> &failure() const { return m_failure; }

private:
    struct Close {
        void operator()(std::FILE *file) const { std::fclose(file); }
    };
    FileWindow() = default;
    void load(std::uint64_t offset);

    std::filesystem::path m_path;
    std::unique_ptr<std::FILE, Close> m_file;
    std::uint64_t m_size = 0;
    std::uint64_t m_start = 0; ///< of the buffered bytes in the file
    std::size_t m_filled = 0;
    ByteBuffer m_buffer;
    std::optional<Error> m_failure;
};

/// The record at `offset`, if a whole one with the right checksum and a possible length lies there.
std::optional<RecordView> readRecord(FileWindow &file, std::uint64_t offset);

/// Copies `count` bytes at `offset`. Corrupt if the file is shorter.
Result<ByteBuffer> readBytes(FileWindow &file, std::uint64_t offset, std::uint64_t count);

} // namespace coinswarm::journal
