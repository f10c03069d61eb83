// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/services_model.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

using api::ServiceState;

constexpr double kOld = 10; ///< seconds after which silence is worth a look

Cell stateCell(ServiceState state)
{
    switch (state) {
    case ServiceState::Working:
        return {u"● working"_s, 3, Tone::Up};
    case ServiceState::Degraded:
        return {u"▲ degraded"_s, 1, Tone::Warn};
    case ServiceState::Gone:
        return {u"✕ gone"_s, 0, Tone::Danger};
    case ServiceState::Off:
        break;
    }
    return {u"○ off"_s, 2, Tone::Muted};
}

QString ageOf(const api::ServiceView &service)
{
    if (service.state == ServiceState::Off) {
        return u"–"_s;
    }
    return service.ageSeconds < 10 ? numberText(service.ageSeconds, 1) + u" s"_s
                                   : ageText(std::chrono::seconds(static_cast<std::int64_t>(service.ageSeconds)));
}

ColumnSpec<ServiceRow> column(const QString &title, const QString &tip, Qt::Alignment align, int width,
                              Cell (*cell)(const api::ServiceView &))
{
    return {title, tip, align, width, [cell](const ServiceRow &row, const Formats &) {
                Cell made = cell(row.service);
                made.tip = (made.text == text(row.service.detail) ? made.text + u"\n\n"_s : QString())
                    + u"What happens if "_s + text(row.service.name) + u" dies:\n"_s + text(row.service.ifItDies);
                return made;
            }};
}

} // namespace

ServicesModel::ServicesModel(const Formats &formats, QObject *parent)
    : RecordModel(
        formats, [](const ServiceRow &row) { return row.place; },
        {
            column(u"part"_s, u"A manager, the bus, hot memory, the database."_s, Qt::AlignLeft, 92,
                   [](const api::ServiceView &s) { return Cell{text(s.name)}; }),
            column(u"state"_s, u"Working, degraded, gone, or off because it is not used."_s, Qt::AlignLeft, 92,
                   [](const api::ServiceView &s) { return stateCell(s.state); }),
            column(u"heard"_s, u"How long ago it was last heard of."_s, Qt::AlignRight, 56,
                   [](const api::ServiceView &s) {
                       return Cell{ageOf(s), s.ageSeconds,
                                   s.ageSeconds > kOld && s.state != ServiceState::Off ? Tone::Warn : Tone::Muted};
                   }),
            column(u"detail"_s, u"What it says of itself."_s, Qt::AlignLeft, 168,
                   [](const api::ServiceView &s) { return Cell{text(s.detail)}; }),
            column(u"if it dies"_s, u"What happens then."_s, Qt::AlignLeft, 260,
                   [](const api::ServiceView &s) {
                       return Cell{text(s.ifItDies), {}, Tone::Muted};
                   }),
        },
        1'000, parent)
{}

void ServicesModel::setServices(const std::vector<api::ServiceView> &services)
{
    std::vector<ServiceRow> rows;
    for (const api::ServiceView &service : services) {
        rows.push_back({rows.size() + 1, service});
    }
    bool same = rowCount() == static_cast<int>(rows.size());
    for (std::size_t i = 0; same && i < rows.size(); ++i) {
        same = row(static_cast<int>(i)).service.name == rows[i].service.name;
    }
    if (!same) {
        assign(rows);
        return;
    }
    for (const ServiceRow &row : rows) {
        if (find(row.place)->service != row.service) {
            upsert(row);
        }
    }
}

} // namespace coinswarm::ui
