// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/audit/audit_record.h"

#include <filesystem>
#include <fstream>
#include <optional>

namespace coinswarm::quorum {

/// Reads an audit log record by record, without judging it. One thread; the file may grow meanwhile.
class AuditReader
{
public:
    static Result<AuditReader> open(const std::filesystem::path &file);

    const Genesis &genesis() const { return m_genesis; }
    /// The record at offset(), and goes on behind it. Nothing at the end, or where a record is incomplete; Corrupt
    /// if it is damaged.
    Result<std::optional<AuditRecord>> next();
    void seek(std::uint64_t offset) { m_offset = offset; }
    /// Where next() will read.
    std::uint64_t offset() const { return m_offset; }

private:
    AuditReader() = default;
    bool readAt(std::uint64_t offset, std::span<std::byte> to);

    std::ifstream m_file;
    Genesis m_genesis;
    std::uint64_t m_offset = 0;
};

} // namespace coinswarm::quorum
