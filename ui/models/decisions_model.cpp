// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/decisions_model.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

Tone actionTone(Action action)
{
    return action == Action::Hold ? Tone::Muted : action == Action::Buy ? Tone::Up : Tone::Down;
}

int dissents(const Decision &decision)
{
    int count = 0;
    for (const CountedVote &vote : decision.votes) {
        count += vote.dissents ? 1 : 0;
    }
    return count;
}

} // namespace

DecisionsModel::DecisionsModel(const Formats &formats, QObject *parent)
    : RecordModel(
        formats, [](const Decision &d) { return d.id.value; },
        {
            {u"time"_s, u"Close of the bar that was decided on."_s, Qt::AlignLeft, 76,
             [](const Decision &d, const Formats &f) {
                 return Cell{f.time(d.time), QVariant::fromValue(d.time.ns), Tone::Normal, fullTimeText(d.time)};
             },
             true},
            {u"symbol"_s, u"Instrument."_s, Qt::AlignLeft, 84,
             [](const Decision &d, const Formats &f) { return Cell{f.symbol(d.instrument)}; }},
            {u"decision"_s, u"What the committee decided."_s, Qt::AlignLeft, 72,
             [](const Decision &d, const Formats &) {
                 return Cell{d.vetoed ? u"⊘ VETO"_s : actionText(d.action),
                             {},
                             d.vetoed ? Tone::Warn : actionTone(d.action),
                             text(d.summary)};
             }},
            {u"score"_s,
             u"Σ weight × confidence ÷ Σ weights that voted, + for buy and − for sell; acts at the threshold."_s,
             Qt::AlignRight, 56,
             [](const Decision &d, const Formats &) {
                 return Cell{numberText(d.score, 2, Sign::Always), d.score, Tone::Normal,
                             u"score "_s + numberText(d.score, 3, Sign::Always) + u", threshold ±"_s
                                 + numberText(d.threshold, 3)};
             }},
            {u"against"_s, u"Agents that voted otherwise."_s, Qt::AlignRight, 64,
             [](const Decision &d, const Formats &) {
                 const int count = dissents(d);
                 return Cell{count == 0 ? u"–"_s : QString::number(count), count,
                             count == 0 ? Tone::Muted : Tone::Warn};
             }},
            {u"summary"_s, u"The decision in one sentence."_s, Qt::AlignLeft, 320,
             [](const Decision &d, const Formats &) {
                 return Cell{text(d.summary), {}, Tone::Muted, text(d.summary)};
             }},
        },
        kMostRows / 10, parent) // with their votes they are ten times the size
{}

} // namespace coinswarm::ui
