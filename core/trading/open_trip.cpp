// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "trading/open_trip.h"

namespace coinswarm::trading {

namespace {

Price average(Money total, Quantity quantity)
{
    return quantity.isZero()
        ? Price()
        : Price::fromRaw(detail::multiplyDivide(total.raw, detail::kDecimalScale, quantity.raw, Rounding::HalfEven));
}

} // namespace

void OpenTrip::add(Side fillSide, Price price, Quantity quantity, Money notional, Money fee, Money realisedNow,
                   const FillContext &context)
{
    if (fillSide == side) {
        entered += quantity;
        entryNotional += notional;
    } else {
        exited += quantity;
        exitNotional += notional;
    }
    realised += realisedNow;
    fees += fee;
    if (context.referencePrice.isPositive()) {
        const double reference = context.referencePrice.toDouble();
        const double worse = fillSide == Side::Buy ? price.toDouble() - reference : reference - price.toDouble();
        slippageSum += notional.toDouble() * (worse / reference * 10'000);
        notionalSum += notional.toDouble();
    }
}

RoundTrip OpenTrip::closed(RoundTripId id, InstrumentId instrument, Timestamp now) const
{
    RoundTrip trip;
    trip.id = id;
    trip.instrument = instrument;
    trip.side = side;
    trip.quantity = largest;
    trip.entryPrice = average(entryNotional, entered);
    trip.exitPrice = average(exitNotional, exited);
    trip.pnl = realised - fees;
    trip.fees = fees;
    trip.slippageBps = notionalSum > 0 ? slippageSum / notionalSum : 0;
    trip.entryTime = entryTime;
    trip.exitTime = now;
    trip.decision = decision;
    trip.agent = agent;
    trip.regime = regime;
    return trip;
}

} // namespace coinswarm::trading
