// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/indicators/bar.h"
#include "market/indicators/wilder_average.h"

#include <coinswarm/market_state.h>

namespace coinswarm::market {

/// The greatest of high − low, |high − previous close| and |low − previous close|.
double trueRange(const Bar &bar, double previousClose);

/// Average true range by Wilder.
/// Seeding as published by StockCharts: the first true range is high − low; the first average is the simple average of
/// the first `period` true ranges (bar number `period`), then Wilder's smoothing.
class Atr
{
public:
    static constexpr std::array<std::string_view, 1> kSeries{""};

    explicit Atr(std::uint32_t period) : m_average(period) {}

    void update(const Bar &bar);

    bool ready() const { return m_average.ready(); }
    double value() const { return m_average.value(); }
    std::uint64_t warmupBars() const { return m_average.period(); }
    void write(IndicatorReadings &out, std::size_t slot) const;

    template <class V>
    void visitState(V &visit)
    {
        visit("average", m_average);
        visit("started", m_started);
        visit("previous_close", m_previousClose);
    }

private:
    WilderAverage m_average;
    bool m_started = false;
    double m_previousClose = 0;
};

} // namespace coinswarm::market
