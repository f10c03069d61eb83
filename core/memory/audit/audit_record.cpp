// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/audit/audit_record.h"

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "journal/crc32c.h"

#include <cstring>

namespace coinswarm::audit {

namespace {

template <class T>
Result<AuditRecord> readAs(journal::ByteView content)
{
    Result<T> value = codec::decoded<T>(content);
    if (!value) {
        return value.error();
    }
    return AuditRecord(std::move(*value));
}

} // namespace

journal::ByteBuffer auditHeader(const Genesis &genesis)
{
    const journal::ByteBuffer content = codec::encoded(genesis);
    journal::ByteBuffer bytes;
    const auto *magic = reinterpret_cast<const std::byte *>(kAuditMagic.data());
    bytes.insert(bytes.end(), magic, magic + kAuditMagic.size());
    codec::BinaryWriter write(bytes);
    write.write(kAuditVersion);
    write.write(static_cast<std::uint32_t>(content.size()));
    bytes.insert(bytes.end(), content.begin(), content.end());
    return bytes;
}

journal::ByteBuffer framed(const AuditRecord &record)
{
    journal::ByteBuffer bytes(kRecordPrefix);
    codec::BinaryWriter write(bytes);
    write.write(static_cast<std::uint8_t>(record.index() + 1));
    std::visit([&write](const auto &content) { write.write(content); }, record);
    const auto length = static_cast<std::uint32_t>(bytes.size() - kRecordPrefix);
    std::memcpy(bytes.data(), &length, sizeof length);
    const std::uint32_t checksum = frameChecksum(bytes);
    std::memcpy(bytes.data() + sizeof length, &checksum, sizeof checksum);
    return bytes;
}

Result<AuditRecord> auditRecord(journal::ByteView payload)
{
    if (payload.empty()) {
        return Error{ErrorKind::Corrupt, "the record is empty"};
    }
    const journal::ByteView content = payload.subspan(1);
    switch (std::to_integer<int>(payload[0])) {
    case 1:
        return readAs<quorum::Final>(content);
    case 2:
        return readAs<CheckpointSet>(content);
    case 3:
        return readAs<quorum::Evidence>(content);
    default:
        return Error{ErrorKind::Corrupt, "the record is of an unknown kind"};
    }
}

std::uint32_t frameChecksum(journal::ByteView frame)
{
    return journal::crc32c(frame.subspan(kRecordPrefix), journal::crc32c(frame.first(4)));
}

} // namespace coinswarm::audit
