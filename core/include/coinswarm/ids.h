// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

// Qt 6.4's moc cannot read <compare> if it is the first header of the standard library that it meets.
#include <cstddef>

#include <compare>
#include <cstdint>

namespace coinswarm {

/// A number that names one kind of thing. 0 names nothing. The engine counts upwards, so an id is also an order in time.
template <class Tag, class Rep = std::uint64_t>
struct Id {
    Rep value = 0;

    constexpr Id() = default;
    constexpr explicit Id(Rep v) : value(v) {}
    constexpr explicit operator bool() const { return value != 0; }
    friend constexpr auto operator<=>(Id, Id) = default;
};

/// Position in the session's instrument table, from 1.
using InstrumentId = Id<struct InstrumentTag, std::uint32_t>;
/// Position in the session's agent table, from 1.
using AgentId = Id<struct AgentTag, std::uint32_t>;
/// One question put to the agents; their votes answer it.
using AskId = Id<struct AskTag>;
using DecisionId = Id<struct DecisionTag>;
using OrderId = Id<struct OrderTag>;
using ApprovalId = Id<struct ApprovalTag>;
using FillId = Id<struct FillTag>;
using RoundTripId = Id<struct RoundTripTag>;
using RegimeId = Id<struct RegimeTag>;
/// A committed episode: counts up in the order of the commits.
using EpisodeId = Id<struct EpisodeTag>;
using PatternId = Id<struct PatternTag>;
/// Place of a record in the journal, from 1, without gaps.
using Sequence = Id<struct SequenceTag>;

} // namespace coinswarm
