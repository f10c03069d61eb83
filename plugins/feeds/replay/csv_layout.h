// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "csv_time.h"

#include <coinswarm/result.h>

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace coinswarm::replay {

/// What a file's rows are.
enum class RowKind : unsigned char {
    Candles, ///< open, high, low, close
    QuoteBars, ///< bid_open … ask_close: become candles of the middle between bid and ask
    Trades, ///< price and quantity
    Quotes, ///< bid and ask
};

/// Everything a column can mean.
enum class Column : unsigned char {
    Time,
    TimeOfDay,
    Open,
    High,
    Low,
    Close,
    Volume,
    TradeCount,
    TradePrice,
    TradeQuantity,
    TradeId,
    BuyerIsMaker,
    TakerSide,
    Bid,
    Ask,
    BidSize,
    AskSize,
    BidOpen,
    BidHigh,
    BidLow,
    BidClose,
    AskOpen,
    AskHigh,
    AskLow,
    AskClose,
};
inline constexpr std::size_t kColumns = 25;

/// Where a file keeps what.
struct CsvLayout {
    RowKind kind = RowKind::Candles;
    bool hasHeader = true;
    std::size_t width = 0; ///< fields per row
    TimeUnit timeUnit = TimeUnit::ByMagnitude;
    std::array<int, kColumns> index{}; ///< of each Column in a row, -1 if the file lacks it
    std::array<std::string, kColumns> name; ///< as the header spells it, for messages

    bool has(Column column) const { return index[static_cast<std::size_t>(column)] >= 0; }
    std::string_view field(std::span<const std::string_view> row, Column column) const
    {
        return row[static_cast<std::size_t>(index[static_cast<std::size_t>(column)])];
    }
    const std::string &nameOf(Column column) const { return name[static_cast<std::size_t>(column)]; }
};

/// Recognises the columns by the names in the first row, whatever their case and order. A first row of numbers is taken
/// as the layout of Binance's kline files (12 columns), of its trade files (7 with a truth value at the sixth place) or
/// as time, open, high, low, close[, volume] (5 or 6). `wanted` is "auto", "candles", "trades" or "quotes".
/// The error lists the columns that were found and those that would do.
Result<CsvLayout> recogniseLayout(const std::vector<std::string_view> &firstRow, std::string_view wanted);

} // namespace coinswarm::replay
