// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/timestamp.h>

#include <cstdint>

namespace coinswarm::trading {

/// How fast a market is played against the wall clock. Operators, disks and networks keep the wall clock's time, while the
/// engine counts session time: what they are given must be longer where the market is played faster.
///
/// A market that is played slowly, or as fast as possible, gives them the time that is configured, in session time.
struct Pace {
    std::int64_t perMille = 1'000; ///< session milliseconds per second of the wall clock

    bool operator==(const Pace &) const = default;

    /// `speed` in session seconds per second; 0 for as fast as possible.
    static Pace ofSpeed(double speed);
    /// How much session time goes by in `wall`; never less than `wall`, and cut at 100 years.
    Duration sessionTime(Duration wall) const;
    /// What is `left` of a time that was reckoned at the pace `before`, at this pace.
    Duration rescaled(Duration left, Pace before) const;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("per_mille", self.perMille);
    }
};

} // namespace coinswarm::trading
