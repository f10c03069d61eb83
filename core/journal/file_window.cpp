// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/file_window.h"

#include <algorithm>
#include <cerrno>
#include <string>

namespace coinswarm::journal {

namespace {

constexpr std::size_t kWindowBytes = 2 << 20;

Error cannotRead(const std::filesystem::path &file, const std::string &reason)
{
    return {ErrorKind::Environment, "Cannot read the journal file " + file.string() + ": " + reason + "."};
}

} // namespace

Result<FileWindow> FileWindow::open(const std::filesystem::path &file)
{
    std::error_code failed;
    FileWindow window;
    window.m_path = file;
    window.m_size = std::filesystem::file_size(file, failed);
    if (failed)
        return cannotRead(file, failed.message());
    window.m_file.reset(std::fopen(file.c_str(), "rbe"));
    if (!window.m_file)
        return cannotRead(file, std::strerror(errno));
    std::setvbuf(window.m_file.get(), nullptr, _IONBF, 0);
    window.m_buffer.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kWindowBytes, window.m_size + 1)));
    return window;
}

ByteView FileWindow::peek(std::uint64_t offset, std::size_t count)
{
    if (offset >= m_size || m_failure)
        return {};
    count = static_cast<std::size_t>(std::min<std::uint64_t>(count, m_size - offset));
    if (offset < m_start || offset + count > m_start + m_filled)
        load(offset);
    const std::size_t at = static_cast<std::size_t>(offset - m_start);
    return ByteView(m_buffer).subspan(at, std::min(count, m_filled - at));
}

void FileWindow::load(std::uint64_t offset)
{
    m_start = offset;
    m_filled = 0;
    if (::fseeko(m_file.get(), static_cast<off_t>(offset), SEEK_SET) == 0)
        m_filled = std::fread(m_buffer.data(), 1,
                              static_cast<std::size_t>(std::min<std::uint64_t>(m_buffer.size(), m_size - offset)),
                              m_file.get());
    if (m_filled == 0)
        m_failure = cannotRead(m_path, std::ferror(m_file.get()) != 0 ? std::strerror(errno) : "it became shorter");
}

std::optional<RecordView> readRecord(FileWindow &file, std::uint64_t offset)
{
    const ByteView start = file.peek(offset, kRecordHeaderBytes);
    if (start.size() < kRecordHeaderBytes)
        return std::nullopt;
    RecordView record;
    record.header = decodeRecordHeader(start.data());
    if (record.header.length > kMaxPayloadBytes)
        return std::nullopt;
    record.frame = file.peek(offset, kRecordHeaderBytes + record.header.length);
    if (record.frame.size() < kRecordHeaderBytes + record.header.length
        || recordChecksum(record.frame) != record.header.crc)
        return std::nullopt;
    record.payload = record.frame.subspan(kRecordHeaderBytes);
    record.offset = offset;
    return record;
}

Result<ByteBuffer> readBytes(FileWindow &file, std::uint64_t offset, std::uint64_t count)
{
    if (offset > file.size() || count > file.size() - offset)
        return Error{ErrorKind::Corrupt,
                     file.path().string() + " ends before byte " + std::to_string(offset + count)
                         + ": it was cut off."};
    ByteBuffer bytes;
    bytes.reserve(static_cast<std::size_t>(count));
    while (bytes.size() < count) {
        const ByteView piece =
            file.peek(offset + bytes.size(),
                      static_cast<std::size_t>(std::min<std::uint64_t>(kMaxPayloadBytes, count - bytes.size())));
        if (piece.empty())
            return file.failure() ? *file.failure() : Error{ErrorKind::Corrupt, file.path().string() + " was cut off."};
        bytes.insert(bytes.end(), piece.begin(), piece.end());
    }
    return bytes;
}

} // namespace coinswarm::journal
