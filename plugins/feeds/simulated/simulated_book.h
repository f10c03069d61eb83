// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market_random.h"

#include <coinswarm/market_data.h>

#include <vector>

namespace coinswarm::simulated {

/// The order book of one simulated market: levels on a grid around the price, told as updates.
class SimulatedBook
{
public:
    /// `grid` is the distance between levels, `levelValue` what a level near the price holds in quote currency.
    SimulatedBook(const Instrument &instrument, Price grid, double levelValue, std::size_t depth);

    /// Moves the book to `price` with a spread of `spread` grid steps and appends what changed; the first call appends
    /// a snapshot. The book that a reader keeps is the same as this one after each update.
    void update(double price, std::int64_t spread, Timestamp time, MarketRandom &random, std::vector<MarketEvent> &out);

    Price bestBid() const { return priceAt(m_bids.best); }
    Price bestAsk() const { return priceAt(m_asks.best); }
    Quantity bestSize(Side side) const { return (side == Side::Buy ? m_bids : m_asks).sizes.front(); }
    /// What an amount of quote currency is in whole lots, at least one.
    Quantity lots(double value, double price) const;

    template <class Visitor>
    void visitState(Visitor &visit)
    {
        visit(m_started);
        if (!m_started) {
            m_bids.sizes.clear();
            m_asks.sizes.clear();
            return;
        }
        for (Ladder *ladder : {&m_bids, &m_asks}) {
            ladder->sizes.resize(m_depth);
            visit(ladder->best);
            for (Quantity &size : ladder->sizes) {
                visit(size.raw);
            }
        }
    }

private:
    struct Ladder {
        Side side;
        std::int64_t best = 0; ///< grid index of the first level
        std::vector<Quantity> sizes; ///< from the best level outwards
        std::int64_t indexOf(std::size_t level) const
        {
            const auto distance = static_cast<std::int64_t>(level);
            return side == Side::Buy ? best - distance : best + distance;
        }
    };

    Price priceAt(std::int64_t index) const { return Price::fromRaw(index * m_grid.raw); }
    Quantity freshSize(std::size_t level, double price, MarketRandom &random) const;
    void emitSnapshot(Timestamp time, std::vector<MarketEvent> &out) const;
    void removeLevels(const Ladder &ladder, std::int64_t newBest, Timestamp time, std::vector<MarketEvent> &out) const;
    void moveTo(Ladder &ladder, std::int64_t newBest, double price, Timestamp time, MarketRandom &random,
                std::vector<MarketEvent> &out);
    void changeSizes(Ladder &ladder, double price, Timestamp time, MarketRandom &random, std::vector<MarketEvent> &out);
    MarketEvent delta(Side side, std::int64_t index, Quantity quantity, Timestamp time) const;

    InstrumentId m_instrument;
    Quantity m_lot;
    Price m_grid;
    double m_levelValue;
    std::size_t m_depth;
    Ladder m_bids{Side::Buy, 0, {}};
    Ladder m_asks{Side::Sell, 0, {}};
    std::vector<Quantity> m_scratch;
    bool m_started = false;
};

} // namespace coinswarm::simulated
