// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulated_venue.h"

#include <algorithm>

namespace coinswarm::simulated {

// What a bar does to the orders that were there before it opened.

namespace {

/// A bar may fill an order that was submitted at its open, when the bar before closed, and this much later at most, so
/// that a slow venue's latency never becomes a look at the bar.
constexpr Duration kLongestGrace = std::chrono::seconds(1);

} // namespace

void SimulatedVenue::onBar(MarketView &market, const Candle &candle, Timestamp now)
{
    const Duration grace = std::min<Duration>(m_rules.latency, kLongestGrace);
    Quantity capacity = BookSide::kUnknownSize;
    if (market.volumeKnown && m_rules.partialFills) {
        const Money share = scaled(Money::fromRaw(candle.volume.raw), m_rules.volumeShare, Rounding::Down);
        capacity = roundedDownTo(Quantity::fromRaw(share.raw), market.instrument.lot);
    }
    const std::vector<VenueOrder *> &orders = openOrdersOf(candle.instrument);
    for (const BarPhase phase : {BarPhase::AtOpen, BarPhase::StopInside, BarPhase::Inside}) {
        for (VenueOrder *order : orders) {
            if (order->isOpen() && order->submitted <= candle.openTime + grace) {
                workOnBar(*order, market, candle, phase, capacity, now);
            }
        }
    }
}

void SimulatedVenue::workOnBar(VenueOrder &order, const MarketView &market, const Candle &candle, BarPhase phase,
                               Quantity &capacity, Timestamp now)
{
    const std::optional<BarOffer> offer = barOffer(order, candle, m_rules.slippage, market.instrument.tick);
    if (offer && offer->phase == phase) {
        const Quantity wanted = executable(order, now);
        if (wanted.isZero()) {
            return;
        }
        if (order.isStop() && !order.triggered) {
            m_ledger.trigger(order);
        }
        Quantity quantity = std::min(wanted, capacity);
        if (order.timeInForce == TimeInForce::FillOrKill && quantity < wanted) {
            quantity = {};
        }
        capacity = capacity == BookSide::kUnknownSize ? capacity : capacity - quantity;
        // A fill at the open happened when the bar opened, one inside it at some time before its last millisecond.
        const Timestamp time = phase == BarPhase::AtOpen
            ? std::max(candle.openTime, order.arrived) + m_rules.reportLatency
            : candle.closeTime() - std::chrono::milliseconds(1);
        execute(order, {offer->price, quantity, offer->liquidity}, std::min(time, now), now);
        // What is left of a triggered stop has missed this bar.
        if (order.isOpen() && order.isStop()) {
            order.offered = true;
        }
    }
    if (phase == BarPhase::Inside && order.isOpen()) {
        order.offered = true;
    }
    if (phase == BarPhase::AtOpen && order.isOpen() && order.isAtOnceOnly() && !order.isStop()) {
        finish(order, VenueOrderStatus::Cancelled, "the bar's open did not fill it at once", now);
    }
}

} // namespace coinswarm::simulated
