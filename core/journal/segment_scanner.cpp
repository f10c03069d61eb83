// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/segment_scanner.h"

#include <string>
#include <utility>

namespace coinswarm::journal {

Result<SegmentScanner> SegmentScanner::open(const std::filesystem::path &file)
{
    Result<FileWindow> window = FileWindow::open(file);
    if (!window)
        return window.error();
    SegmentScanner scanner(std::move(*window));
    const ByteView start = scanner.m_window.peek(0, kSegmentHeaderBytes);
    if (scanner.m_window.failure())
        return *scanner.m_window.failure();
    scanner.m_encoded.assign(start.begin(), start.end());
    scanner.m_verdict = decodeSegmentHeader(start, scanner.m_header);
    // The signature holds, so these sizes are what was written; the subtraction cannot be led to overflow.
    const std::uint64_t behind = scanner.m_window.size() - std::min<std::uint64_t>(start.size(), kSegmentHeaderBytes);
    if (scanner.m_verdict == HeaderVerdict::Good
        && (scanner.m_header.payloadBytes > behind
            || scanner.m_header.snapshotBytes > behind - scanner.m_header.payloadBytes))
        scanner.m_verdict = HeaderVerdict::Incomplete;
    if (scanner.m_verdict != HeaderVerdict::Good)
        return scanner;
    scanner.m_offset = scanner.m_header.recordsOffset();
    scanner.m_sequence = scanner.m_header.firstSequence.value - 1;
    scanner.m_time = scanner.m_header.createdAt;
    return scanner;
}

Result<ByteBuffer> SegmentScanner::readHeaderPayload()
{
    return readBytes(m_window, kSegmentHeaderBytes, m_header.payloadBytes);
}

Result<ByteBuffer> SegmentScanner::readSnapshot()
{
    return readBytes(m_window, kSegmentHeaderBytes + m_header.payloadBytes, m_header.snapshotBytes);
}

std::optional<RecordView> SegmentScanner::stop(TailVerdict verdict)
{
    m_stopped = true;
    m_tail = std::move(verdict);
    return std::nullopt;
}

std::optional<RecordView> SegmentScanner::next()
{
    if (m_stopped || m_verdict != HeaderVerdict::Good)
        return std::nullopt;
    const std::optional<RecordView> record = readRecord(m_window, m_offset);
    if (!record) {
        TailVerdict verdict = m_window.failure() ? TailVerdict{} : judgeTail(m_window, m_offset, m_sequence);
        if (m_closed && verdict.kind != TailVerdict::Kind::Clean)
            verdict = {TailVerdict::Kind::Altered, "bytes follow the closing record"};
        return stop(std::move(verdict));
    }

    const RecordHeader &header = record->header;
    const bool own = header.type >= kFirstJournalType;
    const std::uint64_t expected = own ? m_sequence : m_sequence + 1;
    if (m_closed)
        return stop({TailVerdict::Kind::Altered, "a record follows the closing one"});
    if (!formIsPossible(header))
        return stop({TailVerdict::Kind::Altered, "a record has a form that the journal never writes"});
    if (header.sequence != expected)
        return stop({TailVerdict::Kind::Altered,
                     "sequence " + std::to_string(expected) + " was expected here, " + std::to_string(header.sequence)
                         + " was found: records were removed, repeated or reordered"});
    m_closed = header.type == kClosedType;
    m_sequence = header.sequence;
    if (!own)
        m_time = Timestamp{header.timeNs};
    m_offset += record->frame.size();
    return record;
}

} // namespace coinswarm::journal
