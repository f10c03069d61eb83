// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/segment_tail.h"

#include <algorithm>

namespace coinswarm::journal {

namespace {

constexpr std::uint64_t kSector = 512;
constexpr std::uint64_t kOwnZeros = 16;

// Where the last byte that is not zero lies, plus one; `offset` if all are zero.
std::uint64_t endOfData(FileWindow &file, std::uint64_t offset)
{
    std::uint64_t end = offset;
    for (std::uint64_t at = offset; at < file.size();) {
        const ByteView piece = file.peek(at, kMaxPayloadBytes);
        if (piece.empty())
            break;
        const auto last = std::find_if(piece.rbegin(), piece.rend(), [](std::byte b) { return b != std::byte{0}; });
        if (last != piece.rend())
            end = at + static_cast<std::uint64_t>(piece.rend() - last);
        at += piece.size();
    }
    return end;
}

// A sector that never reached the disk reads as zeros up to its end (what an earlier group put at its start is intact).
bool lostSector(FileWindow &file, std::uint64_t from, std::uint64_t to)
{
    to = std::min(to, file.size());
    for (std::uint64_t at = from; at < to;) {
        const std::uint64_t end = (at / kSector + 1) * kSector;
        if (end > to)
            return false;
        const ByteView rest = file.peek(at, static_cast<std::size_t>(end - at));
        if (std::all_of(rest.begin(), rest.end(), [](std::byte b) { return b == std::byte{0}; }))
            return true;
        at = end;
    }
    return false;
}

struct Beyond {
    std::uint64_t firstGood = 0; ///< offset of the first good record behind the damage; 0 if there is none
    bool syncedLater = false; ///< a record proves that the damaged place was once on disk
};

// A forged or repeated payload cannot lead astray here: a record is looked for at every byte, but only one whose
// sequence could follow.
Beyond searchBeyond(FileWindow &file, std::uint64_t offset, std::uint64_t lastSequence)
{
    Beyond beyond;
    bool groupEnded = false;
    const std::uint64_t highest = lastSequence + file.size() / kRecordHeaderBytes;
    for (std::uint64_t at = offset + 1; at + kRecordHeaderBytes <= file.size();) {
        const ByteView start = file.peek(at, kRecordHeaderBytes);
        if (start.size() < kRecordHeaderBytes)
            break;
        const RecordHeader header = decodeRecordHeader(start.data());
        const bool likely = header.length <= kMaxPayloadBytes && header.sequence >= lastSequence
            && header.sequence <= highest && formIsPossible(header);
        if (!likely || !readRecord(file, at)) {
            ++at;
            continue;
        }
        if (beyond.firstGood == 0)
            beyond.firstGood = at;
        if (groupEnded || header.type == kClosedType) {
            beyond.syncedLater = true;
            break;
        }
        groupEnded = header.type == kSealType && (header.flags & kSealEndsGroup) != 0;
        at += kRecordHeaderBytes + header.length;
    }
    return beyond;
}

} // namespace

bool formIsPossible(const RecordHeader &header)
{
    if (header.type < kFirstJournalType)
        return true;
    if (header.type == kSealType)
        return header.length == kSealPayloadBytes && header.flags <= kSealEndsGroup;
    return (header.type == kHeadType || header.type == kClosedType) && header.length == kHeadPayloadBytes
        && header.flags == 0;
}

TailVerdict judgeTail(FileWindow &file, std::uint64_t offset, std::uint64_t lastSequence)
{
    const std::uint64_t dataEnd = endOfData(file, offset);
    if (dataEnd == offset)
        return {};

    const Beyond beyond = searchBeyond(file, offset, lastSequence);
    if (beyond.syncedLater)
        return {TailVerdict::Kind::Altered, "a record fails its checksum, and later ones prove that it was once whole"};
    if (beyond.firstGood != 0) {
        if (lostSector(file, offset, beyond.firstGood))
            return {TailVerdict::Kind::Torn, "the last group was interrupted: part of it never reached the disk"};
        return {TailVerdict::Kind::Altered, "a record fails its checksum, and good ones follow it"};
    }

    const ByteView start = file.peek(offset, kRecordHeaderBytes);
    if (start.size() < kRecordHeaderBytes)
        return {TailVerdict::Kind::Torn, "the file ends inside the header of a record"};
    const RecordHeader header = decodeRecordHeader(start.data());
    const std::uint64_t recordEnd = offset + kRecordHeaderBytes + header.length;
    if (header.length <= kMaxPayloadBytes && formIsPossible(header)) {
        if (recordEnd > file.size())
            return {TailVerdict::Kind::Torn, "the file ends inside a record"};
        // A record that ends where the file ends may end in a few zeros of its own; preallocated space goes further.
        if (dataEnd < recordEnd && (recordEnd < file.size() || recordEnd - dataEnd >= kOwnZeros))
            return {TailVerdict::Kind::Torn, "a record was written in part"};
    }
    if (lostSector(file, offset, std::max(recordEnd, dataEnd)))
        return {TailVerdict::Kind::Torn, "the last group was interrupted: part of it never reached the disk"};
    return {TailVerdict::Kind::Altered, "the last record fails its checksum although all of it is there"};
}

} // namespace coinswarm::journal
