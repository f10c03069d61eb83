// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "price_process.h"
#include "simulated_book.h"
#include "simulation_options.h"

namespace coinswarm::simulated {

/// Several correlated markets with books and trades, advanced step by step. Equal options give equal events.
class SimulatedMarket
{
public:
    /// Plays the history before `options.start`, so that the first event continues it.
    explicit SimulatedMarket(const SimulationOptions &options);

    /// Bars of all markets by time, then by instrument.
    const std::vector<Candle> &history() const { return m_history; }
    /// Appends the events of one book period, in order of time.
    void step(std::vector<MarketEvent> &out);
    /// Start of the period that step() plays next.
    Timestamp now() const { return m_now; }
    MarketMood mood(std::size_t market) const { return m_markets[market].process.mood(); }

    /// Everything that step() depends on, but for the options.
    template <class Visitor>
    void visitState(Visitor &visit)
    {
        visit(m_now.ns);
        m_common.visitState(visit);
        for (Market &market : m_markets) {
            market.process.visitState(visit);
            market.book.visitState(visit);
            visit(market.lastTradeId);
        }
    }

private:
    struct Market {
        SimulatedInstrument settings;
        PriceProcess process;
        SimulatedBook book;
        std::uint64_t lastTradeId = 0;
    };

    void playHistory();
    void advance(double seconds);
    void trade(Market &market, double seconds);
    Price rounded(const Market &market) const;

    SimulationOptions m_options;
    MarketRandom m_common;
    std::vector<Market> m_markets;
    std::vector<Candle> m_history;
    std::vector<Trade> m_trades;
    Timestamp m_now;
};

} // namespace coinswarm::simulated
