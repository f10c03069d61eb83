// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/candle_series.h"

#include <cmath>
#include <vector>

namespace coinswarm::ui {

/// A series for the eye, one value per bar: NaN until enough bars are seen. Sums are kept beside the values, so that the mean
/// over any range costs two reads. Agents use the engine's own indicators.
/// `Formula` is a copyable state with `double push(const Bar &)`.
template <class Formula>
class IndicatorLine
{
public:
    explicit IndicatorLine(Formula formula) : m_start(formula), m_closed(formula) {}

    /// Follows the series: everything again after a change of structure, else only what is new.
    void update(const CandleSeries &series)
    {
        if (series.size() < m_values.size() || series.empty() || m_firstTime != series.time(0).ns) {
            m_values.clear();
            m_sums.assign(1, 0);
            m_closed = m_start;
            m_done = 0;
        }
        if (series.empty()) {
            return;
        }
        m_firstTime = series.time(0).ns;
        m_values.resize(series.size());
        m_sums.resize(series.size() + 1);
        // All bars but the newest are final; the newest is computed from a copy of the state each time.
        for (; m_done + 1 < series.size(); ++m_done) {
            set(m_done, m_closed.push(series.bar(m_done)));
        }
        Formula open = m_closed;
        set(series.size() - 1, open.push(series.bar(series.size() - 1)));
    }

    std::size_t size() const { return m_values.size(); }
    double value(std::size_t index) const { return m_values[index]; }
    /// Of the bars first … last − 1, at least one; NaN if the first has no value yet.
    double mean(std::size_t first, std::size_t last) const
    {
        return last - first == 1 || std::isnan(m_values[first])
            ? m_values[first]
            : (m_sums[last] - m_sums[first]) / static_cast<double>(last - first);
    }

private:
    void set(std::size_t index, double value)
    {
        m_values[index] = value;
        m_sums[index + 1] = m_sums[index] + (std::isnan(value) ? 0 : value);
    }

    Formula m_start;
    Formula m_closed;
    std::size_t m_done = 0;
    std::int64_t m_firstTime = 0;
    std::vector<double> m_values;
    std::vector<double> m_sums = std::vector<double>(1); ///< of the values before the bar
};

} // namespace coinswarm::ui
