// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "csv_layout.h"

#include <algorithm>

namespace coinswarm::replay {

namespace {

struct Alias {
    std::string_view name;
    Column column;
};

// Of two columns with one meaning the alias that stands first here wins: a venue's time before a local one.
constexpr Alias kAliases[] = {
    {"ts_ms", Column::Time},
    {"trade_ts_ms", Column::Time},
    {"open_time", Column::Time},
    {"opentime", Column::Time},
    {"timestamp", Column::Time},
    {"ts", Column::Time},
    {"unix", Column::Time},
    {"unix_timestamp", Column::Time},
    {"time_ms", Column::Time},
    {"timestamp_ms", Column::Time},
    {"datetime", Column::Time},
    {"date_time", Column::Time},
    {"date", Column::Time},
    {"time", Column::Time},
    {"ts_us", Column::Time},
    {"ts_ns", Column::Time},
    {"ts_s", Column::Time},
    {"transact_time", Column::Time},
    {"event_time", Column::Time},
    {"recv_ts_ns", Column::Time},
    {"local_timestamp", Column::Time},
    {"open", Column::Open},
    {"o", Column::Open},
    {"high", Column::High},
    {"h", Column::High},
    {"low", Column::Low},
    {"l", Column::Low},
    {"close", Column::Close},
    {"c", Column::Close},
    {"volume", Column::Volume},
    {"vol", Column::Volume},
    {"v", Column::Volume},
    {"base_volume", Column::Volume},
    {"trades", Column::TradeCount},
    {"count", Column::TradeCount},
    {"number_of_trades", Column::TradeCount},
    {"tradecount", Column::TradeCount},
    {"price", Column::TradePrice},
    {"p", Column::TradePrice},
    {"qty", Column::TradeQuantity},
    {"quantity", Column::TradeQuantity},
    {"amount", Column::TradeQuantity},
    {"size", Column::TradeQuantity},
    {"q", Column::TradeQuantity},
    {"trade_id", Column::TradeId},
    {"tradeid", Column::TradeId},
    {"agg_trade_id", Column::TradeId},
    {"id", Column::TradeId},
    {"is_buyer_maker", Column::BuyerIsMaker},
    {"isbuyermaker", Column::BuyerIsMaker},
    {"buyer_maker", Column::BuyerIsMaker},
    {"side", Column::TakerSide},
    {"taker_side", Column::TakerSide},
    {"aggressor", Column::TakerSide},
    {"bid", Column::Bid},
    {"bid_price", Column::Bid},
    {"best_bid", Column::Bid},
    {"ask", Column::Ask},
    {"ask_price", Column::Ask},
    {"best_ask", Column::Ask},
    {"bid_size", Column::BidSize},
    {"bid_qty", Column::BidSize},
    {"bid_amount", Column::BidSize},
    {"ask_size", Column::AskSize},
    {"ask_qty", Column::AskSize},
    {"ask_amount", Column::AskSize},
    {"bid_open", Column::BidOpen},
    {"bid_high", Column::BidHigh},
    {"bid_low", Column::BidLow},
    {"bid_close", Column::BidClose},
    {"ask_open", Column::AskOpen},
    {"ask_high", Column::AskHigh},
    {"ask_low", Column::AskLow},
    {"ask_close", Column::AskClose},
};

std::string normalised(std::string_view name)
{
    std::string result;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z') {
            result += static_cast<char>(c - 'A' + 'a');
        } else if (c == ' ' || c == '-' || c == '.') {
            result += '_';
        } else {
            result += c;
        }
    }
    return result;
}

bool isNumeric(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("0123456789.+-eE") == std::string_view::npos
        && text.find_first_of("0123456789") != std::string_view::npos;
}

bool isTruthValue(std::string_view text)
{
    const std::string word = normalised(text);
    return word == "true" || word == "false";
}

void put(CsvLayout &layout, Column column, std::size_t index, std::string_view name)
{
    layout.index[static_cast<std::size_t>(column)] = static_cast<int>(index);
    layout.name[static_cast<std::size_t>(column)] = std::string(name);
}

void putInOrder(CsvLayout &layout, std::initializer_list<std::pair<Column, std::string_view>> columns)
{
    std::size_t index = 0;
    for (const auto &[column, name] : columns) {
        if (!name.empty()) {
            put(layout, column, index, name);
        }
        ++index;
    }
}

