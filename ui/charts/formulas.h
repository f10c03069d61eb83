// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/candle_series.h"

#include <cmath>
#include <limits>
#include <vector>

/// What IndicatorLine draws. Plain loops over closes, with the same seeding as the engine's indicators.
namespace coinswarm::ui {

inline constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

/// Simple moving average of the close.
class SmaFormula
{
public:
    explicit SmaFormula(std::size_t length) : m_ring(length) {}
    double push(const ChartBar &bar)
    {
        m_sum += bar.close - m_ring[m_seen % m_ring.size()];
        m_ring[m_seen % m_ring.size()] = bar.close;
        ++m_seen;
        return m_seen < m_ring.size() ? kNoValue : m_sum / static_cast<double>(m_ring.size());
    }

private:
    std::vector<double> m_ring;
    double m_sum = 0;
    std::size_t m_seen = 0;
};

/// Exponential moving average of the close, seeded with the simple average of the first `length` closes.
class EmaFormula
{
public:
    explicit EmaFormula(int length) : m_length(length) {}
    double push(const ChartBar &bar)
    {
        ++m_seen;
        if (m_seen <= m_length) {
            m_value += bar.close / m_length;
            return m_seen < m_length ? kNoValue : m_value;
        }
        m_value += (bar.close - m_value) * 2 / (m_length + 1);
        return m_value;
    }

private:
    int m_length;
    int m_seen = 0;
    double m_value = 0;
};

/// Wilder's relative strength index, 0 … 100.
class RsiFormula
{
public:
    explicit RsiFormula(int length) : m_length(length) {}
    double push(const ChartBar &bar)
    {
        const double change = m_seen == 0 ? 0 : bar.close - m_last;
        m_last = bar.close;
        if (m_seen++ == 0) {
            return kNoValue;
        }
        const double gain = change > 0 ? change : 0;
        const double loss = change < 0 ? -change : 0;
        if (m_seen <= m_length + 1) {
            m_gain += gain / m_length;
            m_loss += loss / m_length;
        } else {
            m_gain += (gain - m_gain) / m_length;
            m_loss += (loss - m_loss) / m_length;
        }
        if (m_seen <= m_length) {
            return kNoValue;
        }
        return m_gain + m_loss == 0 ? 50 : 100 * m_gain / (m_gain + m_loss);
    }

private:
    int m_length;
    int m_seen = 0;
    double m_last = 0;
    double m_gain = 0;
    double m_loss = 0;
};

/// Wilder's average directional index, 0 … 100. The true range cancels out of |+DI − −DI| ÷ (+DI + −DI).
class AdxFormula
{
public:
    explicit AdxFormula(int length) : m_length(length) {}
    double push(const ChartBar &bar)
    {
        const ChartBar last = m_last;
        m_last = bar;
        if (m_seen++ == 0) {
            return kNoValue;
        }
        const double up = bar.high - last.high;
        const double down = last.low - bar.low;
        smooth(m_plus, up > down && up > 0 ? up : 0);
        smooth(m_minus, down > up && down > 0 ? down : 0);
        if (m_seen <= m_length) {
            return kNoValue;
        }
        const double sum = m_plus + m_minus;
        const double dx = sum == 0 ? 0 : 100 * std::abs(m_plus - m_minus) / sum;
        const int dxSeen = m_seen - m_length;
        if (dxSeen <= m_length) {
            m_adx += dx / m_length;
            return dxSeen < m_length ? kNoValue : m_adx;
        }
        m_adx += (dx - m_adx) / m_length;
        return m_adx;
    }

private:
    void smooth(double &sum, double value) const
    {
        // Wilder's sums: plain addition for the first `length` values, then one part in `length` leaves.
        sum += m_seen <= m_length + 1 ? value : value - sum / m_length;
    }

    int m_length;
    int m_seen = 0;
    ChartBar m_last;
    double m_plus = 0;
    double m_minus = 0;
    double m_adx = 0;
};

} // namespace coinswarm::ui
