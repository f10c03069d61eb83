// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/instrument_market.h"

namespace coinswarm::market {

namespace {

bool possible(const Candle &candle)
{
    return candle.low.isPositive() && candle.low <= candle.open && candle.low <= candle.close
        && candle.open <= candle.high && candle.close <= candle.high && !candle.volume.isNegative();
}

} // namespace

InstrumentMarket::InstrumentMarket(InstrumentId id, const std::vector<Interval> &intervals, std::size_t decisionLevel,
                                   const IndicatorSet &indicators, std::size_t keepBars)
    : m_builder(id, intervals),
      m_decisionLevel(decisionLevel),
      m_decisionInterval(intervals[decisionLevel]),
      m_rings(intervals.size(), CandleRing(keepBars)),
      m_indicators(indicators),
      m_classifier(id)
{}

void InstrumentMarket::onQuote(const Quote &quote, Timestamp now)
{
    if (quote.bid.isNegative() || quote.ask.isNegative()) {
        ++m_counters.refused;
        return;
    }
    if (!quote.bid.isZero() && !quote.ask.isZero() && quote.bid >= quote.ask) {
        ++m_counters.crossed;
        setTop(Price(), Price(), now);
        return;
    }
    setTop(quote.bid, quote.ask, now);
}

void InstrumentMarket::onBookDelta(const BookDelta &delta, Timestamp now)
{
    if (!m_book.apply(delta)) {
        ++m_counters.refused;
    }
    if (!delta.completes) {
        return;
    }
    if (m_book.state() == BookState::Crossed) {
        ++m_counters.crossed;
        setTop(Price(), Price(), now);
        return;
    }
    const Price bid = m_book.best(Side::Buy).price;
    const Price ask = m_book.best(Side::Sell).price;
    if (bid != m_bid || ask != m_ask) {
        setTop(bid, ask, now);
    } else {
        m_lastUpdate = now;
    }
}

void InstrumentMarket::onCandle(const Candle &candle, Timestamp now, std::uint64_t &lastRegime, Output &out)
{
    if (!possible(candle) || m_builder.levelOf(candle.interval) == m_rings.size()) {
        ++m_counters.refused;
        return;
    }
    const std::size_t from = out.closed.size();
    if (!m_builder.onCandle(candle, out.closed)) {
        ++m_counters.lateCandles;
        return;
    }
    m_lastPrice = candle.close;
    m_lastUpdate = now;
    absorb(from, lastRegime, out);
}

void InstrumentMarket::advanceTo(Timestamp now, std::uint64_t &lastRegime, Output &out)
{
    const std::size_t from = out.closed.size();
    m_builder.advanceTo(now, out.closed);
    absorb(from, lastRegime, out);
}

std::span<const Candle> InstrumentMarket::candles(Interval interval, std::size_t n) const
{
    const std::size_t level = m_builder.levelOf(interval);
    return level < m_rings.size() ? m_rings[level].last(n) : std::span<const Candle>();
}

void InstrumentMarket::absorb(std::size_t from, std::uint64_t &lastRegime, Output &out)
{
    for (std::size_t i = from; i < out.closed.size(); ++i) {
        const Candle &candle = out.closed[i];
        m_rings[m_builder.levelOf(candle.interval)].push(candle);
        if (candle.interval != m_decisionInterval) {
            continue;
        }
        ++m_bars;
        m_indicators.update(candle);
        if (m_embedding) {
            m_embedding->onBar(candle);
        }
        if (auto change = m_classifier.onBar(candle, lastRegime)) {
            out.regimeChanges.push_back(*change);
        }
    }
}

void InstrumentMarket::setTop(Price bid, Price ask, Timestamp now)
{
    m_bid = bid;
    m_ask = ask;
    m_lastUpdate = now;
    m_classifier.onQuote(bid, ask);
    if (m_embedding) {
        m_embedding->onQuote(bid, ask);
    }
}

} // namespace coinswarm::market
