// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/segment_writer.h"

#include "journal/chain_walker.h"
#include "journal/journal_folder.h"

#include <algorithm>
#include <array>
#include <utility>

namespace coinswarm::journal {

namespace {

// What may still have to be written with and after the last record of a segment: a seal before it, one for its block,
// one for its group, a head with its own seal, and the close.
constexpr std::uint64_t kTrailer = 4 * kSealBytes + 2 * kHeadBytes;

} // namespace

SegmentWriter::SegmentWriter(JournalDisk &disk, const JournalKey &key, std::filesystem::path folder,
                             std::uint64_t maxSegmentBytes)
    : m_disk(disk), m_key(key), m_folder(std::move(folder)), m_maxBytes(maxSegmentBytes)
{
    m_parts.reserve(1024);
}

Result<void> SegmentWriter::begin(const SegmentStart &start)
{
    SegmentHeader header;
    header.number = m_number + 1;
    header.firstSequence = Sequence(m_sequence.value + 1);
    header.createdAt = start.createdAt;
    header.payloadBytes = start.header.size();
    header.snapshotBytes = start.snapshot.size();
    header.previous = m_chain;
    header.payloadDigest = sha256(start.header);
    header.snapshotDigest = sha256(start.snapshot);
    const Result<ByteBuffer> encoded = encodeSegmentHeader(header, m_key);
    if (!encoded)
        return encoded.error();

    const std::filesystem::path file = m_folder / segmentName(header.number);
    const std::array<ByteView, 3> parts{*encoded, start.header, start.snapshot};
    if (Result<void> created = m_disk.create(file, parts); !created)
        return created;
    Result<std::unique_ptr<JournalFile>> opened = m_disk.open(file, header.recordsOffset(), m_maxBytes);
    if (!opened)
        return opened.error();
    m_file = std::move(*opened);
    m_number = header.number;
    m_headerPayload = start.header;
    m_bytes = header.recordsOffset();
    m_recordsOffset = m_bytes;
    m_time = start.createdAt;
    m_chain = chainSeed(*encoded);
    m_hasher.finish();
    m_hasher.add(m_chain);
    m_blockBytes = 0;
    return {};
}

Result<void> SegmentWriter::resume(RecoveredJournal recovered)
{
    Result<std::unique_ptr<JournalFile>> opened = m_disk.open(recovered.lastSegment, recovered.goodBytes, m_maxBytes);
    if (!opened)
        return opened.error();
    m_file = std::move(*opened);
    m_number = recovered.header.number;
    m_headerPayload = std::move(recovered.headerPayload);
    m_bytes = recovered.goodBytes;
    m_recordsOffset = recovered.header.recordsOffset();
    m_sequence = recovered.lastSequence;
    m_time = recovered.lastTime;
    m_chain = recovered.chain;
    m_hasher = std::move(recovered.openBlock);
    m_blockBytes = recovered.openBytes;
    return {};
}

bool SegmentWriter::fits(std::size_t frameBytes) const
{
    return m_bytes == m_recordsOffset || m_bytes + frameBytes + kTrailer <= m_maxBytes;
}

void SegmentWriter::append(ByteView bytes)
{
    if (!m_parts.empty() && m_parts.back().data() + m_parts.back().size() == bytes.data())
        m_parts.back() = ByteView(m_parts.back().data(), m_parts.back().size() + bytes.size());
    else
        m_parts.push_back(bytes);
    m_pendingBytes += bytes.size();
    m_bytes += bytes.size();
}

void SegmentWriter::add(std::span<std::byte> frame)
{
    const RecordHeader header = decodeRecordHeader(frame.data());
    const bool citable = (header.flags & kCitable) != 0;
    if (m_blockBytes > 0 && (citable || m_blockIsCitable || m_blockBytes + frame.size() > kBlockBytes))
        sealBlock(0);
    storeLittle(frame.data() + 4, recordChecksum(frame));
    m_hasher.add(frame);
    m_blockBytes += frame.size();
    m_blockIsCitable = citable;
    append(frame);
    m_sequence = Sequence(header.sequence);
    m_time = Timestamp{header.timeNs};
    if (citable && m_keepsCitable)
        m_citable.push_back(
            {header.type, m_sequence, m_time, ByteBuffer(frame.begin() + kRecordHeaderBytes, frame.end()), m_chain});
}

void SegmentWriter::sealBlock(std::uint16_t flags)
{
    m_chain = m_hasher.finish();
    m_hasher.add(m_chain);
    m_blockBytes = 0;
    m_blockIsCitable = false;
    RecordHeader header;
    header.sequence = m_sequence.value;
    header.timeNs = m_time.ns;
    header.type = kSealType;
    header.flags = flags;
    append(m_ownRecords.emplace_back(makeRecord(header, m_chain)));
}

Result<void> SegmentWriter::write(Seal seal)
{
    if (seal != Seal::No && m_blockBytes > 0)
        sealBlock(seal == Seal::Group ? kSealEndsGroup : 0);
    if (m_parts.empty())
        return {};
    Result<void> written = m_file->write(m_parts);
    m_parts.clear();
    m_ownRecords.clear();
    m_pendingBytes = 0;
    return written;
}

Result<JournalHead> SegmentWriter::writeHead(std::uint16_t type, Timestamp time)
{
    // A head stands right behind the seal that it signs; a block left open by an earlier head is closed for it.
    if (m_blockBytes > 0)
        sealBlock(0);
    Result<JournalHead> head = signHead(m_key, type, m_sequence, m_chain, time);
    if (!head)
        return head;
    RecordHeader header;
    header.sequence = m_sequence.value;
    header.timeNs = time.ns;
    header.type = type;
    std::array<std::byte, kHeadPayloadBytes> payload;
    std::copy(m_chain.begin(), m_chain.end(), payload.begin());
    std::copy(head->proof->signature.begin(), head->proof->signature.end(), payload.begin() + 32);
    const ByteBuffer &frame = m_ownRecords.emplace_back(makeRecord(header, payload));
    append(frame);
    if (type == kClosedType) {
        m_chain = chainAfter(m_chain, frame);
    } else {
        m_hasher.add(frame);
        m_blockBytes += frame.size();
    }
    if (Result<void> written = write(Seal::No); !written)
        return written.error();
    return head;
}

Result<void> SegmentWriter::finish()
{
    if (Result<void> written = write(Seal::Group); !written)
        return written;
    return m_file->finish();
}

} // namespace coinswarm::journal
