// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/alerts_model.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

using api::AlertView;
using api::Severity;

Cell severityCell(const AlertView &a, const Formats &)
{
    switch (a.severity) {
    case Severity::Danger:
        return {u"■ danger"_s, 2, Tone::Danger};
    case Severity::Warning:
        return {u"▲ warning"_s, 1, Tone::Warn};
    case Severity::Info:
        break;
    }
    return {u"● info"_s, 0, Tone::Muted};
}

} // namespace

AlertsModel::AlertsModel(const Formats &formats, QObject *parent)
    : RecordModel(
        formats, [](const AlertView &a) { return a.number; },
        {
            {u"time"_s, u"Session time."_s, Qt::AlignLeft, 76,
             [](const AlertView &a, const Formats &f) {
                 return Cell{f.time(a.time), QVariant::fromValue(a.number), Tone::Normal, fullTimeText(a.time)};
             },
             true},
            {u"severity"_s, u"Danger: act now. Warning: look. Info: for the record."_s, Qt::AlignLeft, 78,
             severityCell},
            {u"code"_s, u"Stable name, for filters."_s, Qt::AlignLeft, 110,
             [](const AlertView &a, const Formats &) {
                 return Cell{text(a.code), {}, Tone::Muted};
             }},
            {u"text"_s, u"What, where, what to do."_s, Qt::AlignLeft, 420,
             [](const AlertView &a, const Formats &) {
                 return Cell{text(a.text), {}, Tone::Normal, text(a.text)};
             }},
        },
        kMostRows, parent)
{}

} // namespace coinswarm::ui
