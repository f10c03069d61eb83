// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/outage_buffer.h"

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "journal/crc32c.h"
#include "storage/sql_statements.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace coinswarm::storage {

namespace {

constexpr std::size_t kHeaderBytes = 16; ///< "CSOUTAGE", version, layout
constexpr std::size_t kRecordHeaderBytes = 8;
constexpr std::uint32_t kVersion = 1;

/// Changes whenever a record's fields do: what is in the file then means something else.
std::uint32_t layout()
{
    std::string names;
    const auto add = [&names]<class... Rows>(const std::variant<Rows...> *) {
        ((names += std::string(Table<Rows>::name) + " " + columnList<Rows>() + ";"), ...);
    };
    names += columnList<SessionRecord>() + ";";
    add(static_cast<const SessionRow *>(nullptr));
    add(static_cast<const MemoryRow *>(nullptr));
    return journal::crc32c(std::as_bytes(std::span(names)));
}

std::vector<std::byte> header()
{
    std::vector<std::byte> bytes;
    for (const char c : std::string_view("CSOUTAGE")) {
        bytes.push_back(static_cast<std::byte>(c));
    }
    codec::BinaryWriter writer(bytes);
    writer.write(kVersion);
    writer.write(layout());
    return bytes;
}

bool writeAll(int descriptor, const std::vector<std::byte> &bytes, std::uint64_t position)
{
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t written =
            ::pwrite(descriptor, bytes.data() + done, bytes.size() - done, static_cast<off_t>(position + done));
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        done += static_cast<std::size_t>(written);
    }
    return true;
}

