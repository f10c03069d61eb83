// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/fills_model.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

FillsModel::FillsModel(const Formats &formats, QObject *parent)
    : RecordModel(
        formats, [](const Fill &f) { return f.id.value; },
        {
            {u"time"_s, u"When it was executed."_s, Qt::AlignLeft, 76,
             [](const Fill &f, const Formats &x) {
                 return Cell{x.time(f.time), QVariant::fromValue(f.time.ns), Tone::Normal, fullTimeText(f.time)};
             },
             true},
            {u"symbol"_s, u"Instrument."_s, Qt::AlignLeft, 84,
             [](const Fill &f, const Formats &x) { return Cell{x.symbol(f.instrument)}; }},
            {u"side"_s, u"Buy or sell."_s, Qt::AlignLeft, 62,
             [](const Fill &f, const Formats &) {
                 return Cell{sideText(f.side), {}, f.side == Side::Buy ? Tone::Up : Tone::Down};
             }},
            {u"qty"_s, u"Executed quantity in base currency."_s, Qt::AlignRight, 76,
             [](const Fill &f, const Formats &x) {
                 return Cell{x.quantity(f.instrument, f.quantity), QVariant::fromValue(f.quantity.raw)};
             }},
            {u"price"_s, u"Execution price in quote currency."_s, Qt::AlignRight, 84,
             [](const Fill &f, const Formats &x) {
                 return Cell{x.price(f.instrument, f.price), QVariant::fromValue(f.price.raw)};
             }},
            {u"notional"_s, u"price × quantity, in quote currency."_s, Qt::AlignRight, 84,
             [](const Fill &f, const Formats &x) {
                 return Cell{x.money(f.notional), QVariant::fromValue(f.notional.raw)};
             }},
            {u"fee"_s, u"In quote currency; negative is a rebate."_s, Qt::AlignRight, 56,
             [](const Fill &f, const Formats &x) {
                 return Cell{x.money(f.fee), QVariant::fromValue(f.fee.raw)};
             }},
            {u"liquidity"_s, u"Maker rested in the book, taker took from it."_s, Qt::AlignLeft, 64,
             [](const Fill &f, const Formats &) {
                 return Cell{words(enumName(f.liquidity)), {}, Tone::Muted};
             }},
            {u"order"_s, u"The order it belongs to; click for the whole explanation."_s, Qt::AlignRight, 52,
             [](const Fill &f, const Formats &) {
                 return Cell{QString::number(f.order.value), QVariant::fromValue(f.order.value), Tone::Muted};
             }},
        },
        kMostRows, parent)
{}

} // namespace coinswarm::ui
