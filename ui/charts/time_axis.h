// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "charts/chart_scale.h"
#include "models/candle_series.h"

#include <QtCore/QString>

namespace coinswarm::ui {

struct TimeTick {
    double x = 0;
    QString text; ///< "12:05", or "21 Nov" where a day begins
    bool major = false; ///< a day begins
};

/// Round moments in view, far enough apart to be read.
std::vector<TimeTick> timeTicks(const CandleSeries &series, const ChartScale &scale, bool local);
/// "21 Nov 12:05"
QString axisMoment(Timestamp time, bool local);

} // namespace coinswarm::ui
