// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/indicators/bar.h"
#include "market/indicators/wilder_average.h"

#include <coinswarm/market_state.h>

namespace coinswarm::market {

/// Relative strength index by Wilder, 0 … 100: 100 − 100 ÷ (1 + average gain ÷ average loss) of the changes of closes.
/// Seeding: the simple average of the first `period` changes, then Wilder's smoothing; the first value comes with bar
/// number period + 1. 100 if there were only gains, 50 if the price has never changed.
class Rsi
{
public:
    static constexpr std::array<std::string_view, 1> kSeries{""};

    explicit Rsi(std::uint32_t period) : m_gain(period), m_loss(period) {}

    void update(double value);
    void update(const Bar &bar) { update(bar.close); }

    bool ready() const { return m_gain.ready(); }
    double value() const { return m_value; }
    std::uint64_t warmupBars() const { return std::uint64_t{m_gain.period()} + 1; }
    void write(IndicatorReadings &out, std::size_t slot) const;

    template <class V>
    void visitState(V &visit)
    {
        visit("gain", m_gain);
        visit("loss", m_loss);
        visit("started", m_started);
        visit("previous", m_previous);
        visit("value", m_value);
    }

private:
    WilderAverage m_gain;
    WilderAverage m_loss;
    bool m_started = false;
    double m_previous = 0;
    double m_value = 0;
};

} // namespace coinswarm::market
