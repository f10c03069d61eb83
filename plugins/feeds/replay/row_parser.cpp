// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "row_parser.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace coinswarm::replay {

namespace {

// Leaves room for sums of a few of them.
constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max() / 8;
/// More than all the world's money does not change hands in a row.
constexpr double kLargestValue = 1e15;

bool isImpossible(const RowDefect &defect)
{
    return defect.impossible;
}

std::string quoted(std::string_view text)
{
    return '"' + std::string(text.substr(0, 40)) + '"';
}

bool isTrue(std::string_view text)
{
    return text == "1" || text == "true" || text == "True" || text == "TRUE" || text == "t";
}

/// Nearly every number in a file: digits, perhaps a point and up to eight more. Nothing for all others.
std::optional<std::int64_t> shortDecimal(std::string_view text)
{
    static constexpr std::int64_t scales[] = {100'000'000, 10'000'000, 1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
    if (text.empty() || text.size() > 17) {
        return std::nullopt;
    }
    std::int64_t value = 0;
    std::size_t i = 0;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
        value = value * 10 + (text[i] - '0');
    }
    const std::size_t whole = i;
    std::size_t decimals = 0;
    if (i < text.size() && text[i] == '.') {
        for (++i; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
            value = value * 10 + (text[i] - '0');
        }
        decimals = i - whole - 1;
    }
    if (i < text.size() || whole == 0 || whole > 10 || decimals > 8) {
        return std::nullopt;
    }
    return value * scales[decimals];
}

/// Plain decimals exactly; 1e-05, as programs write small floats, through a double.
Result<std::int64_t> decimalOf(std::string_view text)
{
    Result<std::int64_t> plain = detail::parseDecimal(text, true);
    if (plain.ok() || text.find_first_of("eE") == std::string_view::npos) {
        return plain;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        return plain;
    }
    return detail::decimalFromDouble(value);
}

/// A number that a quantity cannot hold, with room for sums of a few; nothing if the text is no such number.
std::optional<double> beyondQuantity(std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool number = error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
    return number && value > Quantity::fromRaw(kLargest).toDouble() ? std::optional(value) : std::nullopt;
}

Price middle(Price a, Price b)
{
    // Both are positive; halves of the last decimal go down.
    return Price::fromRaw(a.raw / 2 + b.raw / 2 + (a.raw % 2 + b.raw % 2) / 2);
}

} // namespace

RowParser::RowParser(CsvLayout layout, InstrumentId instrument, Interval interval, bool repairs)
    : m_layout(std::move(layout)), m_instrument(instrument), m_interval(interval), m_repairs(repairs)
{}

std::optional<Timestamp> RowParser::timeOf(std::span<const std::string_view> row) const
{
    const std::string_view text = m_layout.field(row, Column::Time);
    if (!m_layout.has(Column::TimeOfDay)) {
        return parseTime(text, m_layout.timeUnit);
    }
    const std::string both = std::string(text) + ' ' + std::string(m_layout.field(row, Column::TimeOfDay));
    return parseTime(both, m_layout.timeUnit);
}

bool RowParser::parse(std::span<const std::string_view> row, MarketEvent &event, RowDefects &defects)
{
    if (row.size() != m_layout.width) {
        defects.push_back(
            {"the row has " + std::to_string(row.size()) + " columns instead of " + std::to_string(m_layout.width),
             {}});
        return false;
    }
    const std::optional<Timestamp> time = timeOf(row);
    if (!time) {
        const std::string_view text = m_layout.field(row, Column::Time);
        defects.push_back({text.empty() ? m_layout.nameOf(Column::Time) + " is absent"
                                        : m_layout.nameOf(Column::Time) + " " + quoted(text) + " is not a time",
                           {}});
        return false;
    }
    switch (m_layout.kind) {
    case RowKind::Candles:
    case RowKind::QuoteBars: {
        Candle candle;
        candle.instrument = m_instrument;
        candle.interval = m_interval;
        candle.openTime = *time;
        const bool usable =
            m_layout.kind == RowKind::Candles ? parseCandle(row, candle, defects) : parseQuoteBar(row, candle, defects);
        event = candle;
        return usable;
    }
    case RowKind::Trades: {
        Trade trade;
        trade.instrument = m_instrument;
        trade.time = *time;
        const bool usable = parseTrade(row, trade, defects);
        event = trade;
        return usable;
    }
    case RowKind::Quotes: {
        Quote quote;
        quote.instrument = m_instrument;
        quote.time = *time;
        const bool usable = parseQuote(row, quote, defects);
        event = quote;
        return usable;
    }
    }
    return false;
}

