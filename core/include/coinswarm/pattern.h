// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/embedding.h>
#include <coinswarm/fields.h>
#include <coinswarm/ids.h>
#include <coinswarm/regime.h>
#include <coinswarm/timestamp.h>
#include <coinswarm/vote.h>

#include <string>

namespace coinswarm {

/// What the episodes of a pattern came to. Rewards are net profit over what was put in.
struct PatternStatistics {
    std::uint64_t episodes = 0;
    double meanReward = 0;
    double deviation = 0; ///< of the rewards, n − 1
    double sharpe = 0; ///< daily sums of rewards, mean over deviation × √365; 0 with fewer than 20 days
    std::uint32_t days = 0; ///< UTC days from the first closed trade to the last
    double winRate = 0; ///< share with a reward > 0
    double tail5 = 0; ///< 5 % of the rewards are not above it
    double tail95 = 0; ///< 95 % of the rewards are not above it
    double drawdown = 0; ///< of 1 + Σ rewards in the order of time, from its running peak
    double meanSlippageBps = 0;

    bool operator==(const PatternStatistics &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("episodes", self.episodes);
        visit("mean_reward", self.meanReward);
        visit("deviation", self.deviation);
        visit("sharpe", self.sharpe);
        visit("days", self.days);
        visit("win_rate", self.winRate);
        visit("tail_5", self.tail5);
        visit("tail_95", self.tail95);
        visit("drawdown", self.drawdown);
        visit("mean_slippage_bps", self.meanSlippageBps);
    }
};

enum class PatternStatus : unsigned char {
    Candidate, ///< gathers episodes
    Promoted, ///< counts more when it is recalled
    Deprecated, ///< its episodes are left out when memory is asked; it takes no further ones
};

constexpr auto enumNames(PatternStatus)
{
    return std::array<std::string_view, 3>{"candidate", "promoted", "deprecated"};
}

/// A cluster of episodes that began alike and had the same side.
struct Pattern {
    PatternId id;
    std::string name; ///< "buy in high volatility, up trend #12"
    Action action = Action::Hold; ///< Buy or Sell, of all its entries
    PatternStatus status = PatternStatus::Candidate;
    PatternStatistics statistics;
    VolatilityRegime volatility = VolatilityRegime::Unknown; ///< of most of its episodes, as the next
    TrendRegime trend = TrendRegime::Unknown;
    Embedding founding; ///< the centre when it was founded, from which it may drift only so far
    Embedding centre; ///< mean of its episodes' states
    Timestamp updated; ///< when its latest change was proposed
    std::uint64_t slot = 0; ///< that decided it

    bool operator==(const Pattern &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("name", self.name);
        visit("action", self.action);
        visit("status", self.status);
        visit("statistics", self.statistics);
        visit("volatility", self.volatility);
        visit("trend", self.trend);
        visit("founding", self.founding);
        visit("centre", self.centre);
        visit("updated", self.updated);
        visit("slot", self.slot);
    }
};

} // namespace coinswarm
