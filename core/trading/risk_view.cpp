// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "trading/risk_view.h"

#include <algorithm>

namespace coinswarm::trading {

bool onlyReduces(const Order &order, const RiskView &view)
{
    const Quantity held = view.position.quantity;
    if (!order.reduceOnly || held.isZero() || (order.side == Side::Sell) != held.isPositive()) {
        return false;
    }
    return order.remaining() + view.pending.exits <= abs(held);
}

Money riskNotional(const Order &order, Price lastPrice)
{
    return notional(std::max(order.limitPrice, lastPrice), order.remaining(), Rounding::Up);
}

Money worstCaseLoss(const Order &order, Price lastPrice, Ratio feeRate)
{
    const Price entry = order.type == OrderType::Limit ? order.limitPrice : lastPrice;
    const Money paid = notional(entry, order.remaining(), Rounding::Up);
    const Money entryFee = scaled(paid, feeRate, Rounding::Up);
    if (order.protectiveStop.isZero()) {
        return paid + entryFee;
    }
    const Money stopped = notional(order.protectiveStop, order.remaining(), Rounding::Up);
    return abs(paid - stopped) + entryFee + scaled(stopped, feeRate, Rounding::Up);
}

} // namespace coinswarm::trading