std::optional<std::int64_t> RowParser::number(std::span<const std::string_view> row, Column column,
                                              RowDefects &defects) const
{
    const std::string_view text = m_layout.field(row, column);
    if (text.empty()) {
        defects.push_back({m_layout.nameOf(column) + " is absent", {}});
        return std::nullopt;
    }
    if (const std::optional<std::int64_t> quick = shortDecimal(text)) [[likely]] {
        return quick;
    }
    const Result<std::int64_t> value = decimalOf(text);
    if (!value.ok()) {
        defects.push_back({m_layout.nameOf(column) + ": " + value.error().message, {}});
        return std::nullopt;
    }
    return *value;
}

std::optional<Price> RowParser::price(std::span<const std::string_view> row, Column column, RowDefects &defects) const
{
    const std::optional<std::int64_t> value = number(row, column, defects);
    if (value && *value <= 0) {
        defects.push_back(
            {m_layout.nameOf(column) + " is " + toString(Price::fromRaw(*value)) + "; a price must be above 0", {}});
        return std::nullopt;
    }
    return value ? std::optional(Price::fromRaw(*value)) : std::nullopt;
}

Quantity RowParser::quantity(std::span<const std::string_view> row, Column column, Price price,
                             RowDefects &defects) const
{
    const std::string_view text = m_layout.field(row, column);
    if (const std::optional<double> beyond = shortDecimal(text) ? std::nullopt : beyondQuantity(text)) {
        const std::string what = m_layout.nameOf(column) + " is " + std::string(text);
        if (*beyond * price.toDouble() > kLargestValue) {
            defects.push_back({what + "; that is absurd", m_repairs ? "taken as 0" : std::string()});
            return {};
        }
        // Coins that cost next to nothing are traded by the trillion.
        const Quantity most = Quantity::fromRaw(kLargest);
        defects.push_back({what + ", more than can be counted", "taken as " + toString(most), false});
        return most;
    }
    const std::optional<std::int64_t> value = number(row, column, defects);
    if (value && *value < 0) {
        defects.push_back(
            {m_layout.nameOf(column) + " is " + toString(Quantity::fromRaw(*value)) + "; it cannot be negative", {}});
    }
    const bool sound = value && *value >= 0;
    if (m_repairs && !sound) {
        defects.back().repair = "taken as 0";
    }
    return Quantity::fromRaw(sound ? *value : 0);
}

void RowParser::checkRange(Candle &candle, RowDefects &defects) const
{
    const Price top = std::max(candle.open, candle.close);
    const Price bottom = std::min(candle.open, candle.close);
    if (candle.high >= top && candle.low <= bottom) [[likely]] {
        return;
    }
    if (candle.high < top) {
        defects.push_back({"high " + toString(candle.high) + " is below " + (top == candle.close ? "close " : "open ")
                               + toString(top),
                           m_repairs ? "high raised to " + toString(top) : std::string()});
        candle.high = top;
    }
    if (candle.low > bottom) {
        defects.push_back({"low " + toString(candle.low) + " is above " + (bottom == candle.close ? "close " : "open ")
                               + toString(bottom),
                           m_repairs ? "low lowered to " + toString(bottom) : std::string()});
        candle.low = bottom;
    }
}

bool RowParser::parseCandle(std::span<const std::string_view> row, Candle &candle, RowDefects &defects) const
{
    const std::size_t before = defects.size();
    const std::optional<Price> open = price(row, Column::Open, defects);
    const std::optional<Price> high = price(row, Column::High, defects);
    const std::optional<Price> low = price(row, Column::Low, defects);
    const std::optional<Price> close = price(row, Column::Close, defects);
    if (defects.size() > before) {
        // What the others imply can be filled in, but a bar without its close says nothing.
        if (!m_repairs || !close || (!open && !high && !low)) {
            return false;
        }
        for (std::size_t i = before; i < defects.size(); ++i) {
            defects[i].repair = "taken from the other prices of the bar";
        }
    }
    candle.close = *close;
    candle.open = open.value_or(*close);
    candle.high = high.value_or(std::max(candle.open, candle.close));
    candle.low = low.value_or(std::min(candle.open, candle.close));
    const std::size_t beforeVolume = defects.size();
    if (m_layout.has(Column::Volume)) {
        candle.volume = quantity(row, Column::Volume, candle.close, defects);
    }
    if (m_layout.has(Column::TradeCount)) {
        const std::string_view text = m_layout.field(row, Column::TradeCount);
        std::from_chars(text.data(), text.data() + text.size(), candle.trades);
    }
    checkRange(candle, defects);
    return m_repairs
        || std::none_of(defects.begin() + static_cast<std::ptrdiff_t>(beforeVolume), defects.end(), isImpossible);
}

