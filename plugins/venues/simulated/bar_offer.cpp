// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "bar_offer.h"

#include "venue_rules.h"

#include <algorithm>

namespace coinswarm::simulated {

namespace {

/// True if `price` is better than `limit` for someone who waits on `side` with it.
bool isThrough(Price price, Price limit, Side side)
{
    return side == Side::Buy ? price < limit : price > limit;
}

Price noWorseThan(Price price, Price limit, Side side)
{
    return side == Side::Buy ? std::min(price, limit) : std::max(price, limit);
}

} // namespace

std::optional<BarOffer> barOffer(const VenueOrder &order, const Candle &candle, Ratio slippage, Price tick)
{
    if (order.isMarket()) {
        return BarOffer{BarPhase::AtOpen, slipped(candle.open, order.side, slippage, tick), Liquidity::Taker};
    }
    if (order.isStop()) {
        if (order.triggersAt(candle.open)) {
            return BarOffer{BarPhase::AtOpen, slipped(candle.open, order.side, slippage, tick), Liquidity::Taker};
        }
        if (order.triggersAt(candle.low) || order.triggersAt(candle.high)) {
            return BarOffer{order.type == OrderType::Stop ? BarPhase::StopInside : BarPhase::Inside,
                            slipped(order.stopPrice, order.side, slippage, tick), Liquidity::Taker};
        }
        return std::nullopt;
    }
    const bool openReaches = candle.open == order.limitPrice || isThrough(candle.open, order.limitPrice, order.side);
    if (!order.offered && openReaches && !order.postOnly) {
        const Price price = slipped(candle.open, order.side, slippage, tick);
        return BarOffer{BarPhase::AtOpen, noWorseThan(price, order.limitPrice, order.side), Liquidity::Taker};
    }
    // Whoever jumped over a resting order hit it on the way.
    if (isThrough(candle.open, order.limitPrice, order.side)) {
        return BarOffer{BarPhase::AtOpen, order.limitPrice, Liquidity::Maker};
    }
    if (isThrough(order.side == Side::Buy ? candle.low : candle.high, order.limitPrice, order.side)) {
        return BarOffer{BarPhase::Inside, order.limitPrice, Liquidity::Maker};
    }
    return std::nullopt;
}

} // namespace coinswarm::simulated
