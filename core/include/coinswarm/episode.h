// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/decimal.h>
#include <coinswarm/embedding.h>
#include <coinswarm/ids.h>
#include <coinswarm/instrument.h>
#include <coinswarm/regime.h>
#include <coinswarm/vote.h>

#include <string>
#include <vector>

namespace coinswarm {

/// What one agent had said when the trade of an episode was decided.
struct EpisodeVote {
    std::string agent; ///< its name in the configuration: "trend"
    Action action = Action::Hold;
    double confidence = 0;

    bool operator==(const EpisodeVote &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("agent", self.agent);
        visit("action", self.action);
        visit("confidence", self.confidence);
    }
};

/// What was seen, done and earned: one closed trade, with the market state in which it was decided.
struct Episode {
    std::string session; ///< the engine's, with `roundTrip` and the engine's key the identity of the episode
    RoundTripId roundTrip;
    std::string symbol; ///< "BTC-USDT"
    Side side = Side::Buy; ///< of the entry
    Quantity quantity; ///< largest size held
    Quantity entered; ///< Σ of what was traded into the position; as much was traded out of it
    Price entryPrice; ///< average
    Price exitPrice; ///< average
    Money pnl; ///< net of all fees
    Money fees;
    double slippageBps = 0; ///< positive is worse
    Timestamp entryTime;
    Timestamp exitTime;
    VolatilityRegime volatility = VolatilityRegime::Unknown; ///< at the entry, as the next three
    SpreadRegime spread = SpreadRegime::Unknown;
    TrendRegime trend = TrendRegime::Unknown;
    SessionRegime hours = SessionRegime::Unknown;
    std::uint32_t regimeVersion = 1;
    std::vector<EpisodeVote> votes; ///< in agent order
    std::vector<std::string> fills; ///< the venue's ids, in the order they were booked
    Embedding state; ///< of the market when the entry was decided

    bool operator==(const Episode &) const = default;

    /// Net profit over what was put in: pnl ÷ (entered × entry price). 0 if nothing was put in.
    double reward() const
    {
        const double notional = entered.toDouble() * entryPrice.toDouble();
        return notional > 0 ? pnl.toDouble() / notional : 0;
    }

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("session", self.session);
        visit("round_trip", self.roundTrip);
        visit("symbol", self.symbol);
        visit("side", self.side);
        visit("quantity", self.quantity);
        visit("entered", self.entered);
        visit("entry_price", self.entryPrice);
        visit("exit_price", self.exitPrice);
        visit("pnl", self.pnl);
        visit("fees", self.fees);
        visit("slippage_bps", self.slippageBps);
        visit("entry_time", self.entryTime);
        visit("exit_time", self.exitTime);
        visit("volatility", self.volatility);
        visit("spread", self.spread);
        visit("trend", self.trend);
        visit("hours", self.hours);
        visit("regime_version", self.regimeVersion);
        visit("votes", self.votes);
        visit("fills", self.fills);
        visit("state", self.state);
    }
};

} // namespace coinswarm
