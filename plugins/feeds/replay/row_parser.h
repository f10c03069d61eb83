// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "csv_layout.h"
#include "row_defects.h"

#include <coinswarm/market_data.h>

#include <span>

namespace coinswarm::replay {

/// Turns the fields of one row into a market event and says what is wrong with them. Knows nothing of other rows,
/// except that a trade without a side takes it from the direction of the last price change (the tick rule).
class RowParser
{
public:
    RowParser(CsvLayout layout, InstrumentId instrument, Interval interval, bool repairs);

    /// The time of a row, nothing if it cannot be read. For a candle it is the open time.
    std::optional<Timestamp> timeOf(std::span<const std::string_view> row) const;
    /// True if `event` holds a usable event. Defects are appended; those with a repair text are mended in `event`,
    /// any other impossible one makes the result false. Numbers with more than eight decimals are rounded.
    bool parse(std::span<const std::string_view> row, MarketEvent &event, RowDefects &defects);

private:
    std::optional<std::int64_t> number(std::span<const std::string_view> row, Column column, RowDefects &defects) const;
    std::optional<Price> price(std::span<const std::string_view> row, Column column, RowDefects &defects) const;
    /// `price` says whether a quantity beyond counting is one of a cheap coin or absurd.
    Quantity quantity(std::span<const std::string_view> row, Column column, Price price, RowDefects &defects) const;
    bool parseCandle(std::span<const std::string_view> row, Candle &candle, RowDefects &defects) const;
    bool parseQuoteBar(std::span<const std::string_view> row, Candle &candle, RowDefects &defects) const;
    bool parseTrade(std::span<const std::string_view> row, Trade &trade, RowDefects &defects);
    bool parseQuote(std::span<const std::string_view> row, Quote &quote, RowDefects &defects) const;
    void checkRange(Candle &candle, RowDefects &defects) const;

    CsvLayout m_layout;
    InstrumentId m_instrument;
    Interval m_interval;
    bool m_repairs;
    Price m_lastPrice; ///< tick rule
    Side m_lastSide = Side::Buy;
};

} // namespace coinswarm::replay
