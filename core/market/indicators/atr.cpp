// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/indicators/atr.h"

namespace coinswarm::market {

double trueRange(const Bar &bar, double previousClose)
{
    const double top = bar.high > previousClose ? bar.high : previousClose;
    const double bottom = bar.low < previousClose ? bar.low : previousClose;
    return top - bottom;
}

void Atr::update(const Bar &bar)
{
    m_average.push(m_started ? trueRange(bar, m_previousClose) : bar.high - bar.low);
    m_previousClose = bar.close;
    m_started = true;
}

void Atr::write(IndicatorReadings &out, std::size_t slot) const
{
    if (ready()) {
        out.set(slot, value());
    }
}

} // namespace coinswarm::market
