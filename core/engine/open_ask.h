// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/embedding.h>
#include <coinswarm/market_state.h>
#include <coinswarm/regime.h>
#include <coinswarm/vote.h>

#include <optional>
#include <vector>

namespace coinswarm::engine {

/// What a question has to do with memory.
struct AskedState {
    Embedding embedding; ///< of the market when the bar closed
    Regime regime; ///< at that moment
    bool recalling = false; ///< the agents are asked when memory has answered
    Timestamp recallDeadline; ///< or at this time, without an answer; zero: they wait

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("embedding", self.embedding);
        visit("regime", self.regime);
        visit("recalling", self.recalling);
        visit("recall_deadline", self.recallDeadline);
    }
};

/// A question to the agents that is not decided yet.
struct OpenAsk {
    AskId id;
    InstrumentId instrument;
    Timestamp deadline; ///< zero: none
    RegimeId regime;
    std::uint32_t missing = 0; ///< answers that have not come
    std::vector<CountedVote> votes; ///< one per agent; Abstained until its answer comes
    std::optional<AskedState> seen; ///< nothing without memory, or while the state has no embedding yet

    bool recalling() const { return seen && seen->recalling; }
    /// When the engine wants to look at it again; zero: never.
    Timestamp due() const { return recalling() ? seen->recallDeadline : deadline; }

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("instrument", self.instrument);
        visit("deadline", self.deadline);
        visit("regime", self.regime);
        visit("missing", self.missing);
        visit("votes", self.votes);
        visit("seen", self.seen);
    }
};

} // namespace coinswarm::engine
