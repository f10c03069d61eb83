// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/indicators/sma.h"

namespace coinswarm::market {

void Sma::update(double value)
{
    m_window.push(value);
    if (m_window.full()) {
        m_value = m_window.result() / static_cast<double>(m_window.size());
    }
}

void Sma::write(IndicatorReadings &out, std::size_t slot) const
{
    if (ready()) {
        out.set(slot, m_value);
    }
}

} // namespace coinswarm::market
