// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtCore/QRectF>

#include <vector>

namespace coinswarm::ui {

/// Maps bar indices and values to pixels of one pane.
struct ChartScale {
    QRectF plot;
    double first = 0; ///< bar index at the left edge
    double count = 1;
    double low = 0; ///< value at the bottom
    double high = 1;

    double barWidth() const { return plot.width() / count; }
    /// Left edge of bar `index`.
    double x(double index) const { return plot.left() + (index - first) / count * plot.width(); }
    double center(double index) const { return x(index + 0.5); }
    double index(double px) const { return first + (px - plot.left()) / plot.width() * count; }
    double y(double value) const { return plot.bottom() - (value - low) / (high - low) * plot.height(); }
    double value(double py) const { return low + (plot.bottom() - py) / plot.height() * (high - low); }
    bool operator==(const ChartScale &) const = default;
};

/// Round values (1, 2 or 5 × 10ⁿ apart) inside low … high, about `wanted` of them.
std::vector<double> roundTicks(double low, double high, int wanted);
/// Decimals that tell neighbouring ticks apart.
int tickDecimals(const std::vector<double> &ticks);

} // namespace coinswarm::ui
