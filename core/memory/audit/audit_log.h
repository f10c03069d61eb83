// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/audit/audit_record.h"

#include <filesystem>

namespace coinswarm::audit {

/// Appends to a manager's audit log. One thread at a time; one writer per file. After an Error nothing may be written
/// any more: the file may end in the middle of a record.
class AuditLog
{
public:
    /// Makes the file with its header, synced with its folder, or continues it behind the last whole record: a torn tail is
    /// cut off. Refused if the file is of another genesis, Corrupt if it is damaged before its end.
    static Result<AuditLog> open(const std::filesystem::path &file, const Genesis &genesis);

    /// Continues a file whose records up to `end` were read and found whole; what is behind is cut off.
    static Result<AuditLog> continueAt(const std::filesystem::path &file, std::uint64_t end);

    AuditLog(AuditLog &&other) noexcept;
    AuditLog &operator=(AuditLog &&other) noexcept;
    ~AuditLog();

    Result<void> append(const AuditRecord &record);
    /// Returns when everything appended is on stable storage.
    Result<void> sync();

private:
    static Result<AuditLog> opened(const std::filesystem::path &file);
    explicit AuditLog(int fd) : m_fd(fd) {}
    int m_fd = -1;
};

} // namespace coinswarm::audit
