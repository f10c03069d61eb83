// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/quorum_text.h"

#include "api/rejection.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

QString escaped(const std::string &value)
{
    return text(value).toHtmlEscaped();
}

QString colored(const QString &html, const QColor &color)
{
    return u"<span style=\"color:"_s + color.name() + u"\">"_s + html + u"</span>"_s;
}

/// Each manager with what it said about a refused item; those of one mind together.
QString verdicts(const api::QuorumSlotView &slot, std::size_t refusal)
{
    std::map<std::string, QStringList> byReason;
    for (const api::ManagerVoteView &manager : slot.managers) {
        if (manager.voted && refusal < manager.reasons.size()) {
            byReason[manager.reasons[refusal]].append(text(manager.manager));
        }
    }
    QStringList parts;
    for (const auto &[reason, managers] : byReason) {
        parts.append(managers.join(u", "_s) + u": "_s + text(api::reasonText(reason)).toHtmlEscaped() + u" ("_s
                     + escaped(reason) + u')');
    }
    return parts.join(u"<br>"_s);
}

QString managersHtml(const api::QuorumSlotView &slot, const QStringList &convicted, const Colors &c)
{
    QString html = u"<table cellspacing=0 cellpadding=2>"_s;
    for (const api::ManagerVoteView &manager : slot.managers) {
        const QString name = text(manager.manager);
        const QString said = manager.voted
            ? (manager.reasons.empty() ? u"accepted everything"_s
                                       : u"refused "_s + plural(manager.reasons.size(), "item"_L1))
            : u"no vote in the certificate: a quorum was there before it, or it was silent"_s;
        const QString mark = manager.voted && manager.receipted ? u"●"_s : manager.voted ? u"◐"_s : u"○"_s;
        const QString disk = manager.receipted ? u", has it on its disk"_s
            : manager.voted                    ? u", no receipt in the final"_s
                                               : QString();
        html += u"<tr><td>"_s + mark + u"</td><td><b>"_s + name.toHtmlEscaped() + u"</b>&nbsp;</td><td>"_s + said + disk
            + (convicted.contains(name) ? colored(u" – convicted of a fault"_s, c.danger) : QString())
            + u"</td></tr>"_s;
    }
    return html + u"</table>"_s;
}

} // namespace

Cell voteCell(const QuorumRow &row, int manager, const QString &name, bool convicted)
{
    const bool voted = ((row.voted >> manager) & 1) != 0;
    const bool receipted = ((row.receipted >> manager) & 1) != 0;
    const QString guilt = convicted ? name + u" was convicted of a fault.\n"_s : QString();
    if (!voted) {
        return {receipted ? u"◌"_s : u"○"_s, receipted ? 1 : 0, convicted ? Tone::Danger : Tone::Muted,
                guilt + name
                    + (receipted ? u" gave no vote in time, but has the slot on its disk."_s
                                 : u" has no vote here: a quorum was there before it, or it was silent."_s)};
    }
    const QString refused = row.refused() > 0 ? u" ✕"_s + QString::number(row.refused()) : QString();
    const Tone tone = convicted ? Tone::Danger : row.refused() > 0 ? Tone::Warn : receipted ? Tone::Up : Tone::Normal;
    return {(receipted ? u"●"_s : u"◐"_s) + refused, receipted ? 3 : 2, tone,
            guilt + name
                + (receipted ? u" voted, and has the slot on its disk."_s : u" voted; no receipt in the final."_s)
                + (row.refused() > 0 ? u" It refused "_s + plural(row.refused(), "item"_L1) + u'.' : QString())};
}

QString reasonsText(const api::QuorumSlotView &slot)
{
    std::map<std::string, int> counts;
    bool counted = false;
    for (const api::ManagerVoteView &manager : slot.managers) {
        if (manager.voted && !counted) {
            // Every vote of a certificate refuses the same items; reasons may differ, so the first voter's stand here.
            counted = true;
            for (const std::string &reason : manager.reasons) {
                ++counts[reason];
            }
        }
    }
    QStringList parts;
    for (const auto &[reason, count] : counts) {
        parts.append(words(reason) + (count > 1 ? u" ×"_s + QString::number(count) : QString()));
    }
    return parts.join(u"; "_s);
}

QString slotAsHtml(const api::QuorumSlotView &slot, const QStringList &convicted, const Formats &formats,
                   const Colors &colors)
{
    QString html = u"<p><b>Slot "_s + countText(slot.slot) + u"</b> · "_s + escaped(slot.change) + u" · "_s
        + countText(slot.accepted) + u" of "_s + plural(slot.items, "item"_L1) + u" accepted<br>"_s
        + (slot.time.ns == 0 ? u"from before the start"_s : formats.dayTime(slot.time) + u' ' + formats.zone())
        + u" · epoch "_s + QString::number(slot.epoch) + u" · coordinator "_s + escaped(slot.coordinator)
        + (slot.round == 0 ? QString()
                           : u" in "_s
                   + colored(u"round "_s + QString::number(slot.round) + u": "_s + plural(slot.round, "coordinator"_L1)
                                 + u" let the time pass"_s,
                             colors.warn))
        + (slot.latencyMs > 0 ? u" · "_s + numberText(slot.latencyMs, 1) + u" ms"_s : QString()) + u"</p>"_s;
    html += managersHtml(slot, convicted, colors);
    html += u"<table cellspacing=0 cellpadding=3>"_s;
    std::size_t refusal = 0;
    for (const api::QuorumItemView &item : slot.content) {
        html += u"<tr><td>"_s + (item.accepted ? colored(u"✓"_s, colors.up) : colored(u"✕"_s, colors.down))
            + u"</td><td>"_s + escaped(item.kind) + u"&nbsp;</td><td>"_s + escaped(item.summary)
            + (item.episode ? u" · episode "_s + QString::number(item.episode.value) : QString())
            + colored(u" · by "_s + escaped(item.engine), colors.muted);
        if (!item.accepted) {
            html += u"<br>"_s + colored(verdicts(slot, refusal), colors.warn);
            ++refusal;
        }
        html += u"</td></tr>"_s;
    }
    html += u"</table>"_s;
    if (slot.items > slot.content.size()) {
        html += u"<p>"_s
            + colored(plural(slot.items - slot.content.size(), "further item"_L1) + u" not shown."_s, colors.muted)
            + u"</p>"_s;
    }
    return html + u"<p>"_s + colored(u"commit "_s + escaped(slot.commit), colors.muted) + u"</p>"_s;
}

} // namespace coinswarm::ui
