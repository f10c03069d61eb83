// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/indicators/vwap.h"

namespace coinswarm::market {

void Vwap::update(const Bar &bar)
{
    const Timestamp session = startOfDay(bar.openTime);
    if (!m_started || session != m_session) {
        m_started = true;
        m_session = session;
        m_amount = 0;
        m_volume = 0;
    }
    const double typical = (bar.high + bar.low + bar.close) / 3.0;
    m_amount += typical * bar.volume;
    m_volume += bar.volume;
    m_value = m_volume > 0 ? m_amount / m_volume : typical;
}

void Vwap::write(IndicatorReadings &out, std::size_t slot) const
{
    if (ready()) {
        out.set(slot, m_value);
    }
}

} // namespace coinswarm::market
