// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/indicators/bar.h"

#include <coinswarm/market_state.h>

namespace coinswarm::market {

/// Exponential moving average of closes: e ← e + k (x − e), k = 2 ÷ (period + 1).
/// Seeding: the simple average of the first `period` values, which is also the first value given out (bar number
/// `period`), as in Stock.Indicators and on StockCharts.
class Ema
{
public:
    static constexpr std::array<std::string_view, 1> kSeries{""};

    explicit Ema(std::uint32_t period) : m_period(period), m_factor(2.0 / (static_cast<double>(period) + 1.0)) {}

    void update(double value);
    void update(const Bar &bar) { update(bar.close); }

    bool ready() const { return m_count == m_period; }
    double value() const { return m_value; }
    std::uint64_t warmupBars() const { return m_period; }
    void write(IndicatorReadings &out, std::size_t slot) const;

    template <class V>
    void visitState(V &visit)
    {
        visit("count", m_count);
        visit("sum", m_sum);
        visit("value", m_value);
    }

private:
    std::uint32_t m_period;
    double m_factor;
    std::uint32_t m_count = 0; ///< values in the seed, up to m_period
    double m_sum = 0;
    double m_value = 0;
};

} // namespace coinswarm::market
