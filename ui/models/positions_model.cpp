// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/positions_model.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

Tone gainTone(Money amount)
{
    return amount.isZero() ? Tone::Muted : amount.isPositive() ? Tone::Up : Tone::Down;
}

/// What closing at the stop would lose from here, never negative.
Money riskToStop(const PositionRow &r)
{
    if (r.stop.isZero() || r.position.quantity.isZero()) {
        return {};
    }
    const Money loss = notional(r.position.markPrice, r.position.quantity) - notional(r.stop, r.position.quantity);
    return loss.isNegative() ? Money{} : loss;
}

} // namespace

PositionsModel::PositionsModel(const Formats &formats, QObject *parent)
    : RecordModel(
        formats, [](const PositionRow &r) { return quint64{r.position.instrument.value}; },
        {
            {u"symbol"_s, u"Instrument."_s, Qt::AlignLeft, 84,
             [](const PositionRow &r, const Formats &f) { return Cell{f.symbol(r.position.instrument)}; }},
            {u"qty"_s, u"Signed quantity in base currency: + long, − short."_s, Qt::AlignRight, 76,
             [](const PositionRow &r, const Formats &f) {
                 const Quantity q = r.position.quantity;
                 return Cell{q.isZero() ? u"flat"_s : f.quantity(r.position.instrument, q, Sign::Always),
                             QVariant::fromValue(q.raw), q.isZero() ? Tone::Muted : Tone::Normal};
             }},
            {u"average"_s, u"Average entry price = cost ÷ quantity."_s, Qt::AlignRight, 76,
             [](const PositionRow &r, const Formats &f) {
                 return Cell{f.price(r.position.instrument, r.position.averagePrice),
                             QVariant::fromValue(r.position.averagePrice.raw)};
             }},
            {u"last"_s, u"Mark: the last price seen."_s, Qt::AlignRight, 76,
             [](const PositionRow &r, const Formats &f) {
                 return Cell{f.price(r.position.instrument, r.position.markPrice),
                             QVariant::fromValue(r.position.markPrice.raw)};
             }},
            {u"P&L"_s, u"Unrealised = quantity × last − cost, in quote currency, before fees."_s, Qt::AlignRight, 62,
             [](const PositionRow &r, const Formats &f) {
                 return Cell{f.money(r.position.unrealised, Sign::Always),
                             QVariant::fromValue(r.position.unrealised.raw), gainTone(r.position.unrealised)};
             }},
            {u"risk"_s, u"Loss from here to the stop, as a share of equity."_s, Qt::AlignRight, 56,
             [](const PositionRow &r, const Formats &f) {
                 const Money risk = riskToStop(r);
                 const double share = r.equity.isPositive() ? risk.toDouble() / r.equity.toDouble() : 0;
                 return Cell{risk.isZero() ? u"–"_s : percentText(share), share, Tone::Normal,
                             u"loss to the stop: "_s + f.money(risk)};
             }},
            {u"stop"_s, u"Working stop loss."_s, Qt::AlignRight, 76,
             [](const PositionRow &r, const Formats &f) {
                 const bool naked = r.stop.isZero() && !r.position.quantity.isZero();
                 return Cell{naked ? u"none"_s : f.price(r.position.instrument, r.stop),
                             QVariant::fromValue(r.stop.raw), naked ? Tone::Warn : Tone::Normal,
                             naked ? u"This position has no working stop."_s : QString()};
             }},
            {u"target"_s, u"Working take profit."_s, Qt::AlignRight, 76,
             [](const PositionRow &r, const Formats &f) {
                 return Cell{f.price(r.position.instrument, r.target), QVariant::fromValue(r.target.raw)};
             }},
            {u"realised"_s, u"Since the session began, before fees."_s, Qt::AlignRight, 70,
             [](const PositionRow &r, const Formats &f) {
                 return Cell{f.money(r.position.realised, Sign::Always), QVariant::fromValue(r.position.realised.raw),
                             gainTone(r.position.realised)};
             }},
            {u"fees"_s, u"Paid so far in this instrument."_s, Qt::AlignRight, 56,
             [](const PositionRow &r, const Formats &f) {
                 return Cell{f.money(r.position.fees), QVariant::fromValue(r.position.fees.raw), Tone::Muted};
             }},
        },
        1'000, parent)
{}

} // namespace coinswarm::ui
