// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/indicators/adx.h"

#include "market/indicators/atr.h"

namespace coinswarm::market {

void Adx::update(const Bar &bar)
{
    const double range = trueRange(bar, m_previousClose);
    const double up = bar.high - m_previousHigh;
    const double down = m_previousLow - bar.low;
    m_previousHigh = bar.high;
    m_previousLow = bar.low;
    m_previousClose = bar.close;
    if (!m_started) {
        m_started = true;
        return;
    }
    const double plus = up > down && up > 0 ? up : 0.0;
    const double minus = down > up && down > 0 ? down : 0.0;
    if (m_changes == m_period) {
        const auto n = static_cast<double>(m_period);
        m_rangeSum = m_rangeSum - m_rangeSum / n + range;
        m_plusSum = m_plusSum - m_plusSum / n + plus;
        m_minusSum = m_minusSum - m_minusSum / n + minus;
    } else {
        m_rangeSum += range;
        m_plusSum += plus;
        m_minusSum += minus;
        if (++m_changes < m_period) {
            return;
        }
    }
    m_plusDi = m_rangeSum > 0 ? 100.0 * m_plusSum / m_rangeSum : 0.0;
    m_minusDi = m_rangeSum > 0 ? 100.0 * m_minusSum / m_rangeSum : 0.0;
    const double both = m_plusDi + m_minusDi;
    const double apart = m_plusDi > m_minusDi ? m_plusDi - m_minusDi : m_minusDi - m_plusDi;
    m_average.push(both > 0 ? 100.0 * apart / both : 0.0);
}

void Adx::write(IndicatorReadings &out, std::size_t slot) const
{
    if (ready()) {
        out.set(slot, value());
    }
    if (directionReady()) {
        out.set(slot + 1, m_plusDi);
        out.set(slot + 2, m_minusDi);
    }
}

} // namespace coinswarm::market