bool RowParser::parseQuoteBar(std::span<const std::string_view> row, Candle &candle, RowDefects &defects) const
{
    static constexpr Column bids[] = {Column::BidOpen, Column::BidHigh, Column::BidLow, Column::BidClose};
    static constexpr Column asks[] = {Column::AskOpen, Column::AskHigh, Column::AskLow, Column::AskClose};
    Price *const targets[] = {&candle.open, &candle.high, &candle.low, &candle.close};
    bool usable = true;
    for (std::size_t i = 0; i < 4; ++i) {
        const std::optional<Price> bid = price(row, bids[i], defects);
        const std::optional<Price> ask = price(row, asks[i], defects);
        if (!bid || !ask) {
            usable = false;
            continue;
        }
        *targets[i] = middle(*bid, *ask);
    }
    if (!usable) {
        return false;
    }
    for (const Column size : {Column::BidSize, Column::AskSize}) {
        if (m_layout.has(size)) {
            candle.volume += quantity(row, size, candle.close, defects);
        }
    }
    checkRange(candle, defects);
    return m_repairs || std::none_of(defects.begin(), defects.end(), isImpossible);
}

bool RowParser::parseTrade(std::span<const std::string_view> row, Trade &trade, RowDefects &defects)
{
    const std::optional<Price> tradePrice = price(row, Column::TradePrice, defects);
    const std::optional<std::int64_t> size = number(row, Column::TradeQuantity, defects);
    if (size && *size <= 0) {
        defects.push_back({m_layout.nameOf(Column::TradeQuantity) + " is " + toString(Quantity::fromRaw(*size))
                               + "; a trade has a size",
                           {}});
    }
    if (!tradePrice || !size || *size <= 0) {
        return false;
    }
    trade.price = *tradePrice;
    trade.quantity = Quantity::fromRaw(*size);
    if (m_layout.has(Column::TradeId)) {
        const std::string_view text = m_layout.field(row, Column::TradeId);
        std::from_chars(text.data(), text.data() + text.size(), trade.venueTradeId);
    }
    if (m_layout.has(Column::BuyerIsMaker)) {
        trade.aggressor = isTrue(m_layout.field(row, Column::BuyerIsMaker)) ? Side::Sell : Side::Buy;
    } else if (m_layout.has(Column::TakerSide)) {
        const std::string_view text = m_layout.field(row, Column::TakerSide);
        const char first = text.empty() ? 'b' : text.front();
        trade.aggressor = first == 's' || first == 'S' ? Side::Sell : Side::Buy;
    } else {
        if (trade.price != m_lastPrice && !m_lastPrice.isZero()) {
            m_lastSide = trade.price > m_lastPrice ? Side::Buy : Side::Sell;
        }
        m_lastPrice = trade.price;
        trade.aggressor = m_lastSide;
    }
    return true;
}

bool RowParser::parseQuote(std::span<const std::string_view> row, Quote &quote, RowDefects &defects) const
{
    const std::optional<Price> bid = price(row, Column::Bid, defects);
    const std::optional<Price> ask = price(row, Column::Ask, defects);
    if (!bid || !ask) {
        return false;
    }
    quote.bid = *bid;
    quote.ask = *ask;
    if (m_layout.has(Column::BidSize)) {
        quote.bidQuantity = quantity(row, Column::BidSize, quote.bid, defects);
    }
    if (m_layout.has(Column::AskSize)) {
        quote.askQuantity = quantity(row, Column::AskSize, quote.ask, defects);
    }
    if (quote.bid > quote.ask) {
        defects.push_back({"bid " + toString(quote.bid) + " is above ask " + toString(quote.ask),
                           m_repairs ? "bid and ask swapped" : std::string(),
                           false}); // seen where several dealers' quotes are merged
        if (m_repairs) {
            std::swap(quote.bid, quote.ask);
            std::swap(quote.bidQuantity, quote.askQuantity);
        }
    }
    return m_repairs || std::none_of(defects.begin(), defects.end(), isImpossible);
}

} // namespace coinswarm::replay
