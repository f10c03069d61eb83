// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/audit/audit_log.h"

#include "memory/audit/audit_verifier.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace coinswarm::audit {

namespace {

Error cannot(const char *act, const std::filesystem::path &file)
{
    return {ErrorKind::Environment,
            std::string("Cannot ") + act + " the audit log " + file.string() + ": " + std::strerror(errno) + "."};
}

Result<void> writeAll(int fd, journal::ByteView bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return Error{ErrorKind::Environment,
                         std::string("Writing the audit log failed: ") + std::strerror(errno) + "."};
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

/// A new file is only safe when its folder knows it.
bool syncFolder(const std::filesystem::path &file)
{
    const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = fd >= 0 && ::fsync(fd) == 0;
    if (fd >= 0) {
        ::close(fd);
    }
    return synced;
}

} // namespace

Result<AuditLog> AuditLog::open(const std::filesystem::path &file, const Genesis &genesis)
{
    std::error_code failure;
    const bool isNew = !std::filesystem::exists(file, failure);
    if (!isNew) {
        AuditOptions options;
        options.genesis = genesis;
        options.signatures = SignatureScope::None;
        const AuditReport report = verifyAudit(file, options);
        if (report.status != AuditStatus::Sound && report.status != AuditStatus::Torn) {
            return Error{ErrorKind::Corrupt,
                         "The audit log " + file.string() + " cannot be continued: " + report.why
                             + ". Restore it, or join with a new key."};
        }
        return continueAt(file, report.wholeBytes);
    }
    Result<AuditLog> log = opened(file);
    if (!log) {
        return log;
    }
    if (const Result<void> written = writeAll(log->m_fd, auditHeader(genesis)); !written) {
        return written.error();
    }
    if (const Result<void> synced = log->sync(); !synced) {
        return synced.error();
    }
    if (!syncFolder(file)) {
        return cannot("sync the folder of", file);
    }
    return log;
}

Result<AuditLog> AuditLog::continueAt(const std::filesystem::path &file, std::uint64_t end)
{
    Result<AuditLog> log = opened(file);
    if (log && ::ftruncate(log->m_fd, static_cast<off_t>(end)) != 0) {
        return cannot("cut the torn end of", file);
    }
    if (log) {
        if (const Result<void> synced = log->sync(); !synced) {
            return synced.error();
        }
    }
    return log;
}

Result<AuditLog> AuditLog::opened(const std::filesystem::path &file)
{
    AuditLog log(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (log.m_fd < 0) {
        return cannot("open", file);
    }
    return log;
}

AuditLog::AuditLog(AuditLog &&other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}

AuditLog &AuditLog::operator=(AuditLog &&other) noexcept
{
    std::swap(m_fd, other.m_fd);
    return *this;
}

AuditLog::~AuditLog()
{
    if (m_fd >= 0) {
        ::close(m_fd);
    }
}

Result<void> AuditLog::append(const AuditRecord &record)
{
    return writeAll(m_fd, framed(record));
}

Result<void> AuditLog::sync()
{
    if (::fdatasync(m_fd) != 0) {
        return Error{ErrorKind::Environment,
                     std::string("Syncing the audit log failed: ") + std::strerror(errno) + "."};
    }
    return {};
}

} // namespace coinswarm::audit
