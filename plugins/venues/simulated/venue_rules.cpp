// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "venue_rules.h"

#include <algorithm>

namespace coinswarm::simulated {

namespace {

Result<Ratio> basisPoints(const Settings &settings, std::string_view key)
{
    return Ratio::fromDouble(settings.real(key) / 10'000);
}

} // namespace

Result<VenueRules> venueRules(const Settings &settings)
{
    VenueRules rules;
    const Result<Ratio> maker = basisPoints(settings, "maker_fee_bps");
    const Result<Ratio> taker = basisPoints(settings, "taker_fee_bps");
    const Result<Ratio> slippage = basisPoints(settings, "bar_slippage_bps");
    const Result<Ratio> share = Ratio::fromDouble(settings.real("volume_share"));
    for (const Result<Ratio> *ratio : {&maker, &taker, &slippage, &share}) {
        if (!ratio->ok()) {
            return ratio->error();
        }
    }
    rules.makerFee = *maker;
    rules.takerFee = *taker;
    rules.slippage = *slippage;
    rules.volumeShare = *share;
    rules.latency = std::chrono::milliseconds(settings.integer("latency_ms"));
    rules.reportLatency = std::chrono::milliseconds(settings.integer("report_latency_ms"));
    rules.partialFills = settings.boolean("partial_fills");
    return rules;
}

Price slipped(Price price, Side side, Ratio slippage, Price tick)
{
    const Price worse = Price::fromRaw(scaled(Money::fromRaw(price.raw), slippage, Rounding::Up).raw);
    if (side == Side::Buy) {
        const Price up = price + worse;
        const Price down = roundedDownTo(up, tick);
        return down == up ? up : down + tick;
    }
    return std::max({roundedDownTo(price - worse, tick), tick, Price::fromRaw(1)});
}

Money feeFor(Money notional, Ratio rate)
{
    return scaled(notional, rate, rate.isNegative() ? Rounding::Down : Rounding::Up);
}

} // namespace coinswarm::simulated
