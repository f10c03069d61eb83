// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/fields.h>

namespace coinswarm::api {

/// Why the risk gate refuses an order. Every code is one check, and every check is made for every order.
enum class DenialCode : unsigned char {
    PositionSize,
    OrderNotional,
    GrossExposure,
    LossPerTrade,
    DailyLoss,
    Drawdown,
    TradesPerDay,
    OrderRate,
    PriceBand,
    OpenOrders,
    StaleMarket,
    InstrumentRules,
    InsufficientCash,
    ShortNotAllowed,
    Halted,
    Paused,
    NoMarket,
    ProtectivePrices,
    NotReducing,
    Reconciling,
    PositionMismatch,
    NotApproved,
};

constexpr auto enumNames(DenialCode)
{
    return std::array<std::string_view, 22>{
        "position_size",     "order_notional",    "gross_exposure", "loss_per_trade",
        "daily_loss",        "drawdown",          "trades_per_day", "order_rate",
        "price_band",        "open_orders",       "stale_market",   "instrument_rules",
        "insufficient_cash", "short_not_allowed", "halted",         "paused",
        "no_market",         "protective_prices", "not_reducing",   "reconciling",
        "position_mismatch", "not_approved"};
}

inline constexpr std::size_t kDenialCodes = kEnumNames<DenialCode>.size();

/// One sentence for the documentation and for tooltips: what the check forbids.
std::string_view description(DenialCode code);

/// True where an order that only reduces a position passes whatever the numbers are: holding it back would keep risk.
bool isWaivedForReducing(DenialCode code);

} // namespace coinswarm::api
