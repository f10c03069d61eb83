// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/journal_reader.h"

#include <algorithm>
#include <string>
#include <utility>

namespace coinswarm::journal {

Error JournalReader::damaged(const std::string &what) const
{
    return {ErrorKind::Corrupt,
            m_files.segments[m_at].path.string() + ", byte " + std::to_string(m_scanner ? m_scanner->offset() : 0)
                + ": " + what + "; run `coinswarm-cli journal verify` on it."};
}

Result<JournalReader> JournalReader::open(const std::filesystem::path &path)
{
    Result<JournalFolder> files = listJournal(path);
    if (!files)
        return files.error();
    JournalReader reader(std::move(*files), 0);
    if (Result<void> opened = reader.openSegment(); !opened)
        return opened.error();
    return reader;
}

Result<JournalReader> JournalReader::openAtLastSnapshot(const std::filesystem::path &path, std::uint32_t before)
{
    Result<JournalFolder> files = listJournal(path);
    if (!files)
        return files.error();
    std::size_t last = files->segments.size() - 1;
    while (last > 0 && files->segments[last].number >= before)
        --last;
    JournalReader reader(std::move(*files), last);
    for (;; --reader.m_at) {
        if (Result<void> opened = reader.openSegment(); !opened)
            return opened.error();
        if (reader.m_at == 0 || reader.segment().snapshotBytes > 0)
            return reader;
    }
}

Result<void> JournalReader::openSegment()
{
    const SegmentFile &file = m_files.segments[m_at];
    Result<SegmentScanner> scanner = SegmentScanner::open(file.path);
    if (!scanner)
        return scanner.error();
    const HeaderVerdict verdict = scanner->headerVerdict();
    m_scanner.emplace(std::move(*scanner));
    if (verdict == HeaderVerdict::NotAJournal)
        return Error{ErrorKind::Invalid, file.path.string() + " is not a journal segment."};
    if (verdict == HeaderVerdict::UnknownVersion)
        return Error{ErrorKind::Invalid, file.path.string() + " was written by a later version of the program."};
    if (verdict != HeaderVerdict::Good)
        return damaged("the header of the segment is damaged");
    if (file.number != 0 && segment().number != file.number)
        return damaged("the file holds segment " + std::to_string(segment().number));
    m_chain = chainSeed(m_scanner->encodedHeader());
    return {};
}

Result<std::optional<RecordView>> JournalReader::next()
{
    for (;;) {
        const std::optional<RecordView> record = m_scanner->next();
        if (record && record->header.type < kFirstJournalType)
            return record;
        if (record) {
            m_closed = record->header.type == kClosedType;
            if (record->header.type == kSealType)
                std::copy(record->payload.begin(), record->payload.end(), m_chain.begin());
            continue;
        }
        if (m_scanner->failure())
            return *m_scanner->failure();
        const TailVerdict &tail = m_scanner->tail();
        if (tail.kind == TailVerdict::Kind::Altered)
            return damaged(tail.what);
        if (m_at + 1 == m_files.segments.size())
            return std::optional<RecordView>();
        if (tail.kind == TailVerdict::Kind::Torn)
            return damaged("the segment is cut off, and another one follows");
        const Sequence last = m_scanner->lastSequence();
        ++m_at;
        m_closed = false;
        if (Result<void> opened = openSegment(); !opened)
            return opened.error();
        if (segment().firstSequence.value != last.value + 1)
            return damaged("the segment does not continue the one before it");
    }
}

} // namespace coinswarm::journal
