// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

namespace coinswarm::journal {

using ByteView = std::span<const std::byte>;
using ByteBuffer = std::vector<std::byte>;

/// The layout of docs/journal-format.md, in numbers.
inline constexpr std::size_t kRecordHeaderBytes = 28;
inline constexpr std::size_t kMaxPayloadBytes = std::size_t{1} << 20;
inline constexpr std::size_t kBlockBytes = std::size_t{64} << 10;

/// Types from here on belong to the journal; the engine's are below and are opaque to it.
inline constexpr std::uint16_t kFirstJournalType = 0xFF00;
inline constexpr std::uint16_t kSealType = 0xFF01;
inline constexpr std::uint16_t kHeadType = 0xFF02;
inline constexpr std::uint16_t kClosedType = 0xFF03;
/// Flag of an engine record: it is a block of its own.
inline constexpr std::uint16_t kCitable = 1;
/// Flag of a seal: the file was synced after it and before anything that follows it was written.
inline constexpr std::uint16_t kSealEndsGroup = 1;

inline constexpr std::size_t kSealPayloadBytes = 32;
inline constexpr std::size_t kHeadPayloadBytes = 96;
inline constexpr std::size_t kSealBytes = kRecordHeaderBytes + kSealPayloadBytes;
inline constexpr std::size_t kHeadBytes = kRecordHeaderBytes + kHeadPayloadBytes;

/// What precedes each payload. A journal type repeats the sequence of the last engine record before it.
struct RecordHeader {
    std::uint32_t length = 0; ///< bytes of payload
    std::uint32_t crc = 0;
    std::uint64_t sequence = 0;
    std::int64_t timeNs = 0;
    std::uint16_t type = 0;
    std::uint16_t flags = 0;
};

template <class T>
T loadLittle(const std::byte *from)
{
    std::make_unsigned_t<T> value;
    std::memcpy(&value, from, sizeof value);
    if constexpr (std::endian::native == std::endian::big) {
        std::make_unsigned_t<T> swapped = 0;
        for (std::size_t i = 0; i < sizeof value; ++i)
            swapped = static_cast<std::make_unsigned_t<T>>((swapped << 8) | ((value >> (8 * i)) & 0xFFU));
        value = swapped;
    }
    return static_cast<T>(value);
}

template <class T>
void storeLittle(std::byte *to, T value)
{
    auto bits = static_cast<std::make_unsigned_t<T>>(value);
    if constexpr (std::endian::native == std::endian::big) {
        for (std::size_t i = 0; i < sizeof bits; ++i)
            to[i] = static_cast<std::byte>((bits >> (8 * i)) & 0xFFU);
    } else {
        std::memcpy(to, &bits, sizeof bits);
    }
}

/// Reads kRecordHeaderBytes.
inline RecordHeader decodeRecordHeader(const std::byte *from)
{
    return {loadLittle<std::uint32_t>(from),      loadLittle<std::uint32_t>(from + 4),
            loadLittle<std::uint64_t>(from + 8),  loadLittle<std::int64_t>(from + 16),
            loadLittle<std::uint16_t>(from + 24), loadLittle<std::uint16_t>(from + 26)};
}

/// Writes kRecordHeaderBytes.
inline void encodeRecordHeader(std::byte *to, const RecordHeader &header)
{
    storeLittle(to, header.length);
    storeLittle(to + 4, header.crc);
    storeLittle(to + 8, header.sequence);
    storeLittle(to + 16, header.timeNs);
    storeLittle(to + 24, header.type);
    storeLittle(to + 26, header.flags);
}

/// The checksum that belongs into bytes 4 to 7 of `frame` (a record header and its payload): it covers all others.
std::uint32_t recordChecksum(ByteView frame);

/// One record as it lies in memory; the views live as long as whoever handed them out says.
struct RecordView {
    RecordHeader header;
    ByteView payload;
    ByteView frame; ///< header and payload
    std::uint64_t offset = 0; ///< of the frame in its segment
};

/// A whole record, checksum included.
ByteBuffer makeRecord(RecordHeader header, ByteView payload);

} // namespace coinswarm::journal