bool readAll(int descriptor, std::byte *into, std::size_t size, std::uint64_t position)
{
    std::size_t done = 0;
    while (done < size) {
        const ssize_t got = ::pread(descriptor, into + done, size - done, static_cast<off_t>(position + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        done += static_cast<std::size_t>(got);
    }
    return true;
}

} // namespace

OutageBuffer::OutageBuffer(std::string folder, std::uint64_t maximumBytes)
    : m_folder(std::move(folder)), m_file(m_folder + "/outage.buffer"), m_maximumBytes(maximumBytes)
{}

OutageBuffer::~OutageBuffer()
{
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
    if (m_folderDescriptor >= 0) {
        ::close(m_folderDescriptor);
    }
}

Error OutageBuffer::cannot(const std::string &what) const
{
    return Error{ErrorKind::Environment,
                 "the buffer " + m_file + " for what the database cannot be given " + what + ": " + std::strerror(errno)
                     + "; check the disk's free space and the folder's permissions"};
}

Result<std::unique_ptr<OutageBuffer>> OutageBuffer::open(std::string folder, std::uint64_t maximumBytes)
{
    std::unique_ptr<OutageBuffer> buffer(new OutageBuffer(std::move(folder), maximumBytes));
    buffer->m_folderDescriptor = ::open(buffer->m_folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (buffer->m_folderDescriptor < 0) {
        return buffer->cannot("cannot be opened");
    }
    if (::flock(buffer->m_folderDescriptor, LOCK_EX | LOCK_NB) != 0) {
        return Error{ErrorKind::Refused,
                     "another process uses " + buffer->m_folder + "; end it, or give this session another name"};
    }
    const Result<void> recovered = buffer->recover();
    if (!recovered.ok()) {
        return recovered.error();
    }
    return buffer;
}

Result<void> OutageBuffer::recover()
{
    m_descriptor = ::open(m_file.c_str(), O_RDWR | O_CLOEXEC);
    if (m_descriptor < 0) {
        return errno == ENOENT ? Result<void>() : Result<void>(cannot("cannot be opened"));
    }
    struct stat status {};
    if (::fstat(m_descriptor, &status) != 0) {
        return cannot("cannot be read");
    }
    const std::vector<std::byte> expected = header();
    std::vector<std::byte> found(kHeaderBytes);
    m_begin = m_next = m_end = kHeaderBytes;
    if (static_cast<std::uint64_t>(status.st_size) < kHeaderBytes) {
        // The process died while it made the file: nothing is in it.
        pop();
        return {};
    }
    if (!readAll(m_descriptor, found.data(), found.size(), 0)) {
        return cannot("cannot be read");
    }
    if (found != expected) {
        return Error{ErrorKind::Refused,
                     "the buffer " + m_file
                         + " was written by another version of the program; let that version write it into the "
                           "database, or move the file away (what it holds is in the journal too)"};
    }
    std::vector<std::byte> payload;
    while (readRecord(m_end, payload)) {
        const Result<PutGroup> group = codec::decoded<PutGroup>(payload);
        if (!group.ok()) {
            break;
        }
        m_rows += group->size();
        m_end += kRecordHeaderBytes + payload.size();
    }
    std::uint32_t length = 0;
    if (readAll(m_descriptor, reinterpret_cast<std::byte *>(&length), sizeof length, m_end) && length != 0
        && m_end + kRecordHeaderBytes + length < static_cast<std::uint64_t>(status.st_size))
    {
        // Something follows, so it was not torn off by a crash: cutting it would lose what was acknowledged.
        return Error{ErrorKind::Corrupt,
                     "the buffer " + m_file + " is damaged at byte " + std::to_string(m_end)
                         + ". Move it away: what it holds is in the journal, and `coinswarm-cli memory rebuild` puts "
                           "back what is the memory's"};
    }
    if (m_end != static_cast<std::uint64_t>(status.st_size)
        && (::ftruncate(m_descriptor, static_cast<off_t>(m_end)) != 0 || ::fdatasync(m_descriptor) != 0))
    {
        return cannot("cannot be mended");
    }
    if (m_rows == 0) {
        pop();
    }
    return {};
}

bool OutageBuffer::readRecord(std::uint64_t position, std::vector<std::byte> &payload) const
{
    std::uint32_t head[2]; // length, checksum
    if (!readAll(m_descriptor, reinterpret_cast<std::byte *>(head), sizeof head, position)) {
        return false;
    }
    struct stat status {};
    if (head[0] == 0 || ::fstat(m_descriptor, &status) != 0
        || position + kRecordHeaderBytes + head[0] > static_cast<std::uint64_t>(status.st_size))
    {
        return false;
    }
    payload.resize(head[0]);
    return readAll(m_descriptor, payload.data(), payload.size(), position + kRecordHeaderBytes)
        && journal::crc32c(payload) == head[1];
}

Result<void> OutageBuffer::create()
{
    m_descriptor = ::open(m_file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (m_descriptor < 0) {
        return cannot("cannot be made");
    }
    if (!writeAll(m_descriptor, header(), 0) || ::fdatasync(m_descriptor) != 0 || ::fsync(m_folderDescriptor) != 0) {
        const Error error = cannot("cannot be made");
        ::close(m_descriptor);
        ::unlink(m_file.c_str());
        m_descriptor = -1;
        return error;
    }
    m_begin = m_next = m_end = kHeaderBytes;
    return {};
}

Result<void> OutageBuffer::append(const PutGroup *groups, std::size_t count)
{
    std::vector<std::byte> bytes;
    std::uint64_t rows = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t start = bytes.size();
        bytes.resize(start + kRecordHeaderBytes);
        codec::BinaryWriter(bytes).write(groups[i]);
        const std::span<const std::byte> payload(bytes.data() + start + kRecordHeaderBytes,
                                                 bytes.size() - start - kRecordHeaderBytes);
        const std::uint32_t head[2] = {static_cast<std::uint32_t>(payload.size()), journal::crc32c(payload)};
        std::memcpy(bytes.data() + start, head, sizeof head);
        rows += groups[i].size();
    }
    if (std::max<std::uint64_t>(m_end, kHeaderBytes) + bytes.size() > m_maximumBytes) {
        return Error{ErrorKind::Refused,
                     "the buffer " + m_file + " for what the database cannot be given is full ("
                         + std::to_string(m_maximumBytes >> 20)
                         + " MiB); bring the server back, or raise storage.postgresql.buffer_mebibytes"};
    }
    if (m_descriptor < 0) {
        const Result<void> created = create();
        if (!created.ok()) {
            return created;
        }
    }
    if (!writeAll(m_descriptor, bytes, m_end) || ::fdatasync(m_descriptor) != 0) {
        const Error error = cannot("cannot be written");
        // What was half written would be taken for a torn tail, and everything after it with it.
        if (::ftruncate(m_descriptor, static_cast<off_t>(m_end)) != 0) {
            return cannot("cannot be mended after a failed write");
        }
        if (m_rows == 0) {
            pop();
        }
        return error;
    }
    m_end += bytes.size();
    m_rows += rows;
    return {};
}

Result<std::vector<PutGroup>> OutageBuffer::front(std::size_t rows)
{
    std::vector<PutGroup> groups;
    std::vector<std::byte> payload;
    m_next = m_begin;
    m_givenRows = 0;
    while (m_next < m_end && m_givenRows < rows) {
        if (!readRecord(m_next, payload)) {
            return cannot("cannot be read back");
        }
        Result<PutGroup> group = codec::decoded<PutGroup>(payload);
        if (!group.ok()) {
            return Error{ErrorKind::Corrupt, "the buffer " + m_file + " is damaged: " + group.error().message};
        }
        m_givenRows += group->size();
        m_next += kRecordHeaderBytes + payload.size();
        groups.push_back(std::move(*group));
    }
    return groups;
}

void OutageBuffer::pop()
{
    m_begin = m_next;
    m_rows -= std::exchange(m_givenRows, 0);
    if (m_begin == m_end && m_descriptor >= 0) {
        ::close(m_descriptor);
        ::unlink(m_file.c_str());
        // Without this a power cut may bring the file back; then its rows are written once more, which does no harm.
        ::fsync(m_folderDescriptor);
        m_descriptor = -1;
        m_begin = m_next = m_end = 0;
    }
}

std::uint64_t OutageBuffer::bytes() const
{
    return m_end - m_begin;
}

} // namespace coinswarm::storage
