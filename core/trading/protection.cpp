// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "trading/protection.h"

namespace coinswarm::trading {

namespace {

/// What orders of one purpose already cover.
struct Cover {
    Quantity open; ///< all that may still fill, those on their way out included
    Quantity staying; ///< without those
    std::vector<const Order *> orders; ///< staying, oldest first
};

Cover coverOf(InstrumentId instrument, OrderPurpose purpose, const OrderManager &orders)
{
    Cover cover;
    for (const OrderId id : orders.active()) {
        const Order &order = orders.find(id)->order;
        if (order.instrument != instrument || order.purpose != purpose) {
            continue;
        }
        cover.open += order.remaining();
        if (order.state != OrderState::CancelRequested) {
            cover.staying += order.remaining();
            cover.orders.push_back(&order);
        }
    }
    return cover;
}

} // namespace

ProtectionPlan planProtection(const Protection &protection, const Position &position, const Instrument &instrument,
                              const OrderManager &orders)
{
    ProtectionPlan plan;
    const Quantity held = abs(position.quantity);
    const auto planOne = [&](OrderPurpose purpose, Price price) -> std::optional<Order> {
        Cover cover = coverOf(instrument.id, purpose, orders);
        // The newest go first: they are the smallest additions.
        while (cover.staying > held && !cover.orders.empty()) {
            cover.staying -= cover.orders.back()->remaining();
            plan.cancel.push_back(cover.orders.back()->id);
            cover.orders.pop_back();
        }
        const Quantity missing = roundedDownTo(held - cover.open, instrument.lot);
        if (price.isZero() || !missing.isPositive()) {
            return std::nullopt;
        }
        Order draft;
        draft.instrument = instrument.id;
        draft.decision = protection.decision;
        draft.parent = protection.entry;
        draft.side = opposite(protection.side);
        draft.type = purpose == OrderPurpose::StopLoss ? OrderType::Stop : OrderType::TakeProfit;
        draft.purpose = purpose;
        draft.reduceOnly = true;
        draft.quantity = missing;
        draft.stopPrice = price;
        draft.referencePrice = price;
        return draft;
    };
    plan.stop = planOne(OrderPurpose::StopLoss, protection.stop);
    plan.target = planOne(OrderPurpose::TakeProfit, protection.target);
    return plan;
}

} // namespace coinswarm::trading
