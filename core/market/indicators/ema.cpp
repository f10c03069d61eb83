// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/indicators/ema.h"

namespace coinswarm::market {

void Ema::update(double value)
{
    if (m_count == m_period) {
        m_value += m_factor * (value - m_value);
        return;
    }
    m_sum += value;
    if (++m_count == m_period) {
        m_value = m_sum / static_cast<double>(m_period);
    }
}

void Ema::write(IndicatorReadings &out, std::size_t slot) const
{
    if (ready()) {
        out.set(slot, m_value);
    }
}

} // namespace coinswarm::market
