// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/candle_builder.h"
#include "market/candle_ring.h"
#include "market/indicators/indicator_set.h"
#include "market/order_book.h"
#include "market/regime_classifier.h"
#include "market/state_embedding.h"

#include <coinswarm/instrument.h>

#include <optional>

namespace coinswarm::market {

/// What was not used, and why. Each counter only grows.
struct MarketCounters {
    std::uint64_t lateTrades = 0; ///< belong to a bar that has closed
    std::uint64_t lateCandles = 0; ///< do not follow the last bar of their interval
    std::uint64_t refused = 0; ///< impossible: price or size not positive, high below low, interval not configured
    std::uint64_t crossed = 0; ///< quotes or complete book updates with the bid not below the ask

    bool operator==(const MarketCounters &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("late_trades", self.lateTrades);
        visit("late_candles", self.lateCandles);
        visit("refused", self.refused);
        visit("crossed", self.crossed);
    }
};

/// Everything known about one instrument's market. The parts of a Market; see there for what the calls mean.
/// Methods append the candles they close, and the change of regime if there was one, to lists of the caller.
class InstrumentMarket
{
public:
    /// Lists that the caller empties and reuses.
    struct Output {
        std::vector<Candle> closed;
        std::vector<RegimeChange> regimeChanges;
    };

    InstrumentMarket(InstrumentId id, const std::vector<Interval> &intervals, std::size_t decisionLevel,
                     const IndicatorSet &indicators, std::size_t keepBars);

    /// Has embedding() from here on. Before the first event.
    void keepEmbedding() { m_embedding.emplace(m_decisionInterval); }

    /// True if a bar was opened or closed, so that nextClose() may have changed.
    bool onTrade(const Trade &trade, Timestamp now, std::uint64_t &lastRegime, Output &out)
    {
        if (trade.price.raw <= 0 || trade.quantity.raw <= 0) {
            ++m_counters.refused;
            return false;
        }
        const std::int64_t before = m_builder.baseEnd();
        if (!m_builder.onTrade(trade, out.closed)) {
            ++m_counters.lateTrades;
            return false;
        }
        m_lastPrice = trade.price;
        m_lastUpdate = now;
        if (m_builder.baseEnd() == before) {
            return false;
        }
        absorb(0, lastRegime, out);
        return true;
    }
    void onQuote(const Quote &quote, Timestamp now);
    void onBookDelta(const BookDelta &delta, Timestamp now);
    void onCandle(const Candle &candle, Timestamp now, std::uint64_t &lastRegime, Output &out);
    void advanceTo(Timestamp now, std::uint64_t &lastRegime, Output &out);

    std::optional<Timestamp> nextClose() const { return m_builder.nextClose(); }
    Price lastPrice() const { return m_lastPrice; }
    Price bid() const { return m_bid; }
    Price ask() const { return m_ask; }
    Timestamp lastUpdate() const { return m_lastUpdate; }
    std::uint64_t bars() const { return m_bars; }
    const IndicatorReadings &readings() const { return m_indicators.readings(); }
    const Regime &regime() const { return m_classifier.current(); }
    const OrderBook &book() const { return m_book; }
    const StateEmbedding *embedding() const { return m_embedding ? &*m_embedding : nullptr; }
    const MarketCounters &counters() const { return m_counters; }
    std::span<const Candle> recent(std::size_t n) const { return m_rings[m_decisionLevel].last(n); }
    std::span<const Candle> candles(Interval interval, std::size_t n) const;
    std::optional<Candle> openCandle(Interval interval) const { return m_builder.openCandle(interval); }

    template <class V>
    void visitState(V &visit)
    {
        visit("last_price", m_lastPrice);
        visit("bid", m_bid);
        visit("ask", m_ask);
        visit("last_update", m_lastUpdate);
        visit("bars", m_bars);
        visit("counters", m_counters);
        visit("builder", m_builder);
        for (CandleRing &ring : m_rings) {
            visit("ring", ring);
        }
        visit("indicators", m_indicators);
        visit("classifier", m_classifier);
        visit("book", m_book);
        if (m_embedding) {
            visit("embedding", *m_embedding);
        }
    }

private:
    void absorb(std::size_t from, std::uint64_t &lastRegime, Output &out);
    void setTop(Price bid, Price ask, Timestamp now);

    Price m_lastPrice;
    Price m_bid;
    Price m_ask;
    Timestamp m_lastUpdate;
    CandleBuilder m_builder;
    std::uint64_t m_bars = 0;
    MarketCounters m_counters;
    std::size_t m_decisionLevel;
    Interval m_decisionInterval;
    std::vector<CandleRing> m_rings; ///< parallel to the builder's intervals
    IndicatorSet m_indicators;
    RegimeClassifier m_classifier;
    OrderBook m_book;
    std::optional<StateEmbedding> m_embedding;
};

} // namespace coinswarm::market
