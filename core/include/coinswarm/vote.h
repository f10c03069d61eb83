// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/decimal.h>
#include <coinswarm/fields.h>
#include <coinswarm/ids.h>
#include <coinswarm/timestamp.h>

#include <string>
#include <vector>

namespace coinswarm {

enum class Action : unsigned char { Hold, Buy, Sell };

constexpr auto enumNames(Action)
{
    return std::array<std::string_view, 3>{"hold", "buy", "sell"};
}

/// An agent's answer to one question.
struct Vote {
    Action action = Action::Hold;
    double confidence = 0; ///< 0 … 1
    bool veto = false; ///< forbids opening or adding to a position; only agents with the right to veto may set it
    Quantity size; ///< how much it would trade, in base currency, unsigned; zero leaves it to the others
    Price stop; ///< zero for none
    Price target; ///< zero for none
    std::vector<std::string> reasons; ///< each a sentence a person understands, with the numbers in it

    bool operator==(const Vote &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("action", self.action);
        visit("confidence", self.confidence);
        visit("veto", self.veto);
        visit("size", self.size);
        visit("stop", self.stop);
        visit("target", self.target);
        visit("reasons", self.reasons);
    }
};

/// What became of the question at one agent.
enum class VoteStatus : unsigned char {
    Voted,
    WarmingUp, ///< has not seen enough bars yet
    Abstained, ///< the deadline passed
    Benched, ///< not asked
    Failed, ///< threw, returned nonsense; benched from now on
};

constexpr auto enumNames(VoteStatus)
{
    return std::array<std::string_view, 5>{"voted", "warming_up", "abstained", "benched", "failed"};
}

/// One agent's line in a decision.
struct CountedVote {
    AgentId agent;
    VoteStatus status = VoteStatus::Abstained;
    double weight = 0; ///< the agent's committee weight at that moment
    double contribution = 0; ///< signed: + for buy, − for sell; weight × confidence over the sum of weights that voted
    bool dissents = false; ///< voted for the opposite of what was decided, or for acting where HOLD was decided
    Vote vote; ///< empty unless Voted

    bool operator==(const CountedVote &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("agent", self.agent);
        visit("status", self.status);
        visit("weight", self.weight);
        visit("contribution", self.contribution);
        visit("dissents", self.dissents);
        visit("vote", self.vote);
    }
};

/// What the committee made of the votes.
struct Decision {
    DecisionId id;
    AskId ask;
    InstrumentId instrument;
    Timestamp time;
    Action action = Action::Hold;
    double score = 0; ///< Σ contributions, −1 … 1
    double threshold = 0; ///< |score| needed to act
    bool vetoed = false;
    AgentId vetoedBy;
    Quantity size; ///< unsigned; zero for Hold
    Price stop;
    Price target;
    std::vector<CountedVote> votes; ///< one per agent of the session, in agent order
    std::string summary; ///< one sentence: what was decided and why

    bool operator==(const Decision &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("ask", self.ask);
        visit("instrument", self.instrument);
        visit("time", self.time);
        visit("action", self.action);
        visit("score", self.score);
        visit("threshold", self.threshold);
        visit("vetoed", self.vetoed);
        visit("vetoed_by", self.vetoedBy);
        visit("size", self.size);
        visit("stop", self.stop);
        visit("target", self.target);
        visit("votes", self.votes);
        visit("summary", self.summary);
    }
};

} // namespace coinswarm
