// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/regimes_model.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

RegimesModel::RegimesModel(const Formats &formats, QObject *parent)
    : RecordModel(
        formats, [](const Regime &r) { return r.id.value; },
        {
            {u"start"_s, u"When it began."_s, Qt::AlignLeft, 110,
             [](const Regime &r, const Formats &f) {
                 return Cell{f.dayTime(r.start), QVariant::fromValue(r.start.ns), Tone::Normal, fullTimeText(r.start)};
             }},
            {u"end"_s, u"When it ended."_s, Qt::AlignLeft, 110,
             [](const Regime &r, const Formats &f) {
                 return Cell{r.end.ns == 0 ? u"still on"_s : f.dayTime(r.end), QVariant::fromValue(r.end.ns)};
             }},
            {u"symbol"_s, u"Instrument."_s, Qt::AlignLeft, 84,
             [](const Regime &r, const Formats &f) { return Cell{f.symbol(r.instrument)}; }},
            {u"trend"_s, u"Down, range or up."_s, Qt::AlignLeft, 70,
             [](const Regime &r, const Formats &) {
                 return Cell{words(enumName(r.trend)),
                             {},
                             r.trend == TrendRegime::Up         ? Tone::Up
                                 : r.trend == TrendRegime::Down ? Tone::Down
                                                                : Tone::Muted};
             }},
            {u"volatility"_s, u"Low, normal or high against its own history."_s, Qt::AlignLeft, 70,
             [](const Regime &r, const Formats &) {
                 return Cell{words(enumName(r.volatility)),
                             {},
                             r.volatility == VolatilityRegime::High ? Tone::Warn : Tone::Normal};
             }},
            {u"spread"_s, u"Tight, normal or wide against its own history."_s, Qt::AlignLeft, 64,
             [](const Regime &r, const Formats &) { return Cell{words(enumName(r.spread))}; }},
            {u"session"_s, u"By UTC hour: Asia 00–07, Europe 07–13, America 13–21, Late 21–24."_s, Qt::AlignLeft, 64,
             [](const Regime &r, const Formats &) { return Cell{words(enumName(r.session))}; }},
        },
        5'000, parent)
{}

} // namespace coinswarm::ui
