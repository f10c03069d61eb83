// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulated_market.h"

#include <algorithm>
#include <cmath>

namespace coinswarm::simulated {

namespace {

constexpr double kTradeValue = 450; // quote currency, before the heavy tail doubles it
constexpr double kLevelValue = 25'000;
constexpr int kHistorySteps = 60; // per bar

/// How busy each hour of the UTC day is: Asia, Europe, and the overlap with America.
constexpr double kHours[24] = {1.0, 1.05, 0.95, 0.85, 0.8,  0.75, 0.75, 0.85, 0.95, 1.0, 0.95, 0.9,
                               1.0, 1.25, 1.45, 1.4,  1.25, 1.15, 1.05, 1.0,  0.95, 0.9, 0.85, 0.95};

double hourFactor(Timestamp time)
{
    constexpr std::int64_t hour = 3'600'000'000'000;
    return kHours[(time.ns / hour) % 24];
}

} // namespace

SimulatedMarket::SimulatedMarket(const SimulationOptions &options) : m_options(options), m_common(options.seed)
{
    for (const SimulatedInstrument &settings : options.instruments) {
        // Each market has its own stream, so that adding one does not change the others' own moves.
        const MarketRandom random(options.seed * 1'000'003 + settings.instrument.id.value);
        m_markets.push_back({settings, PriceProcess(settings.startPrice, settings.minuteVolatility, random),
                             SimulatedBook(settings.instrument, settings.grid, kLevelValue, options.depth)});
    }
    m_now = options.start;
    playHistory();
}

void SimulatedMarket::advance(double seconds)
{
    const double common = m_common.normal();
    const int leading = m_markets.front().process.direction();
    for (Market &market : m_markets) {
        market.process.advance(seconds, common, leading);
    }
}

Price SimulatedMarket::rounded(const Market &market) const
{
    const std::int64_t tick = market.settings.instrument.tick.raw;
    const auto ticks = static_cast<std::int64_t>(market.process.price() * 1e8 / static_cast<double>(tick) + 0.5);
    return Price::fromRaw(std::max<std::int64_t>(ticks, 1) * tick);
}

void SimulatedMarket::playHistory()
{
    const Duration length = m_options.historyInterval.duration();
    const double seconds = static_cast<double>(m_options.historyInterval.seconds) / kHistorySteps;
    Timestamp open{m_options.start.ns - length.count() * static_cast<std::int64_t>(m_options.historyBars)};
    for (std::size_t bar = 0; bar < m_options.historyBars; ++bar, open = open + length) {
        const std::size_t first = m_history.size();
        for (const Market &market : m_markets) {
            const Price price = rounded(market);
            Candle candle;
            candle.instrument = market.settings.instrument.id;
            candle.interval = m_options.historyInterval;
            candle.openTime = open;
            candle.open = candle.high = candle.low = candle.close = price;
            m_history.push_back(candle);
        }
        for (int part = 0; part < kHistorySteps; ++part) {
            advance(seconds);
            for (std::size_t i = 0; i < m_markets.size(); ++i) {
                Market &market = m_markets[i];
                Candle &candle = m_history[first + i];
                candle.close = rounded(market);
                candle.high = std::max(candle.high, candle.close);
                candle.low = std::min(candle.low, candle.close);
                const double trades =
                    m_options.tradesPerSecond * seconds * market.process.activity() * hourFactor(open);
                const double value = 2 * kTradeValue * trades * (0.5 + market.process.random().uniform());
                candle.volume += market.book.lots(value, market.process.price());
                candle.trades += static_cast<std::uint32_t>(trades + 0.5);
            }
        }
    }
}

void SimulatedMarket::step(std::vector<MarketEvent> &out)
{
    const double seconds = static_cast<double>(m_options.bookPeriod.count()) * 1e-9;
    advance(seconds);
    m_trades.clear();
    Timestamp bookTime = m_now;
    for (Market &market : m_markets) {
        const auto spread = static_cast<std::int64_t>(1 + std::min(market.process.activity(), 3.9));
        market.book.update(market.process.price(), spread, bookTime, market.process.random(), out);
        bookTime = bookTime + Duration(1'000);
        trade(market, seconds);
    }
    std::sort(m_trades.begin(), m_trades.end(), [](const Trade &a, const Trade &b) {
        return a.time != b.time            ? a.time < b.time
            : a.instrument != b.instrument ? a.instrument < b.instrument
                                           : a.venueTradeId < b.venueTradeId;
    });
    out.insert(out.end(), m_trades.begin(), m_trades.end());
    m_now = m_now + m_options.bookPeriod;
}

void SimulatedMarket::trade(Market &market, double seconds)
{
    MarketRandom &random = market.process.random();
    const double expected = m_options.tradesPerSecond * seconds * market.process.activity() * hourFactor(m_now);
    const int count = static_cast<int>(expected + random.uniform());
    // Trades come after all books of the period, within it.
    const double room = static_cast<double>(m_options.bookPeriod.count() - 200'000);
    double moments[64];
    const int used = std::min(count, 64);
    for (int i = 0; i < used; ++i) {
        moments[i] = random.uniform();
    }
    std::sort(moments, moments + used);
    for (int i = 0; i < used; ++i) {
        Trade trade;
        trade.instrument = market.settings.instrument.id;
        trade.aggressor = random.uniform() < 0.5 + 0.2 * market.process.pressure() ? Side::Buy : Side::Sell;
        trade.price = trade.aggressor == Side::Buy ? market.book.bestAsk() : market.book.bestBid();
        // 1/√u is a Pareto variate: many small trades, few large ones, none beyond the level it takes from.
        const double tail = std::min(1 / std::sqrt(random.uniform() + 1e-4), 60.0);
        const Quantity wanted = market.book.lots(kTradeValue * tail, market.process.price());
        trade.quantity = std::min(wanted, market.book.bestSize(opposite(trade.aggressor)));
        trade.time = Timestamp{m_now.ns + 150'000 + static_cast<std::int64_t>(moments[i] * room)};
        trade.venueTradeId = ++market.lastTradeId;
        m_trades.push_back(trade);
    }
}

} // namespace coinswarm::simulated
