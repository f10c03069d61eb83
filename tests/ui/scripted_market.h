// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/market_data.h>
#include <coinswarm/regime.h>

#include <vector>

namespace coinswarm::ui {

/// A seeded random market for one instrument: minutes with calm and wild, rising and falling stretches. Not a model
/// of anything; it only has to look like a market and be the same every time.
class ScriptedMarket
{
public:
    ScriptedMarket(Instrument instrument, double price, std::uint64_t seed);

    /// One second of trading.
    void step(Timestamp now);
    double price() const { return m_price; }
    Price rounded(double price) const;
    double drift() const { return m_drift; }
    double volatility() const { return m_volatility; }
    /// 0 … 1, from the same sequence.
    double uniform();

    const Instrument instrument;

private:
    double gauss();

    double m_price;
    double m_drift = 0;
    double m_volatility = 1;
    std::uint64_t m_state;
    int m_left = 0;
};

/// Puts seconds together to candles of several intervals.
class CandleMaker
{
public:
    CandleMaker(InstrumentId instrument, std::vector<Interval> intervals);

    /// Returns the candles that closed before `now`.
    std::vector<Candle> trade(Timestamp now, Price price, Quantity volume);
    const std::vector<Candle> &open() const { return m_open; }

private:
    std::vector<Interval> m_intervals;
    std::vector<Candle> m_open;
};

} // namespace coinswarm::ui
