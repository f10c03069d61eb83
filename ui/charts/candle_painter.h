// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "charts/chart_scale.h"
#include "models/candle_series.h"
#include "theme/colors.h"

#include <vector>

class QPainter;

namespace coinswarm::ui {

/// Draws bars with as much detail as there are pixels: bodies and wicks where a bar is wide enough, else one line per
/// pixel column over everything in it. The cost depends on the width of the plot, not on the number of bars.
class CandlePainter
{
public:
    CandlePainter(const CandleSeries &series, const Colors &colors) : m_series(series), m_colors(colors) {}

    /// What is drawn at one place: a bar, or everything in one pixel column.
    struct Column {
        double x; ///< middle
        ChartBar bar;
        double bars; ///< how many are summed up in it
    };
    /// Bars first … last − 1.
    std::vector<Column> columns(const ChartScale &scale, std::size_t first, std::size_t last) const;
    void drawCandles(QPainter &painter, const ChartScale &scale, const std::vector<Column> &columns) const;
    /// `scale` maps volume per bar. The bars stand behind the candles.
    void drawVolume(QPainter &painter, const ChartScale &scale, const std::vector<Column> &columns) const;

private:
    const CandleSeries &m_series;
    const Colors &m_colors;
};

} // namespace coinswarm::ui
