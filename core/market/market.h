// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/instrument_market.h"

namespace coinswarm::market {

struct MarketConfig {
    std::vector<Interval> intervals; ///< ascending; the first is the base that trades are gathered into
    Interval decisionInterval; ///< one of `intervals`: indicators and regimes are fed by its bars
    std::vector<std::string> indicatorSpecs; ///< see makeIndicator()
    std::uint32_t historyBars = 0; ///< what recent() must be able to give, at most 1,024
    std::uint32_t keepBars = 1000; ///< closed bars kept per interval and instrument; raised to historyBars if below
    bool embedding = false; ///< whether embedding() is wanted
};

/// The state of all markets of a session: candles, indicators, regimes, books, last prices.
///
/// Deterministic: state depends only on the configuration and the sequence of calls. One thread, the engine's. Constant
/// time per event; nothing is allocated once books and lists have grown. Instruments that are not in the table are
/// counted and otherwise ignored; queries about them are the caller's mistake.
///
/// Each call that takes data or time first empties closed() and regimeChanges(), then fills them with what it caused.
/// `now` is the engine's time; bars are built by the venue's time in the data.
class Market
{
public:
    /// Instruments have the ids 1, 2, 3, …. Errors name the interval or indicator that is wrong.
    static Result<Market> create(const std::vector<Instrument> &instruments, const MarketConfig &config);

    void onTrade(const Trade &trade, Timestamp now)
    {
        clearOutput();
        const std::size_t index = trade.instrument.value - 1U;
        if (index >= m_markets.size()) {
            ++m_unknownInstrument;
        } else if (m_markets[index].onTrade(trade, now, m_lastRegime, m_output)) {
            findNextClose();
        }
    }
    void onQuote(const Quote &quote, Timestamp now);
    void onBookDelta(const BookDelta &delta, Timestamp now);
    /// Takes a bar that a feed delivers closed, at its close.
    void onCandle(const Candle &candle, Timestamp now);
    /// Closes the bars that have ended by `now`. Cheap while now < nextClose().
    void advanceTo(Timestamp now)
    {
        clearOutput();
        if (now.ns >= m_nextClose) {
            closeEnded(now);
        }
    }
    /// Takes a bar from before the session: as onCandle(), but leaves closed() and regimeChanges() empty, and
    /// lastUpdate() alone, so that old data does not look fresh.
    void warmUp(const Candle &candle);

    /// Bars that the last call closed, of all intervals; per instrument smaller intervals first.
    const std::vector<Candle> &closed() const { return m_output.closed; }
    /// Regime changes that the last call caused.
    const std::vector<RegimeChange> &regimeChanges() const { return m_output.regimeChanges; }
    /// When the first of all open bars ends; nothing if none is open.
    std::optional<Timestamp> nextClose() const;

    const std::vector<IndicatorName> &indicatorNames() const { return m_names; }
    /// Decision bars until every indicator is ready.
    std::uint64_t warmupBars() const { return m_warmupBars; }

    /// Price of the last trade, or close of the last bar that a feed delivered; zero if there was none.
    Price lastPrice(InstrumentId id) const { return at(id).lastPrice(); }
    /// From quotes or from the book, whichever came last; zero where unknown or while they cross.
    Price bestBid(InstrumentId id) const { return at(id).bid(); }
    Price bestAsk(InstrumentId id) const { return at(id).ask(); }
    /// The `now` of the last event that told something new; zero if there was none.
    Timestamp lastUpdate(InstrumentId id) const { return at(id).lastUpdate(); }
    const IndicatorReadings &readings(InstrumentId id) const { return at(id).readings(); }
    const Regime &regime(InstrumentId id) const { return at(id).regime(); }
    const OrderBook &book(InstrumentId id) const { return at(id).book(); }
    /// The market as a point in space, by the closed bars of the decision interval; null unless the configuration wants it.
    const StateEmbedding *embedding(InstrumentId id) const { return at(id).embedding(); }
    const MarketCounters &counters(InstrumentId id) const { return at(id).counters(); }
    /// Events for instruments that are not in the table.
    std::uint64_t unknownInstrument() const { return m_unknownInstrument; }
    /// Closed bars of the decision interval so far, warm-up included.
    std::uint64_t warmedBars(InstrumentId id) const { return at(id).bars(); }
    /// The last n closed bars of the decision interval (fewer if there are fewer), oldest first. Valid until the next
    /// call that takes data or time.
    std::span<const Candle> recent(InstrumentId id, std::size_t n) const { return at(id).recent(n); }
    /// As recent(), of any configured interval; empty for others.
    std::span<const Candle> candles(InstrumentId id, Interval interval, std::size_t max) const
    {
        return at(id).candles(interval, max);
    }
    /// The bar that is still growing.
    std::optional<Candle> openCandle(InstrumentId id, Interval interval) const { return at(id).openCandle(interval); }

    /// Saves and restores everything but the configuration, with which create() must have been called before restoring.
    template <class V>
    void visitState(V &visit)
    {
        for (InstrumentMarket &market : m_markets) {
            visit("market", market);
        }
        visit("last_regime", m_lastRegime);
        visit("unknown_instrument", m_unknownInstrument);
        visit("next_close", m_nextClose);
    }

private:
    Market() = default;

    const InstrumentMarket &at(InstrumentId id) const { return m_markets[id.value - 1U]; }
    InstrumentMarket *find(InstrumentId id);
    void clearOutput()
    {
        m_output.closed.clear();
        m_output.regimeChanges.clear();
    }
    void closeEnded(Timestamp now);
    void findNextClose();

    std::vector<InstrumentMarket> m_markets; ///< instrument id 1 first
    InstrumentMarket::Output m_output;
    std::int64_t m_nextClose = std::numeric_limits<std::int64_t>::max();
    std::uint64_t m_lastRegime = 0;
    std::uint64_t m_unknownInstrument = 0;
    std::vector<IndicatorName> m_names;
    std::uint64_t m_warmupBars = 0;
};

} // namespace coinswarm::market
