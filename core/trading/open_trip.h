// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/fill.h>
#include <coinswarm/position.h>

namespace coinswarm::trading {

/// What a fill needs to know of the decision behind its order.
struct FillContext {
    Price referencePrice; ///< last price when it was decided
    DecisionId decision;
    AgentId agent; ///< whose vote weighed most
    RegimeId regime;
};

/// Gathers the fills between flat and flat in one instrument into a RoundTrip.
struct OpenTrip {
    Side side = Side::Buy;
    Quantity largest;
    Quantity entered; ///< Σ
    Quantity exited;
    Money entryNotional;
    Money exitNotional;
    Money realised; ///< before fees
    Money fees;
    double slippageSum = 0; ///< Σ notional × slippage in bps
    double notionalSum = 0;
    Timestamp entryTime;
    DecisionId decision;
    AgentId agent;
    RegimeId regime;

    /// Counts one fill, or the part of it that belongs to this trip.
    void add(Side fillSide, Price price, Quantity quantity, Money notional, Money fee, Money realisedNow,
             const FillContext &context);
    RoundTrip closed(RoundTripId id, InstrumentId instrument, Timestamp now) const;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("side", self.side);
        visit("largest", self.largest);
        visit("entered", self.entered);
        visit("exited", self.exited);
        visit("entry_notional", self.entryNotional);
        visit("exit_notional", self.exitNotional);
        visit("realised", self.realised);
        visit("fees", self.fees);
        visit("slippage_sum", self.slippageSum);
        visit("notional_sum", self.notionalSum);
        visit("entry_time", self.entryTime);
        visit("decision", self.decision);
        visit("agent", self.agent);
        visit("regime", self.regime);
    }
};

} // namespace coinswarm::trading
