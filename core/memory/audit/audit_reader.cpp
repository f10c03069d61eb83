// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/audit/audit_reader.h"

#include "codec/binary_reader.h"

#include <cstring>

namespace coinswarm::quorum {

namespace {

constexpr std::size_t kHeaderBytes = 16;

Error unreadable(const std::filesystem::path &file, const std::string &why)
{
    return {ErrorKind::Corrupt, "The audit log " + file.string() + " cannot be read: " + why + "."};
}

} // namespace

Result<AuditReader> AuditReader::open(const std::filesystem::path &file)
{
    AuditReader reader;
    reader.m_file.open(file, std::ios::binary);
    if (!reader.m_file) {
        return Error{ErrorKind::Environment, "Cannot read the audit log " + file.string() + "."};
    }
    std::array<std::byte, kHeaderBytes> start{};
    std::uint32_t version = 0;
    std::uint32_t length = 0;
    if (!reader.readAt(0, start) || std::memcmp(start.data(), kAuditMagic.data(), kAuditMagic.size()) != 0) {
        return unreadable(file, "it does not begin as an audit log does");
    }
    std::memcpy(&version, start.data() + 8, sizeof version);
    std::memcpy(&length, start.data() + 12, sizeof length);
    if (version != kAuditVersion || length > kMostRecordBytes) {
        return unreadable(file, "it is of another version");
    }
    ByteBuffer content(length);
    if (!reader.readAt(kHeaderBytes, content)) {
        return unreadable(file, "it ends in its header");
    }
    Result<Genesis> genesis = codec::decoded<Genesis>(content);
    if (!genesis) {
        return unreadable(file, "its genesis is none");
    }
    reader.m_genesis = std::move(*genesis);
    reader.m_offset = kHeaderBytes + length;
    return reader;
}

bool AuditReader::readAt(std::uint64_t offset, std::span<std::byte> to)
{
    m_file.clear();
    m_file.seekg(static_cast<std::streamoff>(offset));
    m_file.read(reinterpret_cast<char *>(to.data()), static_cast<std::streamsize>(to.size()));
    return m_file.gcount() == static_cast<std::streamsize>(to.size());
}

Result<std::optional<AuditRecord>> AuditReader::next()
{
    ByteBuffer frame(kRecordPrefix);
    if (!readAt(m_offset, frame)) {
        return std::optional<AuditRecord>();
    }
    std::uint32_t length = 0;
    std::uint32_t checksum = 0;
    std::memcpy(&length, frame.data(), sizeof length);
    std::memcpy(&checksum, frame.data() + sizeof length, sizeof checksum);
    if (length > kMostRecordBytes) {
        return Error{ErrorKind::Corrupt, "a record is longer than any can be"};
    }
    frame.resize(kRecordPrefix + length);
    if (!readAt(m_offset + kRecordPrefix, std::span(frame).subspan(kRecordPrefix))) {
        return std::optional<AuditRecord>();
    }
    if (frameChecksum(frame) != checksum) {
        return Error{ErrorKind::Corrupt, "a record's checksum is wrong"};
    }
    Result<AuditRecord> record = auditRecord(ByteView(frame).subspan(kRecordPrefix));
    if (!record) {
        return record.error();
    }
    m_offset += frame.size();
    return std::optional<AuditRecord>(std::move(*record));
}

} // namespace coinswarm::quorum
