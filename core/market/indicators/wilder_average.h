// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>

namespace coinswarm::market {

/// Wilder's smoothing: a ← (a (period − 1) + x) ÷ period.
/// Seeding: the simple average of the first `period` values, which is also the first value given out.
class WilderAverage
{
public:
    explicit WilderAverage(std::uint32_t period) : m_period(period) {}

    void push(double value)
    {
        const auto n = static_cast<double>(m_period);
        if (m_count == m_period) {
            m_value = (m_value * (n - 1.0) + value) / n;
            return;
        }
        m_value += value;
        if (++m_count == m_period) {
            m_value /= n;
        }
    }

    bool ready() const { return m_count == m_period; }
    double value() const { return m_value; }
    std::uint32_t period() const { return m_period; }

    template <class V>
    void visitState(V &visit)
    {
        visit("count", m_count);
        visit("value", m_value);
    }

private:
    std::uint32_t m_period;
    std::uint32_t m_count = 0;
    double m_value = 0; ///< the sum of the seed until ready
};

} // namespace coinswarm::market
