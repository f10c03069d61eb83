// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "price_process.h"

#include <algorithm>
#include <cmath>

namespace coinswarm::simulated {

namespace {

constexpr double kClusterSeconds = 2'400; // how long a cluster of volatility lasts
constexpr double kPressureSeconds = 30;
constexpr double kSecondsBetweenJumps = 10'800;
constexpr double kShared = 0.75; // of a market's moves, as a correlation with the common factor
constexpr double kOwn = 0.6614378277661477; // √(1 − 0.75²)

double volatilityOf(MarketMood mood)
{
    switch (mood) {
    case MarketMood::Quiet:
        return 0.6;
    case MarketMood::Rising:
    case MarketMood::Falling:
        return 0.9;
    case MarketMood::Turbulent:
        return 1.9;
    }
    return 1;
}

} // namespace

PriceProcess::PriceProcess(double startPrice, double minuteVolatility, MarketRandom random)
    : m_startPrice(startPrice), m_minuteVolatility(minuteVolatility), m_random(random), m_price(startPrice)
{}

void PriceProcess::chooseMood(int leading)
{
    const double kind = m_random.uniform();
    const double length = m_random.uniform();
    // Far above its start a market rather falls, and the other way round.
    const double drift = m_price / m_startPrice - 1;
    const double rising = std::clamp(0.5 - 1.5 * drift + 0.2 * leading, 0.1, 0.9);
    if (kind < 0.62) {
        m_mood = m_random.uniform() < rising ? MarketMood::Rising : MarketMood::Falling;
        m_moodSeconds = 1'800 + 3'600 * length;
    } else if (kind < 0.87) {
        m_mood = MarketMood::Quiet;
        m_moodSeconds = 1'200 + 1'800 * length;
    } else {
        m_mood = MarketMood::Turbulent;
        m_moodSeconds = 480 + 1'020 * length;
    }
}

double PriceProcess::jump(double seconds)
{
    const double rate = (m_mood == MarketMood::Turbulent ? 4 : 1) / kSecondsBetweenJumps;
    if (m_random.uniform() >= rate * seconds) {
        return 0;
    }
    const double tail = std::min(1 / std::sqrt(m_random.uniform() + 0.01), 6.0);
    const double sign = m_random.uniform() < 0.5 ? -1 : 1;
    // News wakes the market up: the cluster variable is pushed away from zero.
    m_cluster += m_cluster < 0 ? -0.8 : 0.8;
    return sign * (1.5 + 1.5 * tail) * m_minuteVolatility;
}

void PriceProcess::advance(double seconds, double common, int leading)
{
    m_moodSeconds -= seconds;
    if (m_moodSeconds <= 0) {
        chooseMood(leading);
    }
    const double share = seconds / kClusterSeconds;
    m_cluster += 0.7 * std::sqrt(2 * share) * m_random.normal() - share * m_cluster;
    const double cluster = std::min(0.6 + 0.8 * m_cluster * m_cluster, 5.0);
    const double minutes = seconds / 60;
    const double volatility = m_minuteVolatility * volatilityOf(m_mood) * cluster;
    const double normal = kShared * common + kOwn * m_random.normal();
    const double trend = 0.32 * direction() * m_minuteVolatility * minutes;
    const double move = trend + volatility * std::sqrt(minutes) * normal + jump(seconds);
    m_price *= 1 + std::clamp(move, -0.2, 0.2);

    m_activity = std::clamp(0.3 + 0.6 * volatilityOf(m_mood) * cluster, 0.3, 4.0);
    const double recent = std::clamp(move / (m_minuteVolatility * std::sqrt(minutes)), -2.0, 2.0);
    m_pressure += std::min(seconds / kPressureSeconds, 1.0) * (recent - m_pressure);
}

} // namespace coinswarm::simulated
