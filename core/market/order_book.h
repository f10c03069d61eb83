// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/state_check.h"

#include <coinswarm/market_data.h>

#include <vector>

namespace coinswarm::market {

enum class BookState : unsigned char {
    Empty, ///< no complete update yet, or one side has no level
    Consistent,
    Crossed, ///< after a complete update the best bid is not below the best ask; not usable until a later update mends it
};

constexpr auto enumNames(BookState)
{
    return std::array<std::string_view, 3>{"empty", "consistent", "crossed"};
}

/// Size at one price.
struct BookLevel {
    Price price;
    Quantity quantity;

    bool operator==(const BookLevel &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("price", self.price);
        visit("quantity", self.quantity);
    }
};

/// The price levels of one instrument, rebuilt from BookDelta. Levels lie in two sorted arrays with the best at the end,
/// where nearly all changes happen. best(), state() and quantities always show the book as of the last complete update.
class OrderBook
{
public:
    /// Applies one level. A quantity of zero removes it; removing a level that is not there is normal. False if the
    /// price is not positive or the quantity is negative: the level is not applied, but `clears` and `completes` are.
    bool apply(const BookDelta &delta);
    void clear();

    BookState state() const { return m_state; }
    /// Best price and its size after the last complete update; zero where that side was empty.
    BookLevel best(Side side) const { return side == Side::Buy ? m_bestBid : m_bestAsk; }
    std::size_t depth(Side side) const { return levels(side).size(); }
    /// `rank` 0 is the best; below depth().
    const BookLevel &level(Side side, std::size_t rank) const { return levels(side)[depth(side) - 1 - rank]; }
    Quantity quantityAt(Side side, Price price) const;
    /// How often a complete update has left a crossed book behind.
    std::uint64_t crossings() const { return m_crossings; }

    template <class V>
    void visitState(V &visit)
    {
        visit("bids", m_bids);
        visit("asks", m_asks);
        visit("best_bid", m_bestBid);
        visit("best_ask", m_bestAsk);
        visit("state", m_state);
        visit("crossings", m_crossings);
    }

private:
    const std::vector<BookLevel> &levels(Side side) const { return side == Side::Buy ? m_bids : m_asks; }
    void publish();

    std::vector<BookLevel> m_bids; ///< ascending
    std::vector<BookLevel> m_asks; ///< descending
    BookLevel m_bestBid;
    BookLevel m_bestAsk;
    BookState m_state = BookState::Empty;
    std::uint64_t m_crossings = 0;
};

} // namespace coinswarm::market
