// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulated_book.h"

#include <algorithm>

namespace coinswarm::simulated {

SimulatedBook::SimulatedBook(const Instrument &instrument, Price grid, double levelValue, std::size_t depth)
    : m_instrument(instrument.id), m_lot(instrument.lot), m_grid(grid), m_levelValue(levelValue), m_depth(depth)
{}

Quantity SimulatedBook::lots(double value, double price) const
{
    const double count = value / price / m_lot.toDouble();
    return Quantity::fromRaw(std::max<std::int64_t>(static_cast<std::int64_t>(count), 1) * m_lot.raw);
}

Quantity SimulatedBook::freshSize(std::size_t level, double price, MarketRandom &random) const
{
    const double shape = 1 + 0.3 * static_cast<double>(level);
    const double u = random.uniform();
    return lots(m_levelValue * shape * (0.3 + 1.4 * u * u + 0.5 * u), price);
}

MarketEvent SimulatedBook::delta(Side side, std::int64_t index, Quantity quantity, Timestamp time) const
{
    BookDelta result;
    result.instrument = m_instrument;
    result.side = side;
    result.completes = false;
    result.price = priceAt(index);
    result.quantity = quantity;
    result.time = time;
    return result;
}

void SimulatedBook::update(double price, std::int64_t spread, Timestamp time, MarketRandom &random,
                           std::vector<MarketEvent> &out)
{
    const auto middle = static_cast<std::int64_t>(price / m_grid.toDouble());
    const std::int64_t bid = std::max<std::int64_t>(middle - (spread - 1) / 2, static_cast<std::int64_t>(m_depth));
    const std::int64_t ask = bid + spread;
    if (!m_started) {
        m_started = true;
        m_bids.best = bid;
        m_asks.best = ask;
        for (std::size_t level = 0; level < m_depth; ++level) {
            m_bids.sizes.push_back(freshSize(level, price, random));
            m_asks.sizes.push_back(freshSize(level, price, random));
        }
        emitSnapshot(time, out);
        return;
    }
    // Levels go before others come, so that bids and asks never cross on the way.
    removeLevels(m_bids, bid, time, out);
    removeLevels(m_asks, ask, time, out);
    moveTo(m_bids, bid, price, time, random, out);
    moveTo(m_asks, ask, price, time, random, out);
    changeSizes(m_bids, price, time, random, out);
    changeSizes(m_asks, price, time, random, out);
    std::get<BookDelta>(out.back()).completes = true;
}

void SimulatedBook::emitSnapshot(Timestamp time, std::vector<MarketEvent> &out) const
{
    const std::size_t first = out.size();
    for (const Ladder *ladder : {&m_bids, &m_asks}) {
        for (std::size_t level = 0; level < m_depth; ++level) {
            out.push_back(delta(ladder->side, ladder->indexOf(level), ladder->sizes[level], time));
        }
    }
    std::get<BookDelta>(out[first]).clears = true;
    std::get<BookDelta>(out.back()).completes = true;
}

void SimulatedBook::removeLevels(const Ladder &ladder, std::int64_t newBest, Timestamp time,
                                 std::vector<MarketEvent> &out) const
{
    Ladder moved{ladder.side, newBest, {}};
    const auto [low, high] = std::minmax({moved.indexOf(0), moved.indexOf(m_depth - 1)});
    for (std::size_t level = 0; level < m_depth; ++level) {
        const std::int64_t index = ladder.indexOf(level);
        if (index < low || index > high) {
            out.push_back(delta(ladder.side, index, Quantity(), time));
        }
    }
}

void SimulatedBook::moveTo(Ladder &ladder, std::int64_t newBest, double price, Timestamp time, MarketRandom &random,
                           std::vector<MarketEvent> &out)
{
    if (newBest == ladder.best) {
        return;
    }
    const Ladder moved{ladder.side, newBest, {}};
    m_scratch.clear();
    for (std::size_t level = 0; level < m_depth; ++level) {
        const std::int64_t index = moved.indexOf(level);
        const std::int64_t oldLevel = ladder.side == Side::Buy ? ladder.best - index : index - ladder.best;
        if (oldLevel >= 0 && oldLevel < static_cast<std::int64_t>(m_depth)) {
            m_scratch.push_back(ladder.sizes[static_cast<std::size_t>(oldLevel)]);
        } else {
            m_scratch.push_back(freshSize(level, price, random));
            out.push_back(delta(ladder.side, index, m_scratch.back(), time));
        }
    }
    ladder.best = newBest;
    ladder.sizes.swap(m_scratch);
}

void SimulatedBook::changeSizes(Ladder &ladder, double price, Timestamp time, MarketRandom &random,
                                std::vector<MarketEvent> &out)
{
    // The best level changes most: that is where trades happen.
    const std::size_t levels[] = {0, 1 + random.below(static_cast<std::uint32_t>(m_depth - 1))};
    for (const std::size_t level : levels) {
        ladder.sizes[level] = freshSize(level, price, random);
        out.push_back(delta(ladder.side, ladder.indexOf(level), ladder.sizes[level], time));
    }
}

} // namespace coinswarm::simulated
