// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/ids.h>
#include <coinswarm/result.h>
#include <coinswarm/timestamp.h>

#include "journal/digest.h"
#include "journal/segment_header.h"

#include <cstdint>
#include <filesystem>

namespace coinswarm::journal {

/// Where and with what a journal can be continued.
struct RecoveredJournal {
    std::filesystem::path lastSegment;
    SegmentHeader header; ///< of the last segment
    ByteBuffer headerPayload; ///< of the last segment
    std::uint64_t goodBytes = 0; ///< the last segment's length without what was torn off
    std::uint64_t tornBytes = 0; ///< how much of it the crash made worthless (preallocated zeros not counted)
    Digest chain{}; ///< up to the last seal; after a close, over the closing record too
    Hasher openBlock; ///< over the chain and the records that no seal covers yet
    std::size_t openBytes = 0;
    Sequence lastSequence;
    Timestamp lastTime;
    bool closed = false;
};

/// Reads the last segment of the journal in `folder` and finds its end. Removes drafts of segments that a crash left.
/// Corrupt, naming the place, if anything but the very end is damaged: nothing is changed then.
Result<RecoveredJournal> recoverJournal(const std::filesystem::path &folder);

} // namespace coinswarm::journal
