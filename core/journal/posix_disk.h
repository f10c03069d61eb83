// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/journal_disk.h"

namespace coinswarm::journal {

/// The machine's disk through POSIX calls: writev, fdatasync, fallocate.
class PosixDisk final : public JournalDisk
{
public:
    Result<void> create(const std::filesystem::path &file, std::span<const ByteView> parts) override;
    Result<std::unique_ptr<JournalFile>> open(const std::filesystem::path &file, std::uint64_t size,
                                              std::uint64_t limit) override;
};

/// Keeps other processes from writing the same journal. Held until destroyed; the kernel lets go of it when the process
/// dies, however it dies.
class FolderLock
{
public:
    /// Makes the folder if there is none. Unavailable if another process holds it.
    static Result<FolderLock> acquire(const std::filesystem::path &folder);
    FolderLock(FolderLock &&other) noexcept;
    FolderLock &operator=(FolderLock &&other) noexcept;
    ~FolderLock();

private:
    explicit FolderLock(int fd) : m_fd(fd) {}
    int m_fd = -1;
};

} // namespace coinswarm::journal
