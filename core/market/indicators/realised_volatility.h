// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/indicators/bar.h"
#include "market/indicators/sliding_window.h"

#include <coinswarm/market_state.h>

namespace coinswarm::market {

/// Realised volatility per bar: the square root of the mean of the last `period` squared simple returns
/// close ÷ previous close − 1. Not annualised, the mean return is not subtracted, and simple instead of logarithmic
/// returns keep to arithmetic that gives the same bits everywhere (at 1 % per bar they differ by half a per cent).
/// Seeding: none; the first value comes with bar number period + 1. Does not drift (see SlidingWindow).
class RealisedVolatility
{
public:
    static constexpr std::array<std::string_view, 1> kSeries{""};

    explicit RealisedVolatility(std::uint32_t period) : m_squares(period) {}

    void update(double value);
    void update(const Bar &bar) { update(bar.close); }

    bool ready() const { return m_squares.full(); }
    double value() const { return m_value; }
    std::uint64_t warmupBars() const { return m_squares.size() + 1; }
    void write(IndicatorReadings &out, std::size_t slot) const;

    template <class V>
    void visitState(V &visit)
    {
        visit("squares", m_squares);
        visit("previous", m_previous);
        visit("value", m_value);
    }

private:
    SlidingWindow<Sum> m_squares;
    double m_previous = 0; ///< 0 before the first bar
    double m_value = 0;
};

} // namespace coinswarm::market
