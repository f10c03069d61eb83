// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/decimal.h>
#include <coinswarm/fill.h>
#include <coinswarm/instrument.h>

#include <vector>

namespace coinswarm::simulated {

/// A part of an order that the market would take.
struct Execution {
    Price price;
    Quantity quantity;
    Liquidity liquidity = Liquidity::Taker;
};

/// The bids or the asks of a book. What is taken from a level stays taken until the market says its size anew.
class BookSide
{
public:
    /// Stands for a size that the market does not tell.
    static constexpr Quantity kUnknownSize = Quantity::fromRaw(1'000'000'000'000'000'000);

    explicit BookSide(Side side) : m_side(side) {}

    void clear() { m_levels.clear(); }
    /// Zero removes the level.
    void set(Price price, Quantity quantity);
    bool empty() const { return m_levels.empty(); }
    Price best() const { return m_levels.empty() ? Price() : m_levels.back().price; }
    /// What stands at exactly this price.
    Quantity at(Price price) const;
    /// What an order with this limit could take; a zero limit takes any price.
    Quantity available(Price limit) const;
    /// Takes up to `wanted` from the best level on.
    void take(Quantity wanted, Price limit, std::vector<Execution> &out);
    /// True if a level at `price` would be matched by an order of the other side limited to `limit`.
    bool reaches(Price price, Price limit) const
    {
        return limit.isZero() || (m_side == Side::Sell ? price <= limit : price >= limit);
    }

private:
    struct Level {
        Price price;
        Quantity quantity;
    };

    /// True if `a` is further from the market than `b`.
    bool isWorse(Price a, Price b) const { return m_side == Side::Buy ? a < b : a > b; }

    Side m_side;
    std::vector<Level> m_levels; ///< best last, where most changes are
};

} // namespace coinswarm::simulated
