// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/trading_mode.h"

#include <coinswarm/instrument.h>
#include <coinswarm/order.h>
#include <coinswarm/position.h>

namespace coinswarm::trading {

/// What other orders, open and pending, lay claim to: awaiting approval, waiting for cancels, submitting, unknown and
/// working ones alike. The order being checked is not among them.
struct PendingOrders {
    Quantity entryBuys; ///< remaining, this instrument
    Quantity entrySells; ///< remaining, this instrument
    Quantity exits; ///< remaining of Exit orders, this instrument
    Money entryNotional; ///< remaining of entries, all instruments
    Money cash; ///< what pending buys will need, with fees, all instruments
    std::int32_t count = 0; ///< orders, all instruments
    std::int32_t entriesNotCounted = 0; ///< entries not yet in tradesToday, all instruments
};

/// All that the risk gate may know about the world when it judges one order.
struct RiskView {
    Timestamp now;
    api::TradingMode mode = api::TradingMode::Paper;
    Instrument instrument;
    Account account;
    Position position; ///< in the instrument
    Price lastPrice; ///< zero if the instrument has not traded yet
    Duration marketAge{}; ///< since it last traded
    Duration
        marketCadence{}; ///< how long after that nothing is to be expected: a market of bars is silent between them
    PendingOrders pending;
    std::int32_t tradesToday = 0; ///< entries sent this UTC day
    std::int32_t ordersLastMinute = 0;
    Ratio feeRate; ///< of a taker, for worst cases
    bool halted = false;
    bool paused = false;
    bool reconciling = false; ///< the venue has not yet answered for every order of the session before
    bool positionMismatch = false; ///< the venue reports another position than the one booked
};

/// Whether the order can only make the position smaller: reduce-only, on the opposite side, and not larger than it.
bool onlyReduces(const Order &order, const RiskView &view);

/// What the order moves at the worse of its own price and the last one.
Money riskNotional(const Order &order, Price lastPrice);

/// What is lost if the entry fills and its protective stop fills at its price, fees of both included. The whole
/// notional and fees where there is no stop.
Money worstCaseLoss(const Order &order, Price lastPrice, Ratio feeRate);

} // namespace coinswarm::trading
