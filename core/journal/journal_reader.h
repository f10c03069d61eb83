// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/journal_folder.h"
#include "journal/segment_scanner.h"

#include <cstdint>
#include <limits>
#include <optional>

namespace coinswarm::journal {

/// Reads a journal's engine records in order, over all segments, with bounded memory. It checks checksums, sequences and
/// headers, so that nothing damaged is handed out, but not chain and signatures: that is verifyJournal(). One thread.
class JournalReader
{
public:
    /// From the first record. `path` is a journal's folder or one segment file.
    static Result<JournalReader> open(const std::filesystem::path &path);
    /// From the last segment that begins with a snapshot, of those with numbers below `before`; from the first segment if
    /// none does.
    static Result<JournalReader> openAtLastSnapshot(const std::filesystem::path &path,
                                                    std::uint32_t before = std::numeric_limits<std::uint32_t>::max());

    /// The next engine record; nothing at the end. Corrupt, naming the place, if the journal is damaged anywhere but at
    /// its very end. The views live until the next call.
    Result<std::optional<RecordView>> next();

    /// The segment of the record last read; before the first, of the one that will be.
    const SegmentHeader &segment() const { return m_scanner->header(); }
    Result<ByteBuffer> readHeaderPayload() { return m_scanner->readHeaderPayload(); }
    /// Empty if this segment began without one.
    Result<ByteBuffer> readSnapshot() { return m_scanner->readSnapshot(); }

    /// After the end: whether the journal was closed, and whether a crash tore its tail.
    bool closed() const { return m_closed; }
    bool torn() const { return m_scanner->tail().kind == TailVerdict::Kind::Torn; }
    Sequence lastSequence() const { return m_scanner->lastSequence(); }
    /// The chain hash that the last seal read in this segment claims; before the first, the segment's seed.
    const Digest &chain() const { return m_chain; }

private:
    JournalReader(JournalFolder files, std::size_t at) : m_files(std::move(files)), m_at(at) {}
    Result<void> openSegment();
    Error damaged(const std::string &what) const;

    JournalFolder m_files;
    std::size_t m_at;
    std::optional<SegmentScanner> m_scanner;
    bool m_closed = false;
    Digest m_chain{};
};

} // namespace coinswarm::journal
