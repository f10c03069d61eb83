// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/reserve.h"

#include "journal/file_window.h"
#include "journal/journal_folder.h"
#include "journal/posix_disk.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

namespace coinswarm::journal {

namespace {

constexpr std::string_view kReserveMagic = "CSRESRV\n";
constexpr std::size_t kReserveHeaderBytes = 16;

ByteBuffer encodedHeader()
{
    ByteBuffer bytes(kReserveHeaderBytes);
    std::memcpy(bytes.data(), kReserveMagic.data(), kReserveMagic.size());
    storeLittle(bytes.data() + 8, std::uint32_t{1});
    return bytes;
}

Error failure(const std::filesystem::path &file, const std::string &reason)
{
    return {ErrorKind::Environment, "The journal's reserve " + file.string() + " cannot be used: " + reason + "."};
}

bool writeAt(int fd, ByteView bytes, std::uint64_t offset)
{
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes = bytes.subspan(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
    return true;
}

} // namespace

JournalReserve::JournalReserve(int fd, std::filesystem::path file, std::uint64_t bytes, std::uint64_t end,
                               std::uint64_t records)
    : m_file(std::move(file)), m_bytes(bytes), m_end(end), m_records(records), m_fd(fd)
{}

JournalReserve::~JournalReserve()
{
    ::close(m_fd);
}

Result<std::unique_ptr<JournalReserve>> JournalReserve::open(const std::filesystem::path &folder, std::uint64_t bytes)
{
    const std::filesystem::path file = folder / kReserveName;
    std::error_code failed;
    if (!std::filesystem::exists(file, failed)) {
        // Written, not merely allocated: overwriting what has been written needs no new space and no metadata.
        const ByteBuffer header = encodedHeader();
        const ByteBuffer zeros(static_cast<std::size_t>(std::max<std::uint64_t>(bytes, 4096)) - header.size());
        const std::array<ByteView, 2> parts{header, zeros};
        if (Result<void> created = PosixDisk().create(file, parts); !created)
            return created.error();
    }
    const Result<ReserveContent> content = readReserve(file);
    if (!content)
        return content.error();
    const int fd = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return failure(file, std::strerror(errno));
    return std::unique_ptr<JournalReserve>(
        new JournalReserve(fd, file, std::filesystem::file_size(file), content->endOffset, content->records.size()));
}

Result<void> JournalReserve::append(std::uint16_t type, Timestamp time, ByteView payload)
{
    const std::lock_guard lock(m_mutex);
    RecordHeader header;
    header.sequence = m_records + 1;
    header.timeNs = time.ns;
    header.type = type;
    const ByteBuffer frame = makeRecord(header, payload);
    if (m_end + frame.size() > m_bytes)
        return failure(m_file, "it is full (" + std::to_string(m_records) + " records)");
    if (!writeAt(m_fd, frame, m_end) || ::fdatasync(m_fd) != 0)
        return failure(m_file, std::strerror(errno));
    m_end += frame.size();
    ++m_records;
    return {};
}

Result<void> JournalReserve::clear()
{
    const std::lock_guard lock(m_mutex);
    const ByteBuffer zeros(static_cast<std::size_t>(m_bytes - kReserveHeaderBytes));
    if (!writeAt(m_fd, zeros, kReserveHeaderBytes) || ::fdatasync(m_fd) != 0)
        return failure(m_file, std::strerror(errno));
    m_end = kReserveHeaderBytes;
    m_records = 0;
    return {};
}

Result<ReserveContent> readReserve(const std::filesystem::path &file)
{
    Result<FileWindow> window = FileWindow::open(file);
    if (!window)
        return window.error();
    const ByteView start = window->peek(0, kReserveHeaderBytes);
    if (const ByteBuffer expected = encodedHeader();
        !std::equal(start.begin(), start.end(), expected.begin(), expected.end()))
        return Error{ErrorKind::Corrupt,
                     file.string() + " is not a journal's reserve; move it away, and a new one is made."};
    ReserveContent content;
    content.endOffset = kReserveHeaderBytes;
    for (;;) {
        const std::optional<RecordView> record = readRecord(*window, content.endOffset);
        if (!record || record->header.sequence != content.records.size() + 1)
            break;
        content.records.push_back({record->header.type, Timestamp{record->header.timeNs},
                                   ByteBuffer(record->payload.begin(), record->payload.end())});
        content.endOffset += record->frame.size();
    }
    for (std::uint64_t at = content.endOffset; at < window->size() && content.damage.empty();) {
        const ByteView piece = window->peek(at, kMaxPayloadBytes);
        if (std::any_of(piece.begin(), piece.end(), [](std::byte b) { return b != std::byte{0}; }))
            content.damage = "bytes that are no record follow the last good one";
        at += std::max<std::size_t>(piece.size(), 1);
    }
    if (window->failure())
        return *window->failure();
    return content;
}

} // namespace coinswarm::journal
