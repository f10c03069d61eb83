// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/candle_series.h"

namespace coinswarm::ui {

/// A series for the eye, one value per bar: NaN until enough bars are seen. Agents use the engine's own indicators.
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
            m_closed = m_start;
            m_done = 0;
        }
        if (series.empty()) {
            return;
        }
        m_firstTime = series.time(0).ns;
        m_values.resize(series.size());
        // All bars but the newest are final; the newest is computed from a copy of the state each time.
        for (; m_done + 1 < series.size(); ++m_done) {
            m_values[m_done] = m_closed.push(series.bar(m_done));
        }
        Formula open = m_closed;
        m_values.back() = open.push(series.bar(series.size() - 1));
    }

    std::size_t size() const { return m_values.size(); }
    double value(std::size_t index) const { return m_values[index]; }

private:
    Formula m_start;
    Formula m_closed;
    std::size_t m_done = 0;
    std::int64_t m_firstTime = 0;
    std::vector<double> m_values;
};

} // namespace coinswarm::ui
