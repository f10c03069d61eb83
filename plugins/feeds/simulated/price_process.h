// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market_random.h"

namespace coinswarm::simulated {

/// What a simulated market is doing.
enum class MarketMood : unsigned char { Quiet, Rising, Falling, Turbulent };

/// The price of one simulated market: moods that last from minutes to hours, volatility that comes in clusters, rare
/// jumps, and a pull against running away from where it started. Uses + − × ÷ √ only.
class PriceProcess
{
public:
    PriceProcess(double startPrice, double minuteVolatility, MarketRandom random);

    /// Moves on by `seconds`. `common` is the normal variate that all markets share, `leading` the direction of the
    /// market that leads (−1, 0, 1), towards which new moods lean.
    void advance(double seconds, double common, int leading);

    double price() const { return m_price; }
    MarketMood mood() const { return m_mood; }
    int direction() const { return m_mood == MarketMood::Rising ? 1 : m_mood == MarketMood::Falling ? -1 : 0; }
    /// How busy the market is: about 1 on average, 0.3 … 4.
    double activity() const { return m_activity; }
    /// Which side is pushing lately, −1 … 1.
    double pressure() const { return m_pressure; }
    MarketRandom &random() { return m_random; }

    template <class Visitor>
    void visitState(Visitor &visit)
    {
        m_random.visitState(visit);
        visit(m_price);
        visit(m_mood);
        visit(m_moodSeconds);
        visit(m_cluster);
        visit(m_activity);
        visit(m_pressure);
    }

private:
    void chooseMood(int leading);
    double jump(double seconds);

    double m_startPrice;
    double m_minuteVolatility;
    MarketRandom m_random;
    double m_price;
    MarketMood m_mood = MarketMood::Quiet;
    double m_moodSeconds = 0; ///< left
    double m_cluster = 0; ///< mean-reverting; its square drives the volatility
    double m_activity = 1;
    double m_pressure = 0;
};

} // namespace coinswarm::simulated
