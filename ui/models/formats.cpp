// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/formats.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

const Instrument *Formats::instrument(InstrumentId id) const
{
    for (const Instrument &candidate : info.instruments) {
        if (candidate.id == id) {
            return &candidate;
        }
    }
    return nullptr;
}

QString Formats::symbol(InstrumentId id) const
{
    const Instrument *found = instrument(id);
    return found ? text(found->symbol) : u"#"_s + QString::number(id.value);
}

QString Formats::price(InstrumentId id, Price price) const
{
    if (price.isZero()) {
        return u"–"_s;
    }
    const Instrument *found = instrument(id);
    return fixedText(price, found ? decimalsOf(found->tick.raw) : 2);
}

QString Formats::quantity(InstrumentId id, Quantity quantity, Sign sign) const
{
    const Instrument *found = instrument(id);
    return fixedText(quantity, found ? decimalsOf(found->lot.raw) : 5, sign);
}

QString Formats::agent(AgentId id) const
{
    if (id.value >= 1 && id.value <= info.agents.size()) {
        return text(info.agents[id.value - 1]).replace(u'_', u' ');
    }
    return u"agent "_s + QString::number(id.value);
}

QString actionText(Action action)
{
    switch (action) {
    case Action::Buy:
        return u"▲ BUY"_s;
    case Action::Sell:
        return u"▼ SELL"_s;
    case Action::Hold:
        break;
    }
    return u"– HOLD"_s;
}

QString sideText(Side side)
{
    return side == Side::Buy ? u"▲ BUY"_s : u"▼ SELL"_s;
}

QString orderPriceText(const Formats &formats, const Order &order)
{
    switch (order.type) {
    case OrderType::Limit:
        return u"limit "_s + formats.price(order.instrument, order.limitPrice);
    case OrderType::Stop:
        return u"stop "_s + formats.price(order.instrument, order.stopPrice);
    case OrderType::TakeProfit:
        return u"target "_s + formats.price(order.instrument, order.stopPrice);
    case OrderType::Market:
        break;
    }
    return u"market"_s;
}

} // namespace coinswarm::ui
