// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/decimal.h>
#include <coinswarm/fields.h>
#include <coinswarm/result.h>
#include <coinswarm/timestamp.h>

#include <cstdint>
#include <string>

namespace coinswarm::trading {

/// What the session may risk. Every limit is finite and in force by default; a limit of 0 or less is a mistake in the
/// configuration and never means "unlimited".
struct RiskLimits {
    Money maxPositionNotional = Money::fromInteger(25'000); ///< |position| at the last price, per instrument
    Ratio maxPositionShare = Ratio::fromRaw(25'000'000); ///< the same as a share of equity; the smaller one binds
    Money maxOrderNotional = Money::fromInteger(10'000);
    Ratio maxGrossExposure = Ratio::fromInteger(1); ///< Σ |position| over all instruments, as a share of equity
    Ratio maxLossPerTrade = Ratio::fromRaw(2'000'000); ///< share of equity lost if the protective stop fills; 0.02
    Ratio maxDailyLoss = Ratio::fromRaw(5'000'000); ///< share of the day's starting equity; 0.05
    Ratio maxDrawdown = Ratio::fromRaw(20'000'000); ///< from the running peak of equity; 0.2
    std::int32_t maxTradesPerDay = 50; ///< entries per UTC day
    std::int32_t maxOrdersPerMinute = 60; ///< orders sent in any 60 seconds
    std::int32_t maxOpenOrders = 20; ///< open and pending, protective orders included
    std::int32_t priceBandBps = 200; ///< distance of a limit or reference price from the last trade
    Duration maxMarketAge = std::chrono::seconds(60); ///< since the instrument last traded

    bool operator==(const RiskLimits &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("max_position_notional", self.maxPositionNotional);
        visit("max_position_share", self.maxPositionShare);
        visit("max_order_notional", self.maxOrderNotional);
        visit("max_gross_exposure", self.maxGrossExposure);
        visit("max_loss_per_trade", self.maxLossPerTrade);
        visit("max_daily_loss", self.maxDailyLoss);
        visit("max_drawdown", self.maxDrawdown);
        visit("max_trades_per_day", self.maxTradesPerDay);
        visit("max_orders_per_minute", self.maxOrdersPerMinute);
        visit("max_open_orders", self.maxOpenOrders);
        visit("price_band_bps", self.priceBandBps);
        visit("max_market_age", self.maxMarketAge);
    }
};

/// Refuses the first limit that is not positive, by name.
Result<void> validate(const RiskLimits &limits);

/// docs/risk-limits.md: the limits with their defaults and the denial codes, generated from this code.
std::string riskLimitsMarkdown();

} // namespace coinswarm::trading
