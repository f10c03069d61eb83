// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/state_check.h"

#include <coinswarm/embedding.h>
#include <coinswarm/market_data.h>

#include <vector>

namespace coinswarm::market {

/// Describes one instrument's market by its closed bars of one interval and its quotes, as a point near which alike markets
/// lie. What each of the 384 numbers is: docs/embedding.md, which is written from the same table. Volatility and trend weigh
/// most; regimes are not among them.
///
/// Deterministic: + − × ÷ √ in a fixed order; a value depends on the last kBars bars and on the quotes alone. Prices and volumes only enter as ratios, so that instruments of any price compare. One thread. onBar() costs
/// nanoseconds and allocates nothing; value() microseconds.
class StateEmbedding
{
public:
    /// The longest horizon.
    static constexpr std::uint32_t kBars = 512;
    /// Bars after which a state is worth comparing. As many as the shipped agents need, so that every trade of theirs can be
    /// remembered.
    static constexpr std::uint32_t kWarmupBars = 30;

    explicit StateEmbedding(Interval interval);

    /// Zero prices, or a bid that is not below the ask, mean that the spread is not known.
    void onQuote(Price bid, Price ask);
    void onBar(const Candle &candle);

    bool ready() const { return m_size >= kWarmupBars; }
    /// Horizons that are longer than what was seen end where that begins.
    Embedding value() const;

    template <class V>
    void visitState(V &visit)
    {
        visit("bars", m_bars);
        visit("next", m_next);
        visit("size", m_size);
        visit("close_time", m_closeTime);
        visit("spread", m_spread);
        visit("average_spread", m_averageSpread);
        requireState(m_bars.size() == kBars && m_next < kBars && m_size <= kBars,
                     "a market's embedding has another length than this version's");
    }

private:
    /// One bar in relation to the close before it.
    struct Sample {
        double open = 0;
        double high = 0;
        double low = 0;
        double close = 0;
        double volume = 0;
        double change = 0; ///< of the close
        double range = 0; ///< true range
        double rise = 0; ///< directional movement by Wilder
        double fall = 0;

        template <class Self, class Visitor>
        static void fields(Self &self, Visitor &&visit)
        {
            visit("open", self.open);
            visit("high", self.high);
            visit("low", self.low);
            visit("close", self.close);
            visit("volume", self.volume);
            visit("change", self.change);
            visit("range", self.range);
            visit("rise", self.rise);
            visit("fall", self.fall);
        }
    };
    struct Sums;
    class Writer;

    /// `age` bars ago; 0 is the last.
    const Sample &ago(std::uint32_t age) const { return m_bars[(m_next + kBars - 1 - age) % kBars]; }
    void addTo(Sums &sums, std::uint32_t age) const;
    void writeHorizon(const Sums &sums, const Sums &all, Writer &out) const;
    void writeRecent(const Sums &all, Writer &out) const;
    void writeMoment(double volatilityRatio, Writer &out) const;

    double m_perDay; ///< √ of the bars in a day
    std::vector<Sample> m_bars; ///< a ring
    std::uint32_t m_next = 0;
    std::uint32_t m_size = 0;
    Timestamp m_closeTime;
    double m_spread = -1; ///< of the last quote, in basis points; negative while unknown
    double m_averageSpread = -1; ///< over about the last hundred bars
};

} // namespace coinswarm::market
