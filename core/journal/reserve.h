// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>
#include <coinswarm/timestamp.h>

#include "journal/record.h"

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

namespace coinswarm::journal {

/// One record of the reserve.
struct ReserveRecord {
    std::uint16_t type = 0;
    Timestamp time;
    ByteBuffer payload;
};

/// What a reserve file holds.
struct ReserveContent {
    std::vector<ReserveRecord> records;
    std::uint64_t endOffset = 0; ///< behind the last good record
    std::string damage; ///< what is wrong behind it; empty if nothing is
};

/// A small file whose space is written out in advance, so that a few records (the kill switch's cancels) find room when
/// the disk is full and the journal has failed. Any thread; calls are served one after the other.
class JournalReserve
{
public:
    /// Opens `folder`/reserve.csj, or makes it with `bytes` of space.
    static Result<std::unique_ptr<JournalReserve>> open(const std::filesystem::path &folder, std::uint64_t bytes);
    ~JournalReserve();
    JournalReserve(const JournalReserve &) = delete;
    JournalReserve &operator=(const JournalReserve &) = delete;

    /// Returns when the record is on stable storage. Environment if the reserve is full or the disk refuses.
    Result<void> append(std::uint16_t type, Timestamp time, ByteView payload);
    /// Forgets all records: they have been appended to a journal that works.
    Result<void> clear();

private:
    JournalReserve(int fd, std::filesystem::path file, std::uint64_t bytes, std::uint64_t end, std::uint64_t records);

    std::mutex m_mutex;
    std::filesystem::path m_file;
    std::uint64_t m_bytes;
    std::uint64_t m_end;
    std::uint64_t m_records;
    int m_fd;
};

/// Reads a reserve file. Corrupt if it is none.
Result<ReserveContent> readReserve(const std::filesystem::path &file);

} // namespace coinswarm::journal
