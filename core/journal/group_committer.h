// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/record_ring.h"
#include "journal/segment_writer.h"

#include <chrono>
#include <functional>

namespace coinswarm::journal {

/// When the journal's bytes are forced to the disk.
enum class SyncPolicy : unsigned char {
    EachGroup, ///< live and paper: whatever has gathered is written and synced together, then acknowledged
    AtClose, ///< backtests: at the end of each segment and at the close; blocks depend on the content alone
};

/// Carries records from the ring to the segments in groups, and signs heads. Belongs to the journal thread.
class GroupCommitter
{
public:
    struct Hooks {
        std::function<void()> onReleased; ///< room in the ring
        std::function<void(Sequence)> onDurable;
        std::function<void(const JournalHead &)> onHead;
        std::function<void(const CitableRecord &)> onCitable; ///< durable; may be empty
    };

    GroupCommitter(RecordRing &ring, SegmentWriter &segment, SyncPolicy policy, std::chrono::nanoseconds headInterval,
                   Hooks hooks);

    /// Writes all records before `position`; with EachGroup also syncs and acknowledges them.
    Result<void> commitUpTo(std::uint64_t position);
    /// Ends the segment behind the records written so far and begins the next one.
    Result<void> rotate(const SegmentStart &start);
    /// Writes and syncs a signed head if one is due. Only with EachGroup.
    Result<void> signIfDue();
    /// Commits everything in the ring and writes the signed closing record.
    Result<JournalHead> close();
    /// Commits everything in the ring and leaves the journal open, to be continued later.
    Result<void> leave();

    std::uint64_t consumed() const { return m_consumed; }

private:
    Result<void> write(SegmentWriter::Seal seal);
    void acknowledge();
    Timestamp headTime() const;

    RecordRing &m_ring;
    SegmentWriter &m_segment;
    SyncPolicy m_policy;
    std::chrono::nanoseconds m_headInterval;
    Hooks m_hooks;
    std::uint64_t m_consumed = 0;
    Sequence m_acknowledged;
    Sequence m_signed;
    std::chrono::steady_clock::time_point m_lastHead;
};

} // namespace coinswarm::journal
