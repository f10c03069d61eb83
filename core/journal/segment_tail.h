// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/file_window.h"

#include <string>

namespace coinswarm::journal {

/// What follows the last good record of a segment.
struct TailVerdict {
    enum class Kind : unsigned char {
        Clean, ///< nothing, or zeros that were preallocated
        Torn, ///< a write that a crash interrupted; nothing in it was ever acknowledged
        Altered, ///< bytes that no crash leaves: damage or tampering
    };
    Kind kind = Kind::Clean;
    std::string what; ///< one phrase; empty when clean
};

/// Judges the bytes from `offset`, where no good record starts, to the end of the file. A torn write is one that stops
/// inside a record with nothing or only zeros behind it, or that lost whole sectors of the last group, the one that
/// had not been synced. Anything else is damage, and so is a loss that a later sync or the close contradicts.
TailVerdict judgeTail(FileWindow &file, std::uint64_t offset, std::uint64_t lastSequence);

/// Whether the journal's own type of this header has the only length and flags that it can have.
bool formIsPossible(const RecordHeader &header);

} // namespace coinswarm::journal
