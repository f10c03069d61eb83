// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/votes_model.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

QString allReasons(const CountedVote &counted)
{
    QStringList reasons;
    for (const std::string &reason : counted.vote.reasons) {
        reasons.append(text(reason));
    }
    return reasons.join(u"; "_s);
}

Cell voteCell(const VoteRow &row, const Formats &)
{
    const CountedVote &counted = row.counted;
    if (counted.status != VoteStatus::Voted) {
        return {words(enumName(counted.status)), {}, counted.status == VoteStatus::Failed ? Tone::Down : Tone::Muted};
    }
    if (counted.vote.veto) {
        return {u"⊘ VETO"_s, {}, Tone::Warn};
    }
    const Action action = counted.vote.action;
    return {actionText(action) + (counted.dissents ? u" ≠"_s : QString()),
            {},
            action == Action::Hold      ? Tone::Muted
                : action == Action::Buy ? Tone::Up
                                        : Tone::Down,
            counted.dissents ? u"Dissents: voted otherwise than the committee decided."_s : QString()};
}

} // namespace

VotesModel::VotesModel(const Formats &formats, QObject *parent)
    : RecordModel(
        formats, [](const VoteRow &r) { return quint64{r.counted.agent.value}; },
        {
            {u"agent"_s, u"Who voted."_s, Qt::AlignLeft, 114,
             [](const VoteRow &r, const Formats &f) { return Cell{f.agent(r.counted.agent)}; }},
            {u"vote"_s, u"What it voted for; ≠ marks dissent."_s, Qt::AlignLeft, 80, voteCell},
            {u"conf."_s, u"Confidence, 0 to 1."_s, Qt::AlignRight, 64,
             [](const VoteRow &r, const Formats &) {
                 const bool voted = r.counted.status == VoteStatus::Voted;
                 return Cell{voted ? numberText(r.counted.vote.confidence, 2) : u"–"_s,
                             r.counted.vote.confidence,
                             voted ? Tone::Normal : Tone::Muted,
                             {},
                             voted ? r.counted.vote.confidence : -1};
             }},
            {u"weight"_s, u"In force; changed only by a committed decision."_s, Qt::AlignRight, 60,
             [](const VoteRow &r, const Formats &) {
                 return Cell{numberText(r.counted.weight, 2), r.counted.weight};
             }},
            {u"sugg."_s, u"The weight that realised performance would suggest. Shown, not used."_s, Qt::AlignRight, 48,
             [](const VoteRow &r, const Formats &) {
                 return Cell{r.suggestedWeight < 0 ? u"–"_s : numberText(r.suggestedWeight, 2), r.suggestedWeight,
                             Tone::Muted};
             }},
            {u"share"_s,
             u"weight × confidence ÷ Σ weights that voted; + for buy, − for sell. The shares add up to the score."_s,
             Qt::AlignRight, 54,
             [](const VoteRow &r, const Formats &) {
                 const double c = r.counted.contribution;
                 return Cell{numberText(c, 2, Sign::Always), c, c > 0 ? Tone::Up : c < 0 ? Tone::Down : Tone::Muted};
             }},
            {u"reason"_s, u"In the agent's own words."_s, Qt::AlignLeft, 300,
             [](const VoteRow &r, const Formats &) {
                 const QString reasons = allReasons(r.counted);
                 return Cell{reasons, {}, Tone::Muted, reasons};
             }},
        },
        64, parent)
{}

} // namespace coinswarm::ui
