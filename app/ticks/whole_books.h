// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/order_book.h"

#include <coinswarm/market_data.h>

#include <map>
#include <vector>

namespace coinswarm::ticks {

/// Follows the books of a stream of events, to say now and then what they look like as a whole: who begins to read between
/// two changes, or has missed some, would never know the levels that do not change.
///
/// Thread: one.
class WholeBooks
{
public:
    void onEvent(const MarketEvent &event);
    /// Events were lost before they came here: no book is known any more until its feed shows it whole.
    void forget();
    /// All books that are known from their first level on, each as one update that replaces what the reader has. A book in
    /// the middle of an update is left out.
    std::vector<MarketEvent> show() const;

private:
    struct Book {
        market::OrderBook levels;
        bool known = false; ///< the feed has shown it whole
        bool complete = false; ///< not in the middle of an update
    };

    std::map<InstrumentId, Book> m_books;
    Timestamp m_last; ///< of all events
};

} // namespace coinswarm::ticks
