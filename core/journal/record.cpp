// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/record.h"

#include "journal/crc32c.h"

namespace coinswarm::journal {

std::uint32_t recordChecksum(ByteView frame)
{
    return crc32c(frame.subspan(8), crc32c(frame.first(4)));
}

ByteBuffer makeRecord(RecordHeader header, ByteView payload)
{
    ByteBuffer frame(kRecordHeaderBytes + payload.size());
    header.length = static_cast<std::uint32_t>(payload.size());
    encodeRecordHeader(frame.data(), header);
    if (!payload.empty())
        std::memcpy(frame.data() + kRecordHeaderBytes, payload.data(), payload.size());
    storeLittle(frame.data() + 4, recordChecksum(frame));
    return frame;
}

} // namespace coinswarm::journal
