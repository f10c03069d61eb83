// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/indicators/bollinger.h"

#include <cmath>

namespace coinswarm::market {

void Bollinger::update(double value)
{
    m_window.push(value);
    if (!m_window.full()) {
        return;
    }
    const auto n = static_cast<double>(m_window.size());
    m_middle = m_window.result() / n;
    double squares = 0;
    for (const double x : m_window.values()) {
        squares += (x - m_middle) * (x - m_middle);
    }
    m_deviation = std::sqrt(squares / n);
}

void Bollinger::write(IndicatorReadings &out, std::size_t slot) const
{
    if (ready()) {
        out.set(slot, upper());
        out.set(slot + 1, middle());
        out.set(slot + 2, lower());
    }
}

} // namespace coinswarm::market
