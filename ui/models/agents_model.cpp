// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/agents_model.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

using api::AgentState;
using api::AgentView;

Cell stateCell(const AgentView &a, const Formats &)
{
    const QString reason = text(a.stateReason);
    switch (a.state) {
    case AgentState::Active:
        return {u"● active"_s, {}, Tone::Up, reason};
    case AgentState::WarmingUp:
        return {u"◐ warming up"_s, {}, Tone::Muted, reason};
    case AgentState::Benched:
        return {u"■ benched"_s, {}, Tone::Warn, reason};
    case AgentState::Hung:
        return {u"✕ hung"_s, {}, Tone::Danger, reason};
    }
    return {};
}

QString microsecondsText(double us)
{
    return us <= 0 ? u"–"_s : us < 1000 ? numberText(us, 0) + u" µs"_s : numberText(us / 1000, 1) + u" ms"_s;
}

} // namespace

AgentsModel::AgentsModel(const Formats &formats, QObject *parent)
    : RecordModel(
        formats, [](const AgentView &a) { return quint64{a.id.value}; },
        {
            {u"agent"_s, u"Name in the session; hover for the plugin."_s, Qt::AlignLeft, 110,
             [](const AgentView &a, const Formats &) {
                 return Cell{text(a.name).replace(u'_', u' '),
                             {},
                             Tone::Normal,
                             u"plugin "_s + text(a.plugin) + (a.mayVeto ? u", may veto"_s : QString())};
             }},
            {u"state"_s, u"Active, warming up, benched or hung; hover for the reason."_s, Qt::AlignLeft, 98, stateCell},
            {u"weight"_s, u"In force; changed only by a committed decision."_s, Qt::AlignRight, 60,
             [](const AgentView &a, const Formats &) {
                 return Cell{numberText(a.weight, 2), a.weight};
             }},
            {u"suggested"_s, u"The weight that realised performance would suggest. Shown, not used."_s, Qt::AlignRight,
             80,
             [](const AgentView &a, const Formats &) {
                 const double delta = a.suggestedWeight - a.weight;
                 return Cell{numberText(a.suggestedWeight, 2)
                                 + (delta > 0.005        ? u" ↑"_s
                                        : delta < -0.005 ? u" ↓"_s
                                                         : u"  "_s),
                             a.suggestedWeight, Tone::Muted};
             }},
            {u"hit rate"_s,
             u"Share of closed trades, of those it took a side on at the entry, in which its side earned."_s,
             Qt::AlignRight, 62,
             [](const AgentView &a, const Formats &) {
                 return Cell{a.scoredTrades == 0 ? u"–"_s : percentText(a.hitRate, 0), a.hitRate, Tone::Normal,
                             plural(a.scoredTrades, "closed trade"_L1), a.scoredTrades == 0 ? -1 : a.hitRate};
             }},
            {u"votes"_s, u"Answers so far."_s, Qt::AlignRight, 56,
             [](const AgentView &a, const Formats &) {
                 return Cell{countText(a.votes), QVariant::fromValue(a.votes)};
             }},
            {u"failures"_s, u"Threw, answered nonsense or too late."_s, Qt::AlignRight, 66,
             [](const AgentView &a, const Formats &) {
                 return Cell{countText(a.failures), QVariant::fromValue(a.failures),
                             a.failures == 0 ? Tone::Muted : Tone::Down};
             }},
            {u"latency"_s, u"Median time to answer; hover for the worst. None in backtests and replays."_s,
             Qt::AlignRight, 62,
             [](const AgentView &a, const Formats &) {
                 return Cell{microsecondsText(a.medianMicroseconds), a.medianMicroseconds, Tone::Normal,
                             u"median "_s + microsecondsText(a.medianMicroseconds) + u", worst "_s
                                 + microsecondsText(a.worstMicroseconds)};
             }},
            {u"reason"_s, u"Why it is in its state."_s, Qt::AlignLeft, 240,
             [](const AgentView &a, const Formats &) {
                 return Cell{text(a.stateReason), {}, Tone::Muted, text(a.stateReason)};
             }},
        },
        1'000, parent)
{}

} // namespace coinswarm::ui
