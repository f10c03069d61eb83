// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/decimal.h>
#include <coinswarm/fields.h>
#include <coinswarm/ids.h>
#include <coinswarm/instrument.h>
#include <coinswarm/timestamp.h>

#include <variant>

namespace coinswarm {

/// Length of a candle in whole seconds.
struct Interval {
    std::int32_t seconds = 0;

    constexpr Duration duration() const { return std::chrono::seconds(seconds); }
    friend constexpr auto operator<=>(Interval, Interval) = default;
};

/// One trade at a venue. `time` is the venue's; the engine's own time is when it was received.
struct Trade {
    InstrumentId instrument;
    Side aggressor = Side::Buy; ///< the side that took liquidity
    Price price;
    Quantity quantity;
    Timestamp time;
    std::uint64_t venueTradeId = 0; ///< 0 if the venue gives none

    bool operator==(const Trade &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("instrument", self.instrument);
        visit("aggressor", self.aggressor);
        visit("price", self.price);
        visit("quantity", self.quantity);
        visit("time", self.time);
        visit("venue_trade_id", self.venueTradeId);
    }
};

/// Best bid and ask with their sizes.
struct Quote {
    InstrumentId instrument;
    Price bid;
    Price ask;
    Quantity bidQuantity;
    Quantity askQuantity;
    Timestamp time;

    bool operator==(const Quote &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("instrument", self.instrument);
        visit("bid", self.bid);
        visit("ask", self.ask);
        visit("bid_quantity", self.bidQuantity);
        visit("ask_quantity", self.askQuantity);
        visit("time", self.time);
    }
};

/// How one price level of a book changed.
struct BookDelta {
    InstrumentId instrument;
    Side side = Side::Buy; ///< Buy = bids
    bool clears = false; ///< the book is emptied before this level is applied (first level of a snapshot)
    bool completes = true; ///< the book is consistent after this level (last level of an update)
    Price price;
    Quantity quantity; ///< the level's new size; zero removes it
    Timestamp time;

    bool operator==(const BookDelta &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("instrument", self.instrument);
        visit("side", self.side);
        visit("clears", self.clears);
        visit("completes", self.completes);
        visit("price", self.price);
        visit("quantity", self.quantity);
        visit("time", self.time);
    }
};

/// Open, high, low, close and volume of one interval. Delivered by a feed only when it is complete: a bar is visible
/// at its close, openTime + interval.
struct Candle {
    InstrumentId instrument;
    Interval interval;
    Timestamp openTime;
    Price open;
    Price high;
    Price low;
    Price close;
    Quantity volume;
    std::uint32_t trades = 0; ///< 0 where the source does not say

    constexpr Timestamp closeTime() const { return openTime + interval.duration(); }
    bool operator==(const Candle &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("instrument", self.instrument);
        visit("interval", self.interval);
        visit("open_time", self.openTime);
        visit("open", self.open);
        visit("high", self.high);
        visit("low", self.low);
        visit("close", self.close);
        visit("volume", self.volume);
        visit("trades", self.trades);
    }
};

/// Everything a feed can say about a market.
using MarketEvent = std::variant<Trade, Quote, BookDelta, Candle>;

/// When `event` became visible: a candle's close, otherwise the venue's time.
inline Timestamp visibleAt(const MarketEvent &event)
{
    if (const auto *candle = std::get_if<Candle>(&event)) {
        return candle->closeTime();
    }
    return std::visit(
        [](const auto &e) -> Timestamp {
            if constexpr (requires { e.time; }) {
                return e.time;
            } else {
                return {};
            }
        },
        event);
}

} // namespace coinswarm
