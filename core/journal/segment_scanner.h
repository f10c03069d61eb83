// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/ids.h>

#include "journal/file_window.h"
#include "journal/segment_header.h"
#include "journal/segment_tail.h"

#include <optional>

namespace coinswarm::journal {

/// Walks the records of one segment file in order, with bounded memory, and checks each one's checksum, sequence and
/// form; not the chain. One thread.
class SegmentScanner
{
public:
    /// Opens the file and reads its header. Environment if the disk refuses; a bad header shows in headerVerdict().
    static Result<SegmentScanner> open(const std::filesystem::path &file);

    HeaderVerdict headerVerdict() const { return m_verdict; }
    const SegmentHeader &header() const { return m_header; }
    /// The fixed part as it is in the file.
    ByteView encodedHeader() const { return m_encoded; }
    Result<ByteBuffer> readHeaderPayload();
    Result<ByteBuffer> readSnapshot();

    /// The next good record, the journal's own included; nothing at the end, whose nature tail() tells. The views live
    /// until the next call of any member.
    std::optional<RecordView> next();
    /// After next() gave nothing.
    const TailVerdict &tail() const { return m_tail; }
    const std::optional<Error> &failure() const { return m_window.failure(); }

    /// Behind the last good record; before that, where the records start.
    std::uint64_t offset() const { return m_offset; }
    /// The sequence of the last engine record up to here.
    Sequence lastSequence() const { return Sequence(m_sequence); }
    /// The time of the last engine record up to here; the segment's creation before there is one.
    Timestamp lastTime() const { return m_time; }
    std::uint64_t fileBytes() const { return m_window.size(); }
    FileWindow &window() { return m_window; }

private:
    explicit SegmentScanner(FileWindow window) : m_window(std::move(window)) {}
    std::optional<RecordView> stop(TailVerdict verdict);

    FileWindow m_window;
    HeaderVerdict m_verdict = HeaderVerdict::NotAJournal;
    SegmentHeader m_header;
    ByteBuffer m_encoded;
    std::uint64_t m_offset = 0;
    std::uint64_t m_sequence = 0;
    Timestamp m_time;
    bool m_closed = false;
    bool m_stopped = false;
    TailVerdict m_tail;
};

} // namespace coinswarm::journal
