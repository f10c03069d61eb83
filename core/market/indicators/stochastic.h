// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/indicators/sma.h"

namespace coinswarm::market {

/// Stochastic oscillator, 0 … 100: raw = 100 (close − lowest low) ÷ (highest high − lowest low) of the last `period`
/// bars; k = simple average of the last `smoothK` raw values; d = simple average of the last `smoothD` values of k.
/// Seeding: none; k begins with bar number period + smoothK − 1, d smoothD − 1 bars later.
/// Where highest equals lowest, raw is 50.
class Stochastic
{
public:
    static constexpr std::array<std::string_view, 2> kSeries{"k", "d"};

    Stochastic(std::uint32_t period, std::uint32_t smoothK, std::uint32_t smoothD)
        : m_highest(period), m_lowest(period), m_k(smoothK), m_d(smoothD)
    {}

    void update(const Bar &bar);

    bool ready() const { return m_d.ready(); }
    double k() const { return m_k.value(); }
    double d() const { return m_d.value(); }
    std::uint64_t warmupBars() const { return m_highest.size() + m_k.warmupBars() + m_d.warmupBars() - 2; }
    void write(IndicatorReadings &out, std::size_t slot) const;

    template <class V>
    void visitState(V &visit)
    {
        visit("highest", m_highest);
        visit("lowest", m_lowest);
        visit("k", m_k);
        visit("d", m_d);
    }

private:
    SlidingWindow<Maximum> m_highest;
    SlidingWindow<Minimum> m_lowest;
    Sma m_k;
    Sma m_d;
};

} // namespace coinswarm::market
