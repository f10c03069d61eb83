// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/indicators/ema.h"

namespace coinswarm::market {

/// Moving average convergence and divergence: macd = EMA(fast) − EMA(slow) of closes, signal = EMA(signal) of macd,
/// histogram = macd − signal.
/// Seeding: every EMA from the simple average of its first values, the signal's from the first `signal` values of macd.
/// macd begins with bar number `slow`, signal and histogram with bar number slow + signal − 1.
class Macd
{
public:
    static constexpr std::array<std::string_view, 3> kSeries{"macd", "signal", "histogram"};

    /// `fast` is below `slow`.
    Macd(std::uint32_t fast, std::uint32_t slow, std::uint32_t signal) : m_fast(fast), m_slow(slow), m_signal(signal) {}

    void update(double value);
    void update(const Bar &bar) { update(bar.close); }

    bool ready() const { return m_signal.ready(); }
    double value() const { return m_fast.value() - m_slow.value(); }
    double signal() const { return m_signal.value(); }
    double histogram() const { return value() - signal(); }
    std::uint64_t warmupBars() const { return m_slow.warmupBars() + m_signal.warmupBars() - 1; }
    void write(IndicatorReadings &out, std::size_t slot) const;

    template <class V>
    void visitState(V &visit)
    {
        visit("fast", m_fast);
        visit("slow", m_slow);
        visit("signal", m_signal);
    }

private:
    Ema m_fast;
    Ema m_slow;
    Ema m_signal;
};

} // namespace coinswarm::market
