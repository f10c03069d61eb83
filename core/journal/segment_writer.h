// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/citable_record.h"
#include "journal/journal_disk.h"
#include "journal/journal_head.h"
#include "journal/journal_key.h"
#include "journal/recovery.h"
#include "journal/segment_header.h"

#include <deque>
#include <filesystem>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace coinswarm::journal {

/// With what a segment begins. All bytes are opaque to the journal.
struct SegmentStart {
    Timestamp createdAt;
    ByteBuffer header; ///< build, configuration, instruments, plugin hashes, seeds
    ByteBuffer snapshot; ///< the state before the first record of the segment; may be empty
};

/// Turns records into segments: checksums, blocks, seals, chain, heads. It decides nothing about when to write or sync.
/// Belongs to the journal thread. After an Error it must not be used any more.
class SegmentWriter
{
public:
    enum class Seal : unsigned char { No, Block, Group };

    /// `disk` and `key` must outlive it.
    SegmentWriter(JournalDisk &disk, const JournalKey &key, std::filesystem::path folder,
                  std::uint64_t maxSegmentBytes);

    /// Begins the first segment, or the next one after finish().
    Result<void> begin(const SegmentStart &start);
    /// Goes on behind the good end of a recovered journal, cutting off what was torn.
    Result<void> resume(RecoveredJournal recovered);

    /// Whether a record of this size still fits under the segment's limit. The first one of a segment always does.
    bool fits(std::size_t frameBytes) const;
    /// Takes a record in: fills in its checksum. The bytes must stay until write().
    void add(std::span<std::byte> frame);
    /// From now on citable records are kept until takeCitable().
    void keepCitable() { m_keepsCitable = true; }
    std::vector<CitableRecord> takeCitable() { return std::exchange(m_citable, {}); }
    /// Writes what was taken in, sealing the open block first if asked to. Does not sync.
    Result<void> write(Seal seal);
    Result<void> sync() { return m_file->sync(); }
    /// Writes a signed head of type kHeadType or kClosedType for the last seal. Does not sync.
    Result<JournalHead> writeHead(std::uint16_t type, Timestamp time);
    /// Seals, writes, cuts off what was preallocated, syncs.
    Result<void> finish();

    /// Records in this segment, pending ones included.
    std::uint64_t recordBytes() const { return m_bytes - m_recordsOffset; }
    std::size_t pendingBytes() const { return m_pendingBytes; }
    Sequence lastSequence() const { return m_sequence; }
    Timestamp lastTime() const { return m_time; }
    const ByteBuffer &headerPayload() const { return m_headerPayload; }
    /// The chain up to the last seal.
    const Digest &chain() const { return m_chain; }

private:
    void sealBlock(std::uint16_t flags);
    void append(ByteView bytes);

    JournalDisk &m_disk;
    const JournalKey &m_key;
    std::filesystem::path m_folder;
    std::uint64_t m_maxBytes;

    std::unique_ptr<JournalFile> m_file;
    std::uint32_t m_number = 0;
    ByteBuffer m_headerPayload;
    std::uint64_t m_bytes = 0; ///< in the file, pending ones included
    std::uint64_t m_recordsOffset = 0;
    Sequence m_sequence;
    Timestamp m_time;

    Digest m_chain{};
    Hasher m_hasher;
    std::size_t m_blockBytes = 0;
    bool m_blockIsCitable = false;
    bool m_keepsCitable = false;
    std::vector<CitableRecord> m_citable;

    std::vector<ByteView> m_parts;
    std::deque<ByteBuffer> m_ownRecords; ///< seals among the parts; a deque because they must not move
    std::size_t m_pendingBytes = 0;
};

} // namespace coinswarm::journal
