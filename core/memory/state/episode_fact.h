// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/digest.h"

#include <coinswarm/episode.h>
#include <coinswarm/recall.h>

#include <array>
#include <string>
#include <vector>

namespace coinswarm::memory {

/// Names a fill: the first half of a SHA-256.
using FillKey = std::array<std::byte, 16>;

/// Names a trade for ever: an engine's key, its session and the number of the trade.
journal::Digest tripKey(const journal::PublicKey &engine, const std::string &session, RoundTripId trip);
FillKey fillKey(const journal::PublicKey &engine, const std::string &symbol, const std::string &fill);

/// What a fill was for a trade. One fill can close a trade and open the next, where a position goes through zero; no other
/// fill belongs to two. The values are sets of two bits: uses that share one exclude each other.
enum class FillUse : std::uint8_t { Opens = 1, Closes = 2, Within = 3 };
FillUse useOf(std::size_t fill, std::size_t fills);

/// What memory keeps of an episode in order to judge others by it. Prices and names of fills stay in the audit log.
struct EpisodeFact {
    journal::Digest trip{};
    std::vector<FillKey> fills; ///< in the order they were booked
    std::string symbol;
    Action action = Action::Hold; ///< Buy or Sell
    double reward = 0;
    double slippageBps = 0;
    VolatilityRegime volatility = VolatilityRegime::Unknown;
    SpreadRegime spread = SpreadRegime::Unknown;
    TrendRegime trend = TrendRegime::Unknown;
    SessionRegime hours = SessionRegime::Unknown;
    Timestamp exitTime;
    std::vector<EpisodeVote> votes;
    Embedding state;
    std::uint64_t slot = 0; ///< that decided it

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("trip", self.trip);
        visit("fills", self.fills);
        visit("symbol", self.symbol);
        visit("action", self.action);
        visit("reward", self.reward);
        visit("slippage_bps", self.slippageBps);
        visit("volatility", self.volatility);
        visit("spread", self.spread);
        visit("trend", self.trend);
        visit("hours", self.hours);
        visit("exit_time", self.exitTime);
        visit("votes", self.votes);
        visit("state", self.state);
        visit("slot", self.slot);
    }
};

EpisodeFact factOf(const journal::PublicKey &engine, const Episode &episode, std::uint64_t slot);

} // namespace coinswarm::memory
