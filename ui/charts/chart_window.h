// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>

namespace coinswarm::ui {

/// Which bars a chart shows: `first` … `first + count`, fractional, on an axis of bar indices. Pure arithmetic.
class ChartWindow
{
public:
    static constexpr double kDefaultBars = 160;
    static constexpr double kMinimumBars = 8;
    /// Free space at the right of the newest bar, as a share of the window.
    static constexpr double kRightMargin = 0.06;

    double first() const { return m_first; }
    double count() const { return m_count; }
    double end() const { return m_first + m_count; }
    /// True while the newest bar stays in view by itself.
    bool follows() const { return m_follows; }

    /// The number of bars there are has changed.
    void setSize(std::size_t bars);
    /// Scales the window by `factor` (< 1 zooms in) so that the bar under `anchor` stays where it is.
    void zoom(double anchor, double factor);
    void pan(double bars);
    void reset();
    void jumpToEnd();
    void jumpToStart();

private:
    void clamp();

    double m_size = 0;
    double m_first = 0;
    double m_count = kDefaultBars;
    bool m_follows = true;
};

} // namespace coinswarm::ui
