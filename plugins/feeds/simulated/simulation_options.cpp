// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulation_options.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <string>

namespace coinswarm::simulated {

namespace {

/// What well-known coins roughly cost and how lively they are; others start at 100.
struct KnownCoin {
    std::string_view base;
    double price;
    double minuteVolatility;
};
constexpr KnownCoin kCoins[] = {
    {"BTC", 64'000, 0.0006}, {"ETH", 3'200, 0.0007}, {"SOL", 150, 0.0009},  {"BNB", 580, 0.0006},
    {"XRP", 0.55, 0.0008},   {"ADA", 0.45, 0.0008},  {"DOGE", 0.12, 0.001}, {"LTC", 80, 0.0007},
};

std::vector<std::string> parts(std::string_view text)
{
    std::vector<std::string> result;
    std::string word;
    for (const char c : text) {
        if (c == ',' || c == ' ' || c == ';') {
            if (!word.empty()) {
                result.push_back(word);
            }
            word.clear();
        } else {
            word += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
    }
    if (!word.empty()) {
        result.push_back(word);
    }
    return result;
}

std::int64_t powerOfTen(int exponent)
{
    std::int64_t value = 1;
    for (int i = 0; i < exponent; ++i) {
        value *= 10;
    }
    return value;
}

/// The largest 10ⁿ (in units of 10⁻⁸) that is not above `value`; at least the unit.
std::int64_t decadeBelow(double value)
{
    int exponent = 0;
    while (exponent < 18 && static_cast<double>(powerOfTen(exponent + 1)) <= value * 1e8) {
        ++exponent;
    }
    return powerOfTen(exponent);
}

SimulatedInstrument simulatedInstrument(const std::string &symbol, double price, double volatility, std::uint32_t id)
{
    SimulatedInstrument result;
    result.startPrice = price;
    result.minuteVolatility = volatility;
    result.instrument.id = InstrumentId(id);
    result.instrument.symbol = symbol;
    const std::size_t dash = symbol.find('-');
    result.instrument.base = symbol.substr(0, dash);
    result.instrument.quote = symbol.substr(dash + 1);
    result.instrument.tick = Price::fromRaw(decadeBelow(price * 1e-5));
    result.instrument.lot = Quantity::fromRaw(std::min(decadeBelow(1 / price), std::int64_t{100'000'000}));
    result.instrument.minimumQuantity = result.instrument.lot;
    // 1, 2 or 5 times a power of ten, as order books are drawn.
    const double wanted = price * 5e-5;
    const std::int64_t decade = decadeBelow(wanted);
    const double factor = wanted * 1e8 / static_cast<double>(decade);
    const std::int64_t grid = decade * (factor >= 5 ? 5 : factor >= 2 ? 2 : 1);
    result.grid = Price::fromRaw(std::max(grid, result.instrument.tick.raw));
    return result;
}

Result<std::map<std::string, double>> startPrices(const std::string &text)
{
    std::map<std::string, double> prices;
    for (const std::string &entry : parts(text)) {
        const std::size_t equals = entry.find('=');
        const Result<Price> price = Price::parse(equals == std::string::npos ? "" : entry.substr(equals + 1));
        if (!price.ok() || *price < Price::fromRaw(100'000) || *price > Price::fromInteger(10'000'000)) {
            return invalid("\"start_prices\" has \"" + entry
                           + "\"; expected a coin and a price from 0.001 to 10000000, as in BTC=64000,ETH=3200");
        }
        prices[entry.substr(0, equals)] = price->toDouble();
    }
    return prices;
}

Result<Timestamp> startOf(const std::string &text)
{
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    unsigned hour = 0;
    unsigned minute = 0;
    int used = 0;
    const int fields = std::sscanf(text.c_str(), "%4d-%2u-%2uT%2u:%2uZ%n", &year, &month, &day, &hour, &minute, &used);
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (fields != 5 || static_cast<std::size_t>(used) != text.size() || !date.ok() || year < 1970 || year > 2199
        || hour > 23 || minute > 59)
    {
        return invalid("\"start\" is \"" + text + "\"; expected a minute in UTC such as 2025-01-06T13:00Z");
    }
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    return Timestamp::fromMilliseconds((days * 86'400 + hour * 3'600 + minute * 60) * 1'000);
}

} // namespace

Result<SimulationOptions> simulationOptions(const Settings &settings)
{
    SimulationOptions options;
    options.seed = static_cast<std::uint64_t>(settings.integer("seed"));
    const Result<std::map<std::string, double>> prices = startPrices(settings.text("start_prices"));
    if (!prices.ok()) {
        return prices.error();
    }
    for (const std::string &symbol : parts(settings.text("instruments"))) {
        const std::size_t dash = symbol.find('-');
        if (dash == 0 || dash == std::string::npos || dash + 1 == symbol.size()) {
            return invalid("\"instruments\" has \"" + symbol + "\"; expected base and quote, as in BTC-USDT");
        }
        const std::string base = symbol.substr(0, dash);
        const auto known = std::find_if(std::begin(kCoins), std::end(kCoins),
                                        [&](const KnownCoin &coin) { return coin.base == base; });
        double price = known == std::end(kCoins) ? 100 : known->price;
        const double volatility = known == std::end(kCoins) ? 0.0008 : known->minuteVolatility;
        if (const auto given = prices->find(base); given != prices->end()) {
            price = given->second;
        }
        const auto id = static_cast<std::uint32_t>(options.instruments.size() + 1);
        options.instruments.push_back(simulatedInstrument(symbol, price, volatility, id));
    }
    if (options.instruments.empty() || options.instruments.size() > 100) {
        return invalid("\"instruments\" must name 1 to 100 markets, as in BTC-USDT,ETH-USDT");
    }
    const Result<Timestamp> start = startOf(settings.text("start"));
    if (!start.ok()) {
        return start.error();
    }
    options.start = *start;
    options.tradesPerSecond = settings.real("trades_per_second");
    options.bookPeriod = Duration(static_cast<std::int64_t>(1e9 / settings.real("books_per_second")));
    options.depth = static_cast<std::size_t>(settings.integer("depth"));
    options.historyBars = static_cast<std::size_t>(settings.integer("history_bars"));
    options.historyInterval = Interval{static_cast<std::int32_t>(settings.integer("history_interval_s"))};
    options.length = std::chrono::seconds(settings.integer("length_s"));
    options.speed = settings.real("speed");
    return options;
}

} // namespace coinswarm::simulated
