// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/indicators/realised_volatility.h"

#include <cmath>

namespace coinswarm::market {

void RealisedVolatility::update(double value)
{
    const double previous = m_previous;
    m_previous = value;
    if (!(previous > 0)) {
        return;
    }
    const double simpleReturn = value / previous - 1.0;
    m_squares.push(simpleReturn * simpleReturn);
    if (m_squares.full()) {
        m_value = std::sqrt(m_squares.result() / static_cast<double>(m_squares.size()));
    }
}

void RealisedVolatility::write(IndicatorReadings &out, std::size_t slot) const
{
    if (ready()) {
        out.set(slot, m_value);
    }
}

} // namespace coinswarm::market