bool recogniseBareRow(const std::vector<std::string_view> &row, CsvLayout &layout)
{
    layout.hasHeader = false;
    if (row.size() == 7 && isTruthValue(row[5])) {
        putInOrder(layout,
                   {{Column::TradeId, "trade id"},
                    {Column::TradePrice, "price"},
                    {Column::TradeQuantity, "quantity"},
                    {Column::Volume, ""},
                    {Column::Time, "time"},
                    {Column::BuyerIsMaker, "is buyer maker"}});
        return true;
    }
    if (row.size() != 12 && row.size() != 6 && row.size() != 5) {
        return false;
    }
    putInOrder(layout,
               {{Column::Time, "open time"},
                {Column::Open, "open"},
                {Column::High, "high"},
                {Column::Low, "low"},
                {Column::Close, "close"}});
    if (row.size() >= 6) {
        put(layout, Column::Volume, 5, "volume");
    }
    if (row.size() == 12) {
        put(layout, Column::TradeCount, 8, "number of trades");
    }
    return true;
}

void recogniseHeader(const std::vector<std::string_view> &row, CsvLayout &layout)
{
    std::vector<std::string> names;
    for (const std::string_view field : row) {
        names.push_back(normalised(field));
    }
    for (const Alias &alias : kAliases) {
        const auto found = std::find(names.begin(), names.end(), alias.name);
        if (found != names.end() && !layout.has(alias.column)) {
            const auto at = static_cast<std::size_t>(found - names.begin());
            put(layout, alias.column, at, row[at]);
        }
    }
    // "Volume BTC" beside "Volume USDT": the base currency stands first in all known exports.
    for (std::size_t i = 0; i < names.size() && !layout.has(Column::Volume); ++i) {
        if (names[i].starts_with("volume_") || names[i].starts_with("volume(")) {
            put(layout, Column::Volume, i, row[i]);
        }
    }
    // A day in one column and the time of day in another.
    const auto time = std::find(names.begin(), names.end(), "time");
    if (time != names.end() && layout.has(Column::Time) && normalised(layout.nameOf(Column::Time)) == "date") {
        const auto at = static_cast<std::size_t>(time - names.begin());
        put(layout, Column::TimeOfDay, at, row[at]);
    }
}

bool hasAll(const CsvLayout &layout, std::initializer_list<Column> columns)
{
    return std::all_of(columns.begin(), columns.end(), [&](Column c) { return layout.has(c); });
}

} // namespace

Result<CsvLayout> recogniseLayout(const std::vector<std::string_view> &firstRow, std::string_view wanted)
{
    CsvLayout layout;
    layout.index.fill(-1);
    layout.width = firstRow.size();
    const bool bare = !firstRow.empty() && isNumeric(firstRow[0]);
    if (!bare) {
        recogniseHeader(firstRow, layout);
    } else if (!recogniseBareRow(firstRow, layout)) {
        return invalid("the file has no header row and " + std::to_string(firstRow.size())
                       + " columns; without a header only Binance's kline files (12 columns) and time, open, high, "
                         "low, close, volume are known. Add a first row that names the columns.");
    }
    const bool candles = hasAll(layout, {Column::Open, Column::High, Column::Low, Column::Close});
    const bool bars = hasAll(layout,
                             {Column::BidOpen, Column::BidHigh, Column::BidLow, Column::BidClose, Column::AskOpen,
                              Column::AskHigh, Column::AskLow, Column::AskClose});
    const bool trades = hasAll(layout, {Column::TradePrice, Column::TradeQuantity});
    const bool quotes = hasAll(layout, {Column::Bid, Column::Ask});
    std::string found;
    for (const std::string_view name : firstRow) {
        found += (found.empty() ? "" : ", ") + std::string(name.substr(0, 40));
    }
    if (!layout.has(Column::Time)) {
        return invalid("no time column among: " + found.substr(0, 400)
                       + ". Name one of them ts_ms, timestamp, time, date or open_time.");
    }
    const bool any = wanted == "auto";
    if (candles && (any || wanted == "candles")) {
        layout.kind = RowKind::Candles;
    } else if (bars && (any || wanted == "candles")) {
        layout.kind = RowKind::QuoteBars;
    } else if (trades && (any || wanted == "trades")) {
        layout.kind = RowKind::Trades;
    } else if (quotes && (any || wanted == "quotes")) {
        layout.kind = RowKind::Quotes;
    } else {
        return invalid("no " + std::string(any ? "candles, trades or quotes" : wanted)
                       + " among the columns: " + found.substr(0, 400)
                       + ". Candles need open, high, low and close; trades need price and qty; "
                         "quotes need bid and ask.");
    }
    layout.timeUnit = bare ? TimeUnit::ByMagnitude : unitOfColumn(normalised(layout.nameOf(Column::Time)));
    return layout;
}

} // namespace coinswarm::replay
