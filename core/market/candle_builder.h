// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/market_data.h>
#include <coinswarm/result.h>

#include "market/state_check.h"

#include <limits>
#include <optional>
#include <vector>

namespace coinswarm::market {

/// Builds the candles of one instrument at several intervals.
///
/// Trades make bars of the base (smallest) interval by the trade's own time; a bar begins at a multiple of its interval
/// since 1970-01-01T00:00:00Z. Each larger interval is rolled up from the closed bars of the largest smaller interval
/// that divides it. A bar closes when data of a later bar arrives or advanceTo() reaches its end, whichever is first; a
/// rolled-up bar also as soon as its last part has closed. Intervals without data make no bar. Closed bars are final:
/// data that belongs to an already closed or skipped time is refused and counted by the caller.
///
/// A feed may deliver closed bars instead, at any of the intervals, with any alignment; they roll up likewise.
/// Prices and volumes are exact. Closed bars are appended to a list of the caller, smaller intervals first.
class CandleBuilder
{
public:
    /// The rules for `intervals`: not empty, ascending, positive, each a multiple of the first.
    static Result<void> check(const std::vector<Interval> &intervals);

    /// `intervals` has passed check().
    CandleBuilder(InstrumentId instrument, const std::vector<Interval> &intervals);

    /// False if the trade is older than the open bar, or belongs to a closed one, and was not used.
    bool onTrade(const Trade &trade, std::vector<Candle> &closed)
    {
        Level &base = m_levels.front();
        if (trade.time.ns >= base.end || trade.time < base.bar.openTime) {
            return onTradeOutside(trade, closed);
        }
        Candle &bar = base.bar;
        bar.high = std::max(bar.high, trade.price);
        bar.low = std::min(bar.low, trade.price);
        bar.close = trade.price;
        bar.volume += trade.quantity;
        ++bar.trades;
        return true;
    }

    /// Takes a closed bar. False if its interval is not configured or it does not follow that interval's last bar.
    bool onCandle(const Candle &candle, std::vector<Candle> &closed);

    /// Closes every bar that has ended by `now`.
    void advanceTo(Timestamp now, std::vector<Candle> &closed);

    /// When the first of the open bars ends; nothing if none is open.
    std::optional<Timestamp> nextClose() const;
    /// When the open bar of the base interval ends, in nanoseconds; a number that no bar ends at if none is open.
    std::int64_t baseEnd() const { return m_levels.front().end; }

    /// The bar that is still growing, with everything seen so far, also at larger intervals.
    std::optional<Candle> openCandle(Interval interval) const;

    const std::vector<Interval> &intervals() const { return m_intervals; }
    /// Position of `interval` in intervals(), or intervals().size().
    std::size_t levelOf(Interval interval) const;

    template <class V>
    void visitState(V &visit)
    {
        for (Level &level : m_levels) {
            visit("bar", level.bar);
            visit("end", level.end);
            visit("last_open", level.lastOpen);
            visit("closed_until", level.closedUntil);
        }
        visit("next_close", m_nextClose);
    }

private:
    static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();

    /// The bars of one interval.
    struct Level {
        Candle bar; ///< the open bar, if there is one
        std::int64_t end = kNever; ///< when the open bar ends; kNever if none is open
        std::int64_t lastOpen = kNever; ///< open time of the latest bar, open or closed
        std::int64_t closedUntil = kNever; ///< end of the latest closed bar
        std::size_t parent = 0; ///< the level it is rolled up from; its own for the base

        bool open() const { return end != kNever; }
    };

    bool onTradeOutside(const Trade &trade, std::vector<Candle> &closed);
    void start(Level &level, const Candle &first, Timestamp openTime);
    void close(std::size_t index, std::vector<Candle> &closed);
    void rollUp(std::size_t from, const Candle &part, std::vector<Candle> &closed);
    void addPart(std::size_t index, const Candle &part, std::vector<Candle> &closed);
    void closeEnded(Timestamp time, std::vector<Candle> &closed);
    void findNextClose();

    InstrumentId m_instrument;
    std::vector<Interval> m_intervals;
    std::vector<Level> m_levels; ///< parallel to m_intervals
    std::int64_t m_nextClose = std::numeric_limits<std::int64_t>::max();
};

} // namespace coinswarm::market
