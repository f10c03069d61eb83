// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "venue_order.h"

#include <coinswarm/market_data.h>

#include <optional>

namespace coinswarm::simulated {

/// When within a bar something is taken to have happened. Nobody knows the path inside a bar, so what hurts comes first.
enum class BarPhase : unsigned char {
    AtOpen, ///< the open is certain: market orders, and what the open has jumped over
    StopInside, ///< stops between open and extreme
    Inside, ///< targets and resting limits, if the stops left anything to do
};

/// At what price a bar would fill an order.
struct BarOffer {
    BarPhase phase = BarPhase::AtOpen;
    Price price;
    Liquidity liquidity = Liquidity::Taker;
};

/// What `candle` offers `order`, or nothing. Market orders and triggered stops pay the open and the slippage; a stop
/// pays the worse of trigger and open; a resting limit is filled at its price, and only if the bar trades through it.
std::optional<BarOffer> barOffer(const VenueOrder &order, const Candle &candle, Ratio slippage, Price tick);

} // namespace coinswarm::simulated
