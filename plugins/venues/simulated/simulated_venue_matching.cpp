// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulated_venue.h"

#include <algorithm>

namespace coinswarm::simulated {

// What books and trades do to the orders that are open.

namespace {

/// The first price that is strictly better than `limit` for an order that waits with it.
Price justThrough(Price limit, Side side)
{
    return Price::fromRaw(side == Side::Buy ? limit.raw - 1 : limit.raw + 1);
}

} // namespace

bool SimulatedVenue::isTriggered(VenueOrder &order, Price price)
{
    if (order.triggersAt(price)) {
        m_ledger.trigger(order);
    }
    return order.triggered;
}

void SimulatedVenue::onBook(MarketView &market, Timestamp now)
{
    if (market.bookComplete) {
        for (VenueOrder *order : openOrdersOf(market.instrument.id)) {
            if (order->isOpen()) {
                workOnBook(*order, market, now);
            }
        }
    }
}

void SimulatedVenue::queueOnDelta(MarketView &market, const BookDelta &delta)
{
    for (VenueOrder *order : openOrdersOf(market.instrument.id)) {
        if (order->queueAhead.isPositive() && order->side == delta.side && order->limitPrice == delta.price) {
            order->queueAhead = std::min(order->queueAhead, delta.quantity);
        }
    }
}

void SimulatedVenue::workOnBook(VenueOrder &order, MarketView &market, Timestamp now)
{
    if (!market.bookComplete
        || (order.isStop() && !order.triggered && !isTriggered(order, market.triggerPrice(order.side))))
    {
        return;
    }
    const Quantity wanted = executable(order, now);
    if (wanted.isZero()) {
        return;
    }
    BookSide &opposite = market.opposite(order.side);
    const bool resting = order.type == OrderType::Limit && order.offered;
    const Price limit = order.isMarket() ? Price()
        : resting                        ? justThrough(order.limitPrice, order.side)
                                         : order.limitPrice;
    if (order.timeInForce == TimeInForce::FillOrKill && m_rules.partialFills && opposite.available(limit) < wanted) {
        finish(order, VenueOrderStatus::Cancelled, "fill-or-kill: the book is too thin", now + m_rules.reportLatency);
        return;
    }
    m_executions.clear();
    opposite.take(wanted, limit, m_executions);
    Quantity taken;
    for (const Execution &execution : m_executions) {
        taken += execution.quantity;
    }
    if (!m_rules.partialFills && !m_executions.empty() && taken < wanted) {
        m_executions.back().quantity += wanted - taken;
    }
    for (Execution &execution : m_executions) {
        if (resting) {
            execution = {order.limitPrice, execution.quantity, Liquidity::Maker};
        }
        execute(order, execution, now, now + m_rules.reportLatency);
    }
    order.offered = true;
    if (order.isOpen() && order.isAtOnceOnly()) {
        finish(order, VenueOrderStatus::Cancelled, "immediate-or-cancel: the book had no more",
               now + m_rules.reportLatency);
    } else if (order.queueAhead.isNegative() && order.type == OrderType::Limit) {
        order.queueAhead = market.own(order.side).at(order.limitPrice);
    }
}

void SimulatedVenue::onTrade(MarketView &market, const Trade &trade, Timestamp now)
{
    // Orders that follow trades share what was traded.
    Quantity budget = roundedDownTo(trade.quantity, market.instrument.lot);
    for (VenueOrder *order : openOrdersOf(trade.instrument)) {
        if (!order->isOpen()) {
            continue;
        }
        if (order->isStop() && !order->triggered) {
            // Without a book it is filled by the next trade: this one has already happened.
            if (isTriggered(*order, trade.price) && market.hasBook()) {
                workOnBook(*order, market, now);
            }
        } else if (order->type == OrderType::Limit && order->offered) {
            fillResting(*order, trade, now);
        } else if (!market.hasBook()) {
            followTrade(*order, market, trade, budget, now);
        }
    }
}

void SimulatedVenue::fillResting(VenueOrder &order, const Trade &trade, Timestamp now)
{
    const bool through = order.side == Side::Buy ? trade.price < order.limitPrice : trade.price > order.limitPrice;
    Quantity share = BookSide::kUnknownSize;
    if (!through) {
        // At its price an order is filled only after all that stood before it, and only by someone on the other side.
        if (trade.price != order.limitPrice || trade.aggressor == order.side || order.queueAhead.isNegative()) {
            return;
        }
        const Quantity ahead = std::min(order.queueAhead, trade.quantity);
        order.queueAhead -= ahead;
        share = trade.quantity - ahead;
    }
    const Quantity quantity = std::min(executable(order, now), share);
    execute(order, {order.limitPrice, quantity, Liquidity::Maker}, now, now + m_rules.reportLatency);
}

void SimulatedVenue::followTrade(VenueOrder &order, const MarketView &market, const Trade &trade, Quantity &budget,
                                 Timestamp now)
{
    const Timestamp due = now + m_rules.reportLatency;
    const bool limited = order.type == OrderType::Limit;
    const bool reached =
        !limited || (order.side == Side::Buy ? trade.price <= order.limitPrice : trade.price >= order.limitPrice);
    order.offered = true;
    const Quantity wanted = executable(order, now);
    const Quantity quantity = !reached ? Quantity() : m_rules.partialFills ? std::min(wanted, budget) : wanted;
    if (order.timeInForce == TimeInForce::FillOrKill && quantity < wanted) {
        finish(order, VenueOrderStatus::Cancelled, "fill-or-kill: too little was traded", due);
        return;
    }
    Price price = slipped(trade.price, order.side, m_rules.slippage, market.instrument.tick);
    if (limited) {
        price = order.side == Side::Buy ? std::min(price, order.limitPrice) : std::max(price, order.limitPrice);
    }
    budget -= std::min(quantity, budget);
    execute(order, {price, quantity, Liquidity::Taker}, now, due);
    if (order.isOpen() && order.isAtOnceOnly()) {
        finish(order, VenueOrderStatus::Cancelled, "immediate-or-cancel: no more was traded", due);
    }
}

} // namespace coinswarm::simulated
