// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/indicators/rsi.h"

namespace coinswarm::market {

void Rsi::update(double value)
{
    const double change = value - m_previous;
    m_previous = value;
    if (!m_started) {
        m_started = true;
        return;
    }
    m_gain.push(change > 0 ? change : 0.0);
    m_loss.push(change < 0 ? -change : 0.0);
    if (!ready()) {
        return;
    }
    if (m_loss.value() > 0) {
        m_value = 100.0 - 100.0 / (1.0 + m_gain.value() / m_loss.value());
    } else {
        // Wilder leaves 0 ÷ 0 open. 100 would tell an agent that a market without trades is overbought.
        m_value = m_gain.value() > 0 ? 100.0 : 50.0;
    }
}

void Rsi::write(IndicatorReadings &out, std::size_t slot) const
{
    if (ready()) {
        out.set(slot, m_value);
    }
}

} // namespace coinswarm::market
