// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "book_side.h"

#include <algorithm>

namespace coinswarm::simulated {

void BookSide::set(Price price, Quantity quantity)
{
    const auto at = std::lower_bound(m_levels.begin(), m_levels.end(), price,
                                     [this](const Level &level, Price p) { return isWorse(level.price, p); });
    const bool found = at != m_levels.end() && at->price == price;
    if (!quantity.isPositive()) {
        if (found) {
            m_levels.erase(at);
        }
    } else if (found) {
        at->quantity = quantity;
    } else {
        m_levels.insert(at, Level{price, quantity});
    }
}

Quantity BookSide::at(Price price) const
{
    const auto at = std::lower_bound(m_levels.begin(), m_levels.end(), price,
                                     [this](const Level &level, Price p) { return isWorse(level.price, p); });
    return at != m_levels.end() && at->price == price ? at->quantity : Quantity();
}

Quantity BookSide::available(Price limit) const
{
    Quantity sum;
    for (auto level = m_levels.rbegin(); level != m_levels.rend() && reaches(level->price, limit); ++level) {
        // Several unknown sizes are still just unknown.
        sum = sum >= kUnknownSize || level->quantity >= kUnknownSize ? kUnknownSize : sum + level->quantity;
    }
    return sum;
}

void BookSide::take(Quantity wanted, Price limit, std::vector<Execution> &out)
{
    while (wanted.isPositive() && !m_levels.empty() && reaches(m_levels.back().price, limit)) {
        Level &level = m_levels.back();
        const Quantity part = std::min(wanted, level.quantity);
        out.push_back({level.price, part, Liquidity::Taker});
        wanted -= part;
        level.quantity -= part;
        if (level.quantity.isZero()) {
            m_levels.pop_back();
        }
    }
}

} // namespace coinswarm::simulated
