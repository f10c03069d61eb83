// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/market_state.h>
#include <coinswarm/vote.h>

#include <vector>

namespace coinswarm {

/// A question to the agents that is not decided yet.
struct OpenAsk {
    AskId id;
    InstrumentId instrument;
    Timestamp deadline; ///< zero: none
    RegimeId regime;
    std::uint32_t missing = 0; ///< answers that have not come
    std::vector<CountedVote> votes; ///< one per agent; Abstained until its answer comes

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("instrument", self.instrument);
        visit("deadline", self.deadline);
        visit("regime", self.regime);
        visit("missing", self.missing);
        visit("votes", self.votes);
    }
};

} // namespace coinswarm
