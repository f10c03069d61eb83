// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/order_book.h"

#include <algorithm>

namespace coinswarm::market {

namespace {

template <class Before>
void setLevel(std::vector<BookLevel> &levels, Price price, Quantity quantity, Before before)
{
    // Most changes are near the top: a few steps from the end beat a binary search through thousands of levels.
    constexpr std::ptrdiff_t near = 8;
    auto first = levels.begin();
    const auto last = levels.end();
    if (last - first > near && before((last - near)->price, price)) {
        first = last - near;
    }
    const auto at =
        std::lower_bound(first, last, price, [&](const BookLevel &level, Price p) { return before(level.price, p); });
    const bool present = at != last && at->price == price;
    if (quantity.isZero()) {
        if (present) {
            levels.erase(at);
        }
    } else if (present) {
        at->quantity = quantity;
    } else {
        levels.insert(at, BookLevel{price, quantity});
    }
}

} // namespace

bool OrderBook::apply(const BookDelta &delta)
{
    if (delta.clears) {
        m_bids.clear();
        m_asks.clear();
    }
    const bool valid = delta.price.isPositive() && !delta.quantity.isNegative();
    if (valid) {
        if (delta.side == Side::Buy) {
            setLevel(m_bids, delta.price, delta.quantity, std::less<>());
        } else {
            setLevel(m_asks, delta.price, delta.quantity, std::greater<>());
        }
    }
    if (delta.completes) {
        publish();
    }
    return valid;
}

void OrderBook::clear()
{
    m_bids.clear();
    m_asks.clear();
    publish();
}

Quantity OrderBook::quantityAt(Side side, Price price) const
{
    const auto &all = levels(side);
    const auto at = std::lower_bound(all.begin(), all.end(), price, [side](const BookLevel &level, Price p) {
        return side == Side::Buy ? level.price < p : level.price > p;
    });
    return at != all.end() && at->price == price ? at->quantity : Quantity();
}

void OrderBook::publish()
{
    m_bestBid = m_bids.empty() ? BookLevel() : m_bids.back();
    m_bestAsk = m_asks.empty() ? BookLevel() : m_asks.back();
    if (m_bids.empty() || m_asks.empty()) {
        m_state = BookState::Empty;
    } else if (m_bestBid.price < m_bestAsk.price) {
        m_state = BookState::Consistent;
    } else {
        m_state = BookState::Crossed;
        ++m_crossings;
    }
}

} // namespace coinswarm::market
