// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ticks/whole_books.h"

#include <algorithm>

namespace coinswarm::ticks {

void WholeBooks::onEvent(const MarketEvent &event)
{
    m_last = std::max(m_last, visibleAt(event));
    const auto *delta = std::get_if<BookDelta>(&event);
    if (delta == nullptr) {
        return;
    }
    Book &book = m_books[delta->instrument];
    book.levels.apply(*delta);
    book.known = book.known || delta->clears;
    book.complete = delta->completes;
}

void WholeBooks::forget()
{
    for (auto &[instrument, book] : m_books) {
        book.known = false;
    }
}

std::vector<MarketEvent> WholeBooks::show() const
{
    std::vector<MarketEvent> out;
    for (const auto &[instrument, book] : m_books) {
        if (!book.known || !book.complete || book.levels.state() != market::BookState::Consistent) {
            continue;
        }
        bool first = true;
        for (const Side side : {Side::Buy, Side::Sell}) {
            for (std::size_t rank = 0; rank < book.levels.depth(side); ++rank) {
                const market::BookLevel &level = book.levels.level(side, rank);
                out.emplace_back(BookDelta{instrument, side, first, false, level.price, level.quantity, m_last});
                first = false;
            }
        }
        // A consistent book has levels on both sides.
        std::get<BookDelta>(out.back()).completes = true;
    }
    return out;
}

} // namespace coinswarm::ticks
