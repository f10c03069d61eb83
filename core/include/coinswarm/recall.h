// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/ids.h>
#include <coinswarm/regime.h>
#include <coinswarm/timestamp.h>
#include <coinswarm/vote.h>

#include <cstdint>
#include <string>
#include <vector>

namespace coinswarm {

/// What memory knows of an episode besides its embedding: what queries filter by, and what agents learn from it.
struct EpisodeTags {
    std::string symbol;
    Action action = Action::Hold; ///< Buy or Sell, of the entry
    double reward = 0; ///< net profit over what was put in
    VolatilityRegime volatility = VolatilityRegime::Unknown;
    SpreadRegime spread = SpreadRegime::Unknown;
    TrendRegime trend = TrendRegime::Unknown;
    SessionRegime hours = SessionRegime::Unknown;
    Timestamp time; ///< when the trade was closed
    PatternId pattern; ///< that the episode belongs to, if any
    bool promoted = false; ///< whether that pattern is promoted
    bool deprecated = false; ///< whether that pattern is deprecated

    bool operator==(const EpisodeTags &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("symbol", self.symbol);
        visit("action", self.action);
        visit("reward", self.reward);
        visit("volatility", self.volatility);
        visit("spread", self.spread);
        visit("trend", self.trend);
        visit("hours", self.hours);
        visit("time", self.time);
        visit("pattern", self.pattern);
        visit("promoted", self.promoted);
        visit("deprecated", self.deprecated);
    }
};

/// A remembered episode that is like the present state.
struct Neighbour {
    EpisodeId episode;
    std::int32_t distance = 0; ///< squared, see squaredDistance()
    EpisodeTags tags;

    bool operator==(const Neighbour &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("episode", self.episode);
        visit("distance", self.distance);
        visit("tags", self.tags);
    }
};

inline constexpr std::uint32_t kRecalledEpisodes = 10;

/// What memory answered, nearest first; equally near ones by ascending id.
struct Recall {
    std::uint64_t slot = 0; ///< the quorum's slot as of which memory was asked: what later ones added is not in it
    std::vector<Neighbour> neighbours; ///< at most kRecalledEpisodes
    std::string unavailable; ///< why memory could not answer; empty if it did

    bool operator==(const Recall &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("slot", self.slot);
        visit("neighbours", self.neighbours);
        visit("unavailable", self.unavailable);
    }
};

} // namespace coinswarm
