// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/audit/audit_record.h"

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "journal/crc32c.h"

#include <cstring>

namespace coinswarm::quorum {

namespace {

template <class T>
Result<AuditRecord> readAs(ByteView content)
{
    Result<T> value = codec::decoded<T>(content);
    if (!value) {
        return value.error();
    }
    return AuditRecord(std::move(*value));
}

} // namespace

ByteBuffer auditHeader(const Genesis &genesis)
{
    const ByteBuffer content = codec::encoded(genesis);
    ByteBuffer bytes;
    const auto *magic = reinterpret_cast<const std::byte *>(kAuditMagic.data());
    bytes.insert(bytes.end(), magic, magic + kAuditMagic.size());
    codec::BinaryWriter write(bytes);
    write.write(kAuditVersion);
    write.write(static_cast<std::uint32_t>(content.size()));
    bytes.insert(bytes.end(), content.begin(), content.end());
    return bytes;
}

ByteBuffer framed(const AuditRecord &record)
{
    ByteBuffer bytes(kRecordPrefix);
    codec::BinaryWriter write(bytes);
    write.write(static_cast<std::uint8_t>(record.index() + 1));
    std::visit([&write](const auto &content) { write.write(content); }, record);
    const auto length = static_cast<std::uint32_t>(bytes.size() - kRecordPrefix);
    std::memcpy(bytes.data(), &length, sizeof length);
    const std::uint32_t checksum = frameChecksum(bytes);
    std::memcpy(bytes.data() + sizeof length, &checksum, sizeof checksum);
    return bytes;
}

Result<AuditRecord> auditRecord(ByteView payload)
{
    if (payload.empty()) {
        return Error{ErrorKind::Corrupt, "the record is empty"};
    }
    const ByteView content = payload.subspan(1);
    switch (std::to_integer<int>(payload[0])) {
    case 1:
        return readAs<Final>(content);
    case 2:
        return readAs<CheckpointSet>(content);
    case 3:
        return readAs<Evidence>(content);
    default:
        return Error{ErrorKind::Corrupt, "the record is of an unknown kind"};
    }
}

std::uint32_t frameChecksum(ByteView frame)
{
    return crc32c(frame.subspan(kRecordPrefix), crc32c(frame.first(4)));
}

} // namespace coinswarm::quorum
