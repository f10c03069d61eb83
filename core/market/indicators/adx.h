// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/indicators/bar.h"
#include "market/indicators/wilder_average.h"

#include <coinswarm/market_state.h>

namespace coinswarm::market {

/// Average directional index and directional indicators by Wilder, each 0 … 100.
/// Seeding as published by StockCharts: true range and directional movement begin with the second bar; their first
/// smoothed values are the sums of the first `period` of them (bar number period + 1), then s ← s − s ÷ period + x.
/// ADX begins as the simple average of the first `period` values of DX (bar number 2 × period), then Wilder's smoothing.
/// Where nothing has moved, the indicators are 0.
class Adx
{
public:
    static constexpr std::array<std::string_view, 3> kSeries{"adx", "plus_di", "minus_di"};

    explicit Adx(std::uint32_t period) : m_period(period), m_average(period) {}

    void update(const Bar &bar);

    bool ready() const { return m_average.ready(); }
    bool directionReady() const { return m_changes == m_period; }
    double value() const { return m_average.value(); }
    double plusDi() const { return m_plusDi; }
    double minusDi() const { return m_minusDi; }
    std::uint64_t warmupBars() const { return 2 * std::uint64_t{m_period}; }
    void write(IndicatorReadings &out, std::size_t slot) const;

    template <class V>
    void visitState(V &visit)
    {
        visit("average", m_average);
        visit("started", m_started);
        visit("changes", m_changes);
        visit("previous_high", m_previousHigh);
        visit("previous_low", m_previousLow);
        visit("previous_close", m_previousClose);
        visit("range_sum", m_rangeSum);
        visit("plus_sum", m_plusSum);
        visit("minus_sum", m_minusSum);
        visit("plus_di", m_plusDi);
        visit("minus_di", m_minusDi);
    }

private:
    std::uint32_t m_period;
    WilderAverage m_average;
    bool m_started = false;
    std::uint32_t m_changes = 0; ///< bar-to-bar changes seen, up to m_period
    double m_previousHigh = 0;
    double m_previousLow = 0;
    double m_previousClose = 0;
    double m_rangeSum = 0;
    double m_plusSum = 0;
    double m_minusSum = 0;
    double m_plusDi = 0;
    double m_minusDi = 0;
};

} // namespace coinswarm::market
