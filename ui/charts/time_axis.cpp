// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "charts/time_axis.h"

#include <QtCore/QDateTime>
#include <QtCore/QLocale>
#include <QtCore/QTimeZone>

#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

constexpr double kLabelPixels = 84;
constexpr std::array<std::int64_t, 18> kSteps{
    60,     300,        900,        1'800,       3'600,       7'200,       14'400,      21'600,       43'200,
    86'400, 2 * 86'400, 7 * 86'400, 14 * 86'400, 30 * 86'400, 60 * 86'400, 91 * 86'400, 182 * 86'400, 365 * 86'400};

QDateTime moment(Timestamp time, bool local)
{
    return local ? QDateTime::fromMSecsSinceEpoch(time.milliseconds())
                 : QDateTime::fromMSecsSinceEpoch(time.milliseconds(), QTimeZone::utc());
}

} // namespace

QString axisMoment(Timestamp time, bool local)
{
    return QLocale::c().toString(moment(time, local), u"d MMM HH:mm");
}

std::vector<TimeTick> timeTicks(const CandleSeries &series, const ChartScale &scale, bool local)
{
    std::vector<TimeTick> ticks;
    if (series.empty()) {
        return ticks;
    }
    const double perLabel = kLabelPixels / scale.barWidth() * static_cast<double>(series.intervalNs()) / 1e9;
    std::int64_t step = kSteps.back();
    for (const std::int64_t candidate : kSteps) {
        if (static_cast<double>(candidate) >= perLabel) {
            step = candidate;
            break;
        }
    }
    const Timestamp from = series.timeAt(scale.first);
    const Timestamp to = series.timeAt(scale.first + scale.count);
    const std::int64_t offset = local ? moment(from, true).offsetFromUtc() : 0;
    const std::int64_t start = (from.ns / 1'000'000'000 + offset) / step * step - offset;
    double lastX = -1e9;
    for (std::int64_t at = start; at * 1'000'000'000 <= to.ns; at += step) {
        const Timestamp time{at * 1'000'000'000};
        if (time < from) {
            continue;
        }
        const double x = scale.x(std::round(series.indexAt(time)));
        // Where data is missing several moments fall on one bar.
        if (x - lastX < kLabelPixels * 0.6) {
            continue;
        }
        const QDateTime shown = moment(time, local);
        const bool major = shown.time() == QTime(0, 0);
        QString format = major ? u"d MMM"_s : u"HH:mm"_s;
        if (step >= 182 * 86'400) {
            format = u"MMM yyyy"_s;
        }
        ticks.push_back({x, QLocale::c().toString(shown, format), major});
        lastX = x;
    }
    return ticks;
}

} // namespace coinswarm::ui
