// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/indicators/bar.h"
#include "market/indicators/sliding_window.h"

#include <coinswarm/market_state.h>

namespace coinswarm::market {

/// Simple moving average of the last `period` closes.
/// Seeding: none; the first value comes with bar number `period`.
/// Does not drift (see SlidingWindow).
class Sma
{
public:
    static constexpr std::array<std::string_view, 1> kSeries{""};

    explicit Sma(std::uint32_t period) : m_window(period) {}

    void update(double value);
    void update(const Bar &bar) { update(bar.close); }

    bool ready() const { return m_window.full(); }
    double value() const { return m_value; }
    std::uint64_t warmupBars() const { return m_window.size(); }
    void write(IndicatorReadings &out, std::size_t slot) const;

    template <class V>
    void visitState(V &visit)
    {
        visit("window", m_window);
        visit("value", m_value);
    }

private:
    SlidingWindow<Sum> m_window;
    double m_value = 0;
};

} // namespace coinswarm::market
