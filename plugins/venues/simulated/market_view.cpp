// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market_view.h"

namespace coinswarm::simulated {

void MarketView::apply(const BookDelta &delta)
{
    if (delta.clears || source != Source::Book) {
        bids.clear();
        asks.clear();
    }
    source = Source::Book;
    own(delta.side).set(delta.price, delta.quantity);
    bookComplete = delta.completes;
}

void MarketView::apply(const Quote &quote)
{
    if (source == Source::Book) {
        return;
    }
    // Trades that were seen as well keep feeding `last`, but fills follow the quotes.
    source = Source::Quotes;
    bids.clear();
    asks.clear();
    bids.set(quote.bid, quote.bidQuantity.isPositive() ? quote.bidQuantity : BookSide::kUnknownSize);
    asks.set(quote.ask, quote.askQuantity.isPositive() ? quote.askQuantity : BookSide::kUnknownSize);
    bookComplete = true;
}

} // namespace coinswarm::simulated
