// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/audit/audit_reader.h"

#include "codec/binary_reader.h"
#include "memory/audit/record_search.h"

#include <algorithm>
#include <cstring>

namespace coinswarm::audit {

namespace {

constexpr std::size_t kHeaderPrefix = 16;
constexpr std::size_t kReadAhead = 1 << 20;
constexpr std::size_t kSearched = 2 * (kMostRecordBytes + kRecordPrefix);

std::uint32_t numberAt(journal::ByteView bytes, std::size_t offset)
{
    std::uint32_t number = 0;
    std::memcpy(&number, bytes.data() + offset, sizeof number);
    return number;
}

} // namespace

Result<AuditReader> AuditReader::open(const std::filesystem::path &file)
{
    std::error_code failure;
    const std::uint64_t size = std::filesystem::file_size(file, failure);
    AuditReader reader(file, size);
    if (failure || !reader.m_in) {
        return Error{ErrorKind::Environment, "cannot read " + file.string()};
    }
    if (const Result<void> read = reader.readHeader(file); !read) {
        return read.error();
    }
    return reader;
}

Result<void> AuditReader::readHeader(const std::filesystem::path &file)
{
    const journal::ByteView prefix = bytesAt(0, kHeaderPrefix);
    if (prefix.size() < kHeaderPrefix || std::memcmp(prefix.data(), kAuditMagic.data(), kAuditMagic.size()) != 0) {
        return Error{ErrorKind::Corrupt, file.string() + " is no audit log"};
    }
    if (const std::uint32_t version = numberAt(prefix, 8); version != kAuditVersion) {
        return Error{ErrorKind::Corrupt,
                     "the audit log has version " + std::to_string(version) + ", and this program reads 1"};
    }
    const std::uint32_t length = numberAt(prefix, 12);
    if (length <= kMostRecordBytes) {
        Result<Genesis> genesis = codec::decoded<Genesis>(bytesAt(kHeaderPrefix, length));
        if (genesis && genesis->epoch.wellFormed() && genesis->epoch.number == 0) {
            m_genesis = std::move(*genesis);
            m_position = kHeaderPrefix + length;
            return {};
        }
    }
    return Error{ErrorKind::Corrupt, "the genesis of the audit log cannot be read"};
}

void AuditReader::lookAgain()
{
    std::error_code failure;
    const std::uint64_t size = std::filesystem::file_size(m_file, failure);
    m_size = failure ? 0 : size;
    m_buffer.clear();
}

journal::ByteView AuditReader::bytesAt(std::uint64_t offset, std::size_t size)
{
    size = static_cast<std::size_t>(std::min<std::uint64_t>(size, m_size - std::min(m_size, offset)));
    if (offset < m_bufferFrom || offset + size > m_bufferFrom + m_buffer.size()) {
        m_buffer.resize(std::max(size, kReadAhead));
        m_in.clear();
        m_in.seekg(static_cast<std::streamoff>(offset));
        m_in.read(reinterpret_cast<char *>(m_buffer.data()), static_cast<std::streamsize>(m_buffer.size()));
        m_buffer.resize(static_cast<std::size_t>(std::max<std::streamsize>(m_in.gcount(), 0)));
        m_bufferFrom = offset;
        size = std::min(size, m_buffer.size());
    }
    return journal::ByteView(m_buffer).subspan(static_cast<std::size_t>(offset - m_bufferFrom), size);
}

AuditReader::Piece AuditReader::next()
{
    Piece piece = read();
    if (piece.step == Step::Record) {
        m_position = piece.end;
    }
    return piece;
}

AuditReader::Piece AuditReader::next(unsigned kinds)
{
    for (;;) {
        const journal::ByteView prefix = bytesAt(m_position, kRecordPrefix + 1);
        const std::uint32_t length = prefix.size() > kRecordPrefix ? numberAt(prefix, 0) : 0;
        const bool plausible =
            length > 0 && length <= kMostRecordBytes && length <= m_size - m_position - kRecordPrefix;
        const unsigned kind = plausible ? std::to_integer<unsigned>(prefix[kRecordPrefix]) : 0;
        if (kind < 1 || kind > std::variant_size_v<AuditRecord> || (kinds >> (kind - 1) & 1U) != 0) {
            return next();
        }
        m_position += kRecordPrefix + length;
    }
}

AuditReader::Piece AuditReader::read()
{
    Piece piece;
    piece.offset = piece.end = m_position;
    if (m_position >= m_size) {
        return piece;
    }
    const journal::ByteView prefix = bytesAt(m_position, kRecordPrefix);
    const std::uint32_t length = prefix.size() == kRecordPrefix ? numberAt(prefix, 0) : 0;
    const std::uint32_t checksum = prefix.size() == kRecordPrefix ? numberAt(prefix, 4) : 0;
    const bool complete = length > 0 && length <= kMostRecordBytes && length <= m_size - m_position - kRecordPrefix;
    const journal::ByteView frame = complete ? bytesAt(m_position, kRecordPrefix + length) : journal::ByteView();
    // The file may have become shorter since it was opened.
    if (frame.size() < kRecordPrefix || frame.size() < kRecordPrefix + length || frameChecksum(frame) != checksum) {
        const bool somethingFollows = complete && m_position + kRecordPrefix + length < m_size;
        piece.step = somethingFollows || recordFollows(bytesAt(m_position, kSearched)) ? Step::Changed : Step::Torn;
        return piece;
    }
    piece.end = m_position + frame.size();
    Result<AuditRecord> record = auditRecord(frame.subspan(kRecordPrefix));
    if (!record) {
        piece.step = Step::Malformed;
        piece.why = record.error().message;
        return piece;
    }
    piece.step = Step::Record;
    piece.record = std::move(*record);
    return piece;
}

} // namespace coinswarm::audit
