// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/decimal.h>
#include <coinswarm/fields.h>
#include <coinswarm/ids.h>
#include <coinswarm/instrument.h>
#include <coinswarm/timestamp.h>

namespace coinswarm {

/// What is held in one instrument. Average cost method: a reduction realises (price − averagePrice) × reduced quantity.
struct Position {
    InstrumentId instrument;
    Quantity quantity; ///< signed: positive long, negative short
    Money cost; ///< Σ notional paid for what is held (negative for a short); averagePrice = cost ÷ quantity
    Price averagePrice; ///< zero when flat
    Price markPrice; ///< last price seen
    Money realised; ///< since the session began, before fees
    Money unrealised; ///< quantity × mark − cost
    Money fees; ///< paid so far in this instrument
    Timestamp opened; ///< when it was last flat before; zero when flat

    bool operator==(const Position &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("instrument", self.instrument);
        visit("quantity", self.quantity);
        visit("cost", self.cost);
        visit("average_price", self.averagePrice);
        visit("mark_price", self.markPrice);
        visit("realised", self.realised);
        visit("unrealised", self.unrealised);
        visit("fees", self.fees);
        visit("opened", self.opened);
    }
};

/// The whole account. equity = cash + Σ quantity × mark.
struct Account {
    Money startingCash;
    Money cash;
    Money equity;
    Money peakEquity;
    Money realised; ///< before fees
    Money unrealised;
    Money fees;
    Money grossExposure; ///< Σ |quantity × mark|
    Money dayStartEquity; ///< equity at the first event of the UTC day
    Ratio drawdown; ///< (peak − equity) ÷ peak, from the running peak

    bool operator==(const Account &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("starting_cash", self.startingCash);
        visit("cash", self.cash);
        visit("equity", self.equity);
        visit("peak_equity", self.peakEquity);
        visit("realised", self.realised);
        visit("unrealised", self.unrealised);
        visit("fees", self.fees);
        visit("gross_exposure", self.grossExposure);
        visit("day_start_equity", self.dayStartEquity);
        visit("drawdown", self.drawdown);
    }
};

/// From flat to flat in one instrument, net of fees: what the mission calls a trade.
struct RoundTrip {
    RoundTripId id;
    InstrumentId instrument;
    Side side = Side::Buy; ///< of the entry
    Quantity quantity; ///< largest size held
    Price entryPrice; ///< average
    Price exitPrice; ///< average
    Money pnl; ///< net of all fees
    Money fees;
    double slippageBps = 0; ///< notional-weighted over its fills against the reference price; positive is worse
    Timestamp entryTime;
    Timestamp exitTime;
    DecisionId decision; ///< that opened it
    AgentId agent; ///< whose vote weighed most in that decision
    RegimeId regime; ///< at entry

    bool operator==(const RoundTrip &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("instrument", self.instrument);
        visit("side", self.side);
        visit("quantity", self.quantity);
        visit("entry_price", self.entryPrice);
        visit("exit_price", self.exitPrice);
        visit("pnl", self.pnl);
        visit("fees", self.fees);
        visit("slippage_bps", self.slippageBps);
        visit("entry_time", self.entryTime);
        visit("exit_time", self.exitTime);
        visit("decision", self.decision);
        visit("agent", self.agent);
        visit("regime", self.regime);
    }
};

} // namespace coinswarm
