// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/indicators/macd.h"

namespace coinswarm::market {

void Macd::update(double value)
{
    m_fast.update(value);
    m_slow.update(value);
    if (m_slow.ready()) {
        m_signal.update(m_fast.value() - m_slow.value());
    }
}

void Macd::write(IndicatorReadings &out, std::size_t slot) const
{
    if (m_slow.ready()) {
        out.set(slot, value());
    }
    if (m_signal.ready()) {
        out.set(slot + 1, signal());
        out.set(slot + 2, histogram());
    }
}

} // namespace coinswarm::market
