// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/patterns_model.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

/// A column of one number.
ColumnSpec<Pattern> number(const QString &title, const QString &tip, int width,
                           std::function<Cell(const PatternStatistics &)> cell)
{
    return {title, tip, Qt::AlignRight, width,
            [cell = std::move(cell)](const Pattern &p, const Formats &) { return cell(p.statistics); }};
}

Tone toneOf(double reward)
{
    return reward > 0 ? Tone::Up : reward < 0 ? Tone::Down : Tone::Normal;
}

Cell rewardCell(double reward)
{
    return {percentText(reward, 2, Sign::Always), reward, toneOf(reward)};
}

} // namespace

Cell statusCell(PatternStatus status)
{
    switch (status) {
    case PatternStatus::Promoted:
        return {u"▲ promoted"_s, 0, Tone::Up, u"Counts more when it is recalled."_s};
    case PatternStatus::Deprecated:
        return {u"✕ deprecated"_s, 2, Tone::Down, u"Its episodes are left out when memory is asked."_s};
    case PatternStatus::Candidate:
        break;
    }
    return {u"○ candidate"_s, 1, Tone::Muted, u"Gathers episodes; counts like any other."_s};
}

PatternsModel::PatternsModel(const Formats &formats, QObject *parent)
    : RecordModel(
        formats, [](const Pattern &p) { return p.id.value; },
        {
            {u"pattern"_s, u"A cluster of episodes that began alike and had the same side."_s, Qt::AlignLeft, 250,
             [](const Pattern &p, const Formats &) {
                 return Cell{text(p.name),
                             {},
                             Tone::Normal,
                             u"pattern "_s + QString::number(p.id.value) + u", "_s + actionText(p.action) + u", "_s
                                 + words(enumName(p.volatility)) + u" volatility, trend "_s + words(enumName(p.trend))};
             }},
            {u"status"_s, u"Candidate, promoted or deprecated: decided by the managers."_s, Qt::AlignLeft, 104,
             [](const Pattern &p, const Formats &) { return statusCell(p.status); }},
            number(u"episodes"_s, u"Closed trades in it."_s, 68,
                   [](const PatternStatistics &s) {
                       return Cell{countText(s.episodes), QVariant::fromValue(s.episodes)};
                   }),
            number(u"mean"_s, u"Mean net profit over what was put in."_s, 68,
                   [](const PatternStatistics &s) { return rewardCell(s.meanReward); }),
            number(u"win rate"_s, u"Share of its episodes that earned."_s, 84,
                   [](const PatternStatistics &s) {
                       return Cell{percentText(s.winRate, 0), s.winRate, Tone::Normal, {}, s.winRate};
                   }),
            number(u"Sharpe"_s, u"Daily sums of rewards: mean ÷ deviation × √365. 0 with fewer than 20 days."_s, 60,
                   [](const PatternStatistics &s) {
                       return Cell{s.days < 20 ? u"–"_s : numberText(s.sharpe, 2), s.sharpe, Tone::Normal,
                                   plural(s.days, "day"_L1) + u" from the first closed trade to the last"_s};
                   }),
            number(u"deviation"_s, u"Standard deviation of its rewards."_s, 74,
                   [](const PatternStatistics &s) {
                       return Cell{percentText(s.deviation), s.deviation};
                   }),
            number(u"worst 5 %"_s, u"One in twenty earned no more than this."_s, 76,
                   [](const PatternStatistics &s) { return rewardCell(s.tail5); }),
            number(u"best 5 %"_s, u"One in twenty earned more than this."_s, 72,
                   [](const PatternStatistics &s) { return rewardCell(s.tail95); }),
            number(u"drawdown"_s, u"Of 1 + Σ rewards in the order of time, from its running peak."_s, 74,
                   [](const PatternStatistics &s) {
                       return Cell{percentText(s.drawdown), s.drawdown};
                   }),
            number(u"slip bps"_s, u"Mean slippage; positive is worse."_s, 64,
                   [](const PatternStatistics &s) {
                       return Cell{numberText(s.meanSlippageBps, 1, Sign::Always), s.meanSlippageBps};
                   }),
            {u"slot"_s, u"That decided its latest change."_s, Qt::AlignRight, 64,
             [](const Pattern &p, const Formats &) {
                 return Cell{countText(p.slot), QVariant::fromValue(p.slot), Tone::Muted, fullTimeText(p.updated)};
             }},
        },
        10'000, parent)
{}

} // namespace coinswarm::ui
