// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/indicators/stochastic.h"

namespace coinswarm::market {

void Stochastic::update(const Bar &bar)
{
    m_highest.push(bar.high);
    m_lowest.push(bar.low);
    if (!m_highest.full()) {
        return;
    }
    const double lowest = m_lowest.result();
    const double range = m_highest.result() - lowest;
    m_k.update(range > 0 ? 100.0 * (bar.close - lowest) / range : 50.0);
    if (m_k.ready()) {
        m_d.update(m_k.value());
    }
}

void Stochastic::write(IndicatorReadings &out, std::size_t slot) const
{
    m_k.write(out, slot);
    m_d.write(out, slot + 1);
}

} // namespace coinswarm::market
