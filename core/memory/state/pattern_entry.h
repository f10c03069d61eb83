// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/state/episode_fact.h"

#include <coinswarm/pattern.h>

#include <vector>

namespace coinswarm::memory {

/// A pattern with what its numbers are computed from.
struct PatternEntry {
    Pattern pattern;
    std::vector<EpisodeId> members; ///< in the order they joined
    std::vector<std::int64_t> sums; ///< of the members' states, feature by feature

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("pattern", self.pattern);
        visit("members", self.members);
        visit("sums", self.sums);
    }
};

/// The mean of each feature, halves away from zero.
Embedding meanOf(const std::vector<std::int64_t> &sums, std::size_t count);
/// Adds a state to the sums and moves the centre to their mean.
void join(PatternEntry &record, EpisodeId episode, const Embedding &state);

/// Of episodes in any order; they are sorted by the time of their exit, then by their place in `facts`.
PatternStatistics statisticsOf(const std::vector<const EpisodeFact *> &facts);
/// Whether the mean reward of the latest kDecayEpisodes is below zero by more than kDecayErrors of its standard errors. False
/// if there are fewer.
bool losesLately(const std::vector<const EpisodeFact *> &facts);

/// "buy in high volatility, up trend #12": from the regimes that most episodes share.
void nameAfter(Pattern &pattern, const std::vector<const EpisodeFact *> &facts);

} // namespace coinswarm::memory
