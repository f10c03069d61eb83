// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/orders_model.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

Tone stateTone(OrderState state)
{
    switch (state) {
    case OrderState::Denied:
    case OrderState::VenueRejected:
        return Tone::Down;
    case OrderState::AwaitingApproval:
    case OrderState::Unknown:
        return Tone::Warn;
    case OrderState::Rejected:
    case OrderState::Expired:
    case OrderState::Cancelled:
        return Tone::Muted;
    default:
        return Tone::Normal;
    }
}

} // namespace

OrdersModel::OrdersModel(const Formats &formats, QObject *parent)
    : RecordModel(
        formats, [](const Order &o) { return o.id.value; },
        {
            {u"id"_s, u"Order id; click for the whole explanation."_s, Qt::AlignRight, 48,
             [](const Order &o, const Formats &) {
                 return Cell{QString::number(o.id.value), QVariant::fromValue(o.id.value), Tone::Muted};
             },
             true},
            {u"time"_s, u"When the committee decided it."_s, Qt::AlignLeft, 76,
             [](const Order &o, const Formats &f) {
                 return Cell{f.time(o.created), QVariant::fromValue(o.created.ns), Tone::Normal,
                             fullTimeText(o.created)};
             },
             true},
            {u"symbol"_s, u"Instrument."_s, Qt::AlignLeft, 84,
             [](const Order &o, const Formats &f) { return Cell{f.symbol(o.instrument)}; }},
            {u"side"_s, u"Buy or sell."_s, Qt::AlignLeft, 62,
             [](const Order &o, const Formats &) {
                 return Cell{sideText(o.side), {}, o.side == Side::Buy ? Tone::Up : Tone::Down};
             }},
            {u"qty"_s, u"Ordered quantity in base currency."_s, Qt::AlignRight, 72,
             [](const Order &o, const Formats &f) {
                 return Cell{f.quantity(o.instrument, o.quantity), QVariant::fromValue(o.quantity.raw)};
             }},
            {u"filled"_s, u"Share of the quantity that is executed."_s, Qt::AlignRight, 60,
             [](const Order &o, const Formats &f) {
                 const double share = o.quantity.isZero() ? 0 : o.filled.toDouble() / o.quantity.toDouble();
                 return Cell{percentText(share, 0), share, share > 0 ? Tone::Normal : Tone::Muted,
                             f.quantity(o.instrument, o.filled) + u" of "_s + f.quantity(o.instrument, o.quantity),
                             share};
             }},
            {u"price"_s, u"Type and price of the order."_s, Qt::AlignRight, 116,
             [](const Order &o, const Formats &f) { return Cell{orderPriceText(f, o)}; }},
            {u"purpose"_s, u"Entry, exit, or the protection of an entry."_s, Qt::AlignLeft, 76,
             [](const Order &o, const Formats &) { return Cell{words(enumName(o.purpose))}; }},
            {u"state"_s, u"Where the order stands; hover for the reason."_s, Qt::AlignLeft, 118,
             [](const Order &o, const Formats &) {
                 return Cell{words(enumName(o.state)), {}, stateTone(o.state), text(o.reason)};
             }},
            {u"reason"_s, u"Why it is in its state."_s, Qt::AlignLeft, 260,
             [](const Order &o, const Formats &) {
                 return Cell{text(o.reason), {}, Tone::Muted, text(o.reason)};
             }},
        },
        kMostRows, parent)
{}

} // namespace coinswarm::ui
