// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "scripted_market.h"

#include <cmath>

namespace coinswarm::ui {

ScriptedMarket::ScriptedMarket(Instrument traded, double price, std::uint64_t seed)
    : instrument(std::move(traded)), m_price(price), m_state(seed * 0x9E3779B97F4A7C15ULL + 1)
{}

double ScriptedMarket::uniform()
{
    m_state ^= m_state << 13;
    m_state ^= m_state >> 7;
    m_state ^= m_state << 17;
    return static_cast<double>(m_state >> 11) / 9007199254740992.0;
}

double ScriptedMarket::gauss()
{
    double sum = -6;
    for (int i = 0; i < 12; ++i) {
        sum += uniform();
    }
    return sum;
}

void ScriptedMarket::step(Timestamp)
{
    if (m_left-- <= 0) {
        m_left = 1'800 + static_cast<int>(uniform() * 9'000);
        const double kind = uniform();
        m_drift = kind < 0.35 ? 0 : kind < 0.68 ? 1.6e-6 : -1.5e-6;
        m_volatility = uniform() < 0.25 ? 1.9 : uniform() < 0.3 ? 0.55 : 1;
    }
    const double jump = uniform() < 0.00004 ? gauss() * 0.004 : 0;
    m_price *= 1 + m_drift + gauss() * 0.00006 * m_volatility + jump;
}

Price ScriptedMarket::rounded(double price) const
{
    return roundedDownTo(Price::fromRaw(std::llround(price * 1e8)), instrument.tick);
}

CandleMaker::CandleMaker(InstrumentId instrument, std::vector<Interval> intervals) : m_intervals(std::move(intervals))
{
    for (const Interval interval : m_intervals) {
        Candle candle;
        candle.instrument = instrument;
        candle.interval = interval;
        m_open.push_back(candle);
    }
}

std::vector<Candle> CandleMaker::trade(Timestamp now, Price price, Quantity volume)
{
    std::vector<Candle> closed;
    for (Candle &candle : m_open) {
        const std::int64_t length = candle.interval.duration().count();
        const Timestamp start{now.ns - now.ns % length};
        if (candle.openTime != start) {
            if (candle.trades > 0) {
                closed.push_back(candle);
            }
            candle.openTime = start;
            candle.open = candle.high = candle.low = price;
            candle.volume = {};
            candle.trades = 0;
        }
        candle.high = std::max(candle.high, price);
        candle.low = std::min(candle.low, price);
        candle.close = price;
        candle.volume += volume;
        ++candle.trades;
    }
    return closed;
}

} // namespace coinswarm::ui
