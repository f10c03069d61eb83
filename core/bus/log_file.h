// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/journal_disk.h"
#include "journal/posix_disk.h"

#include <coinswarm/durable_log.h>

#include <filesystem>
#include <memory>
#include <vector>

namespace coinswarm::bus {

/// The file of a log: "CSBUSLG" and a line feed, version u32 (1), incarnation u64, then entries from sequence 1. An entry
/// is length u32, CRC-32C u32 over length and body, and a body of that length: sequence u64, envelope, payload. Little
/// endian; length 0 or a wrong checksum is the end.
///
/// One thread writes. read() may be called by others at the same time, for entries that lie before the one being written.
class LogFile
{
public:
    static constexpr std::uint64_t kReadAtOnce = std::uint64_t{4} << 20; ///< bytes
    /// An entry put again is known by its id if it is among so many of the last.
    static constexpr std::size_t kRememberedIds = 65'536;

    /// Makes the file, synced with its folder, or continues it behind its last whole entry.
    static Result<std::unique_ptr<LogFile>> open(const std::filesystem::path &file, Subject subject);
    ~LogFile();

    /// Bytes that an entry with this message takes.
    static std::size_t entryBytes(const BusMessage &message);

    /// Writes the messages behind the last entry and returns when they are on stable storage. After an Error the file must
    /// not be written any more.
    Result<void> append(std::span<const BusMessage> messages);
    /// `offset` and `bytes` of whole entries, as offsets() has them.
    Result<std::vector<LogEntry>> read(std::uint64_t offset, std::uint64_t bytes) const;

    std::uint64_t incarnation() const { return m_incarnation; }
    std::uint64_t bytes() const { return m_offsets.back(); }
    std::uint64_t bytesCutOff() const { return m_bytesCutOff; }
    /// Where entry 1, 2, … begins; the last number is where the next one will. Writer.
    const std::vector<std::uint64_t> &offsets() const { return m_offsets; }
    /// Ids of the last entries that were found when the file was opened, with their sequences; oldest first.
    std::vector<std::pair<MessageId, std::uint64_t>> takeIds() { return std::move(m_ids); }

private:
    LogFile(std::filesystem::path path, Subject subject) : m_path(std::move(path)), m_subject(subject) {}
    Result<void> recover();

    const std::filesystem::path m_path;
    const Subject m_subject;
    journal::PosixDisk m_disk;
    std::unique_ptr<journal::JournalFile> m_file;
    int m_readFd = -1;
    std::uint64_t m_incarnation = 0;
    std::uint64_t m_bytesCutOff = 0;
    std::vector<std::uint64_t> m_offsets;
    std::vector<std::pair<MessageId, std::uint64_t>> m_ids;
    std::vector<std::byte> m_buffer;
};

} // namespace coinswarm::bus
