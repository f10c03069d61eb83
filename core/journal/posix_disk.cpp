// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/posix_disk.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

namespace coinswarm::journal {

JournalFile::~JournalFile() = default;
JournalDisk::~JournalDisk() = default;

namespace {

constexpr std::uint64_t kPreallocation = 8 << 20;

Error failure(const char *act, const std::filesystem::path &file, int reason)
{
    const char *advice = "";
    if (reason == ENOSPC || reason == EDQUOT)
        advice = "; free space on that disk, then start again";
    else if (reason == EROFS || reason == EACCES || reason == EPERM)
        advice = "; make the folder writable or choose another one";
    else if (reason == EFBIG)
        advice = "; the limit on file sizes is too low (see ulimit -f)";
    return {ErrorKind::Environment,
            std::string("Cannot ") + act + " the journal file " + file.string() + ": " + std::strerror(reason) + advice
                + "."};
}

// writev takes a limited number of parts and may stop short; this goes on until all is written.
int writeAll(int fd, std::span<const ByteView> parts)
{
    constexpr std::size_t kParts = 256;
    iovec vector[kParts];
    std::size_t next = 0;
    std::size_t skip = 0;
    while (next < parts.size()) {
        const std::size_t count = std::min(parts.size() - next, kParts);
        for (std::size_t i = 0; i < count; ++i) {
            const ByteView part = i == 0 ? parts[next].subspan(skip) : parts[next + i];
            vector[i] = {const_cast<std::byte *>(part.data()), part.size()};
        }
        const ssize_t written = ::writev(fd, vector, static_cast<int>(count));
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno;
        std::size_t left = static_cast<std::size_t>(written) + skip;
        while (next < parts.size() && left >= parts[next].size())
            left -= parts[next++].size();
        skip = left;
        // Some file systems answer a full disk with short writes; a call that makes no progress must not spin.
        if (written == 0 && next < parts.size())
            return ENOSPC;
    }
    return 0;
}

int syncFolderOf(const std::filesystem::path &file)
{
    const int fd = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    const int reason = ::fsync(fd) == 0 ? 0 : errno;
    ::close(fd);
    return reason;
}

class PosixFile final : public JournalFile
{
public:
    PosixFile(int fd, std::filesystem::path path, std::uint64_t size, std::uint64_t limit)
        : m_path(std::move(path)), m_size(size), m_allocated(size), m_limit(limit), m_fd(fd)
    {}
    ~PosixFile() override { ::close(m_fd); }

    Result<void> write(std::span<const ByteView> parts) override
    {
        std::uint64_t bytes = 0;
        for (const ByteView part : parts)
            bytes += part.size();
        preallocate(m_size + bytes);
        if (const int reason = writeAll(m_fd, parts); reason != 0)
            return failure("write", m_path, reason);
        m_size += bytes;
        return {};
    }

    Result<void> sync() override
    {
        if (::fdatasync(m_fd) != 0)
            return failure("sync", m_path, errno);
        return {};
    }

    Result<void> finish() override
    {
        if (::ftruncate(m_fd, static_cast<off_t>(m_size)) != 0 || ::fsync(m_fd) != 0)
            return failure("finish", m_path, errno);
        return {};
    }

private:
    // Space that is already the file's makes fdatasync twice as fast. It is an optimisation: if it cannot be had, the
    // write itself says what is wrong.
    void preallocate(std::uint64_t size)
    {
        if (size <= m_allocated || !m_canAllocate)
            return;
        const std::uint64_t target = std::max(size, std::min(size + kPreallocation, m_limit));
        m_canAllocate = ::fallocate(m_fd, 0, 0, static_cast<off_t>(target)) == 0;
        if (m_canAllocate)
            m_allocated = target;
    }

    std::filesystem::path m_path;
    std::uint64_t m_size;
    std::uint64_t m_allocated;
    std::uint64_t m_limit;
    int m_fd;
    bool m_canAllocate = true;
};

} // namespace

Result<void> PosixDisk::create(const std::filesystem::path &file, std::span<const ByteView> parts)
{
    std::filesystem::path draft = file;
    draft += ".tmp";
    const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return failure("create", file, errno);
    int reason = writeAll(fd, parts);
    if (reason == 0 && ::fsync(fd) != 0)
        reason = errno;
    ::close(fd);
    if (reason == 0 && ::rename(draft.c_str(), file.c_str()) != 0)
        reason = errno;
    if (reason == 0)
        reason = syncFolderOf(file);
    if (reason != 0) {
        ::unlink(draft.c_str());
        return failure("create", file, reason);
    }
    return {};
}

Result<std::unique_ptr<JournalFile>> PosixDisk::open(const std::filesystem::path &file, std::uint64_t size,
                                                     std::uint64_t limit)
{
    const int fd = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return failure("open", file, errno);
    if (::ftruncate(fd, static_cast<off_t>(size)) != 0 || ::lseek(fd, static_cast<off_t>(size), SEEK_SET) < 0) {
        const int reason = errno;
        ::close(fd);
        return failure("open", file, reason);
    }
    return std::unique_ptr<JournalFile>(std::make_unique<PosixFile>(fd, file, size, limit));
}

Result<FolderLock> FolderLock::acquire(const std::filesystem::path &folder)
{
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed)
        return Error{ErrorKind::Environment,
                     "Cannot make the journal folder " + folder.string() + ": " + failed.message()
                         + "; choose a folder that can be written."};
    FolderLock lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (lock.m_fd < 0)
        return Error{ErrorKind::Environment,
                     "Cannot open the journal folder " + folder.string() + ": " + std::strerror(errno) + "."};
    if (::flock(lock.m_fd, LOCK_EX | LOCK_NB) != 0)
        return Error{ErrorKind::Unavailable,
                     "Another process is writing the journal in " + folder.string()
                         + "; stop it first, or choose another folder."};
    return lock;
}

FolderLock::FolderLock(FolderLock &&other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}

FolderLock &FolderLock::operator=(FolderLock &&other) noexcept
{
    std::swap(m_fd, other.m_fd);
    return *this;
}

FolderLock::~FolderLock()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

} // namespace coinswarm::journal
