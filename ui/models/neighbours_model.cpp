// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/neighbours_model.h"

#include <cmath>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

QString regimeText(const EpisodeTags &tags)
{
    return words(enumName(tags.volatility)) + u" volatility, "_s
        + (tags.trend == TrendRegime::Up         ? u"▲ up"_s
               : tags.trend == TrendRegime::Down ? u"▼ down"_s
                                                 : u"↔ "_s + words(enumName(tags.trend)));
}

NeighboursModel::NeighboursModel(const Formats &formats, QObject *parent)
    : RecordModel(
        formats, [](const NeighbourRow &r) { return r.neighbour.episode.value; },
        {
            {u"#"_s, u"Nearest first."_s, Qt::AlignRight, 36,
             [](const NeighbourRow &r, const Formats &) {
                 return Cell{QString::number(r.rank), r.rank, Tone::Muted};
             },
             true},
            {u"did"_s, u"What was done then."_s, Qt::AlignLeft, 62,
             [](const NeighbourRow &r, const Formats &) {
                 const Action action = r.neighbour.tags.action;
                 return Cell{actionText(action), {}, action == Action::Buy ? Tone::Up : Tone::Down};
             }},
            {u"earned"_s, u"Net profit over what was put in."_s, Qt::AlignRight, 70,
             [](const NeighbourRow &r, const Formats &) {
                 const double reward = r.neighbour.tags.reward;
                 return Cell{percentText(reward, 2, Sign::Always), reward, reward < 0 ? Tone::Down : Tone::Up};
             }},
            {u"distance"_s, u"Between the two market states: the root of the sum of squared differences of features."_s,
             Qt::AlignRight, 64,
             [](const NeighbourRow &r, const Formats &) {
                 return Cell{numberText(std::sqrt(static_cast<double>(r.neighbour.distance)), 0), r.neighbour.distance,
                             Tone::Normal,
                             u"squared: "_s + countText(static_cast<std::uint64_t>(r.neighbour.distance))};
             }},
            {u"symbol"_s, u"Instrument of the trade."_s, Qt::AlignLeft, 84,
             [](const NeighbourRow &r, const Formats &) { return Cell{text(r.neighbour.tags.symbol)}; }},
            {u"age"_s, u"Since the trade was closed."_s, Qt::AlignRight, 54,
             [](const NeighbourRow &r, const Formats &) {
                 return Cell{ageText(r.now - r.neighbour.tags.time), QVariant::fromValue(-r.neighbour.tags.time.ns),
                             Tone::Muted, fullTimeText(r.neighbour.tags.time)};
             }},
            {u"episode"_s, u"Its number in memory."_s, Qt::AlignRight, 62,
             [](const NeighbourRow &r, const Formats &) {
                 return Cell{countText(r.neighbour.episode.value), QVariant::fromValue(r.neighbour.episode.value)};
             }},
            {u"regime"_s, u"At its entry."_s, Qt::AlignLeft, 150,
             [](const NeighbourRow &r, const Formats &) { return Cell{regimeText(r.neighbour.tags)}; }},
            {u"pattern"_s, u"That it belongs to."_s, Qt::AlignLeft, 120,
             [](const NeighbourRow &r, const Formats &) {
                 return Cell{r.pattern.isEmpty() ? u"–"_s : r.pattern, {}, Tone::Muted, r.pattern};
             }},
        },
        1'000, parent)
{}

} // namespace coinswarm::ui
