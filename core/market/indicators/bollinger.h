// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/indicators/bar.h"
#include "market/indicators/sliding_window.h"

#include <coinswarm/market_state.h>

namespace coinswarm::market {

/// Bollinger bands: middle = simple average of the last `period` closes, upper and lower = middle ± width × their
/// population standard deviation (divided by period, not by period − 1).
/// Seeding: none; the first value comes with bar number `period`.
/// The deviation is calculated anew from the window's values at each bar (time proportional to `period`), because
/// running sums of squares lose most digits at prices that are large against their deviation.
class Bollinger
{
public:
    static constexpr std::array<std::string_view, 3> kSeries{"upper", "middle", "lower"};

    Bollinger(std::uint32_t period, double width) : m_window(period), m_width(width) {}

    void update(double value);
    void update(const Bar &bar) { update(bar.close); }

    bool ready() const { return m_window.full(); }
    double upper() const { return m_middle + m_width * m_deviation; }
    double middle() const { return m_middle; }
    double lower() const { return m_middle - m_width * m_deviation; }
    double deviation() const { return m_deviation; }
    std::uint64_t warmupBars() const { return m_window.size(); }
    void write(IndicatorReadings &out, std::size_t slot) const;

    template <class V>
    void visitState(V &visit)
    {
        visit("window", m_window);
        visit("middle", m_middle);
        visit("deviation", m_deviation);
    }

private:
    SlidingWindow<Sum> m_window;
    double m_width;
    double m_middle = 0;
    double m_deviation = 0;
};

} // namespace coinswarm::market
