// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/audit/audit_record.h"

#include <filesystem>
#include <fstream>

namespace coinswarm::audit {

/// Reads an audit log from its beginning to its end, record by record, and checks lengths, checksums and form: nothing of
/// what the records say. Keeps a few megabytes, whatever the log claims. One thread.
class AuditReader
{
public:
    enum class Step : std::uint8_t {
        Record, ///< `record` is the next one
        End, ///< of the log
        Torn, ///< the record at `offset` is incomplete, and nothing whole follows
        Changed, ///< the record at `offset` is damaged, and something follows
        Malformed, ///< its checksum is right and it is no record: `why`
    };
    struct Piece {
        Step step = Step::End;
        std::uint64_t offset = 0; ///< where it begins
        std::uint64_t end = 0; ///< behind it
        AuditRecord record;
        std::string why;
    };

    /// Environment if the file cannot be read, Corrupt if it is no audit log of this version.
    static Result<AuditReader> open(const std::filesystem::path &file);

    const Genesis &genesis() const { return m_genesis; }
    std::uint64_t size() const { return m_size; } ///< of the file when it was opened or last looked at
    std::uint64_t position() const { return m_position; } ///< behind the last record

    /// Goes to where a record begins.
    void seek(std::uint64_t position) { m_position = position; }
    /// Sees what was appended since the file was opened.
    void lookAgain();

    /// The next record, or why there is none; then calling it again gives the same.
    Piece next();
    /// As next() for a record whose kind is in `kinds` (bit 1 for a final, 2 for checkpoints, 4 for evidence); others are passed over
    /// unchecked.
    Piece next(unsigned kinds);

private:
    AuditReader(const std::filesystem::path &file, std::uint64_t size)
        : m_file(file), m_in(file, std::ios::binary), m_size(size)
    {}
    Result<void> readHeader(const std::filesystem::path &file);
    /// Valid until the next call; fewer bytes at the end of the file.
    journal::ByteView bytesAt(std::uint64_t offset, std::size_t size);
    /// The record at the position, checked.
    Piece read();

    std::filesystem::path m_file;
    std::ifstream m_in;
    std::uint64_t m_size = 0;
    std::uint64_t m_position = 0;
    Genesis m_genesis;
    journal::ByteBuffer m_buffer;
    std::uint64_t m_bufferFrom = 0;
};

} // namespace coinswarm::audit
