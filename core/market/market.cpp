// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/market.h"

#include <algorithm>

namespace coinswarm::market {

namespace {

constexpr std::int64_t kNoClose = std::numeric_limits<std::int64_t>::max();
constexpr std::uint32_t kMaxHistoryBars = 1024;

} // namespace

Result<Market> Market::create(const std::vector<Instrument> &instruments, const MarketConfig &config)
{
    if (auto checked = CandleBuilder::check(config.intervals); !checked) {
        return checked.error();
    }
    const auto decision = std::find(config.intervals.begin(), config.intervals.end(), config.decisionInterval);
    if (decision == config.intervals.end()) {
        return invalid("The decision interval, " + std::to_string(config.decisionInterval.seconds)
                       + " s, is not among the candle intervals. Add it there.");
    }
    if (config.historyBars > kMaxHistoryBars) {
        return invalid("An agent asks for " + std::to_string(config.historyBars) + " past bars, but at most "
                       + std::to_string(kMaxHistoryBars) + " are given.");
    }
    auto indicators = IndicatorSet::create(config.indicatorSpecs);
    if (!indicators) {
        return indicators.error();
    }

    Market market;
    const auto level = static_cast<std::size_t>(decision - config.intervals.begin());
    const std::size_t keepBars = std::max({config.keepBars, config.historyBars, 1U});
    for (const Instrument &instrument : instruments) {
        if (instrument.id.value != market.m_markets.size() + 1) {
            return invalid("Instrument " + instrument.symbol + " has the id " + std::to_string(instrument.id.value)
                           + ", expected " + std::to_string(market.m_markets.size() + 1)
                           + ": ids count from 1 in the order of the table.");
        }
        market.m_markets.emplace_back(instrument.id, config.intervals, level, *indicators, keepBars);
        if (config.embedding) {
            market.m_markets.back().keepEmbedding();
        }
    }
    market.m_names = indicators->names();
    market.m_warmupBars = indicators->warmupBars();
    // One event closes at most one bar per interval and instrument, plus one more where a feed's own bar replaces it.
    market.m_output.closed.reserve(2 * config.intervals.size() * std::max<std::size_t>(instruments.size(), 1));
    market.m_output.regimeChanges.reserve(2 * std::max<std::size_t>(instruments.size(), 1));
    return market;
}

void Market::onQuote(const Quote &quote, Timestamp now)
{
    clearOutput();
    if (InstrumentMarket *market = find(quote.instrument)) {
        market->onQuote(quote, now);
    }
}

void Market::onBookDelta(const BookDelta &delta, Timestamp now)
{
    clearOutput();
    if (InstrumentMarket *market = find(delta.instrument)) {
        market->onBookDelta(delta, now);
    }
}

void Market::onCandle(const Candle &candle, Timestamp now)
{
    clearOutput();
    if (InstrumentMarket *market = find(candle.instrument)) {
        market->onCandle(candle, now, m_lastRegime, m_output);
        findNextClose();
    }
}

void Market::warmUp(const Candle &candle)
{
    if (InstrumentMarket *market = find(candle.instrument)) {
        onCandle(candle, market->lastUpdate());
    }
    clearOutput();
}

std::optional<Timestamp> Market::nextClose() const
{
    return m_nextClose == kNoClose ? std::nullopt : std::optional<Timestamp>(Timestamp{m_nextClose});
}

InstrumentMarket *Market::find(InstrumentId id)
{
    const std::size_t index = id.value - 1U;
    if (index >= m_markets.size()) {
        ++m_unknownInstrument;
        return nullptr;
    }
    return &m_markets[index];
}

void Market::closeEnded(Timestamp now)
{
    for (InstrumentMarket &market : m_markets) {
        market.advanceTo(now, m_lastRegime, m_output);
    }
    findNextClose();
}

void Market::findNextClose()
{
    m_nextClose = kNoClose;
    for (const InstrumentMarket &market : m_markets) {
        if (const auto next = market.nextClose()) {
            m_nextClose = std::min(m_nextClose, next->ns);
        }
    }
}

} // namespace coinswarm::market
