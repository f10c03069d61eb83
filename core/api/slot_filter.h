// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/memory_views.h"

#include <string_view>

/// The language in which slots of the audit log are searched. Words apart by spaces, all of which must hold, whatever their
/// case:
///
///     slot:18200-18300   a number, a range, or "slot:18200-" from there on
///     round:1            the same for the round that decided
///     kind:add_episode   a kind of change
///     coordinator:m3     who coordinated (also by:m3)
///     silent:m2          no vote of this manager
///     rejected           some item was refused (also refused)
///     anything else      is in the changes, items, reasons, or begins the commit
namespace coinswarm::api {

struct SlotWord {
    enum class Kind : unsigned char { Slot, Round, Change, Coordinator, Silent, Refused, Text };

    Kind kind = Kind::Text;
    std::string value; ///< in lower case
    std::uint64_t from = 0; ///< Slot and Round
    std::uint64_t to = 0;
};

/// Words that are only half typed, like "kind:", ask for nothing. A range that is none is met by no slot.
std::vector<SlotWord> slotWords(std::string_view text);
/// The slots that words leave possible; first > last if none is.
struct SlotRange {
    std::uint64_t first = 1;
    std::uint64_t last = 0;
};
SlotRange slotRange(const std::vector<SlotWord> &words);
/// `part` in lower case; letters of ASCII only.
bool containsWord(std::string_view text, std::string_view part);
bool passes(const QuorumSlotView &slot, const std::vector<SlotWord> &words);

} // namespace coinswarm::api
