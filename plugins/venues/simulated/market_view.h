// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "book_side.h"

#include <coinswarm/market_data.h>

namespace coinswarm::simulated {

/// What the venue knows of one market, and from how good a source: a book beats trades, trades beat bars.
struct MarketView {
    enum class Source : unsigned char { Nothing, Bars, Trades, Quotes, Book };

    Instrument instrument;
    Source source = Source::Nothing;
    BookSide bids{Side::Buy};
    BookSide asks{Side::Sell};
    bool bookComplete = false; ///< false between the deltas of one update
    bool volumeKnown = false; ///< some bar had a volume, so that a bar without one had no trades
    Price last; ///< last trade or close; zero before the first

    bool hasBook() const { return source >= Source::Quotes; }
    /// The side that an order of `side` takes from.
    BookSide &opposite(Side side) { return side == Side::Buy ? asks : bids; }
    BookSide &own(Side side) { return side == Side::Buy ? bids : asks; }
    /// What a stop looks at: the last trade, or what could be traded at, or zero.
    Price triggerPrice(Side side) { return source == Source::Quotes || last.isZero() ? opposite(side).best() : last; }

    void apply(const BookDelta &delta);
    void apply(const Quote &quote);
};

} // namespace coinswarm::simulated
