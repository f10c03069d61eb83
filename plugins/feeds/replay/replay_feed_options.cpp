// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "replay_feed_options.h"

#include "csv_time.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace coinswarm::replay {

namespace {

// Longest first, so that USDT is not read as T-USD.
constexpr std::string_view kQuotes[] = {"FDUSD", "USDT", "USDC", "BUSD", "TUSD", "USD", "EUR",
                                        "GBP",   "JPY",  "CHF",  "TRY",  "BTC",  "ETH"};

std::string upperCase(std::string_view text)
{
    std::string result(text);
    for (char &c : result) {
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return result;
}

bool isTicker(std::string_view text)
{
    return text.size() >= 2 && text.size() <= 10
        && std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); })
        && text.find_first_not_of("0123456789") != std::string_view::npos;
}

bool isQuote(std::string_view text)
{
    return std::find(std::begin(kQuotes), std::end(kQuotes), text) != std::end(kQuotes);
}

/// "BTCUSDT" to "BTC-USDT"; empty if it does not end with a known quote currency.
std::string splitPair(std::string_view pair)
{
    for (const std::string_view quote : kQuotes) {
        if (pair.size() > quote.size() + 1 && pair.ends_with(quote)
            && isTicker(pair.substr(0, pair.size() - quote.size()))) {
            return std::string(pair.substr(0, pair.size() - quote.size())) + '-' + std::string(quote);
        }
    }
    return {};
}

std::vector<std::string> wordsOf(std::string_view text)
{
    std::vector<std::string> words(1);
    for (const char c : text) {
        if (c == '_' || c == '.' || c == ' ') {
            words.emplace_back();
        } else {
            words.back() += c;
        }
    }
    return words;
}

Result<std::optional<Timestamp>> optionalTime(const Settings &settings, std::string_view key)
{
    const std::string &text = settings.text(key);
    if (text.empty()) {
        return std::optional<Timestamp>();
    }
    const std::optional<Timestamp> time = parseTime(text);
    if (!time) {
        return invalid("\"" + std::string(key) + "\" is \"" + text
                       + "\"; expected a time such as 2024-01-31, 2024-01-31T12:00:00Z or 1706702400000");
    }
    return time;
}

template <class Number>
Result<Number> step(const Settings &settings, std::string_view key)
{
    const std::string &text = settings.text(key);
    if (text.empty()) {
        return Number();
    }
    const Result<Number> value = Number::parse(text);
    if (!value.ok() || !value->isPositive()) {
        return invalid("\"" + std::string(key) + "\" is \"" + text + "\"; expected a step such as 0.01");
    }
    return *value;
}

} // namespace

Result<Interval> parseInterval(std::string_view text)
{
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    const std::int64_t seconds = unit.empty() || unit == "s" ? 1
        : unit == "m"                                        ? 60
        : unit == "h"                                        ? 3'600
        : unit == "d"                                        ? 86'400
        : unit == "w"                                        ? 604'800
                                                             : 0;
    if (error != std::errc() || seconds == 0 || count < 1 || count > 31'536'000 / seconds) {
        return invalid("\"interval\" is \"" + std::string(text)
                       + "\"; expected auto, a number of seconds, or one such as 30s, 5m, 4h, 1d, 1w, at most a year");
    }
    return Interval{static_cast<std::int32_t>(count * seconds)};
}

std::string symbolFromFileName(std::string_view path)
{
    const std::size_t slash = path.find_last_of("/\\");
    const std::vector<std::string> words = wordsOf(slash == std::string_view::npos ? path : path.substr(slash + 1));
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string word = upperCase(words[i]);
        const std::size_t dash = word.find('-');
        if (dash != std::string::npos) {
            const std::string_view base = std::string_view(word).substr(0, dash);
            const std::string_view rest = std::string_view(word).substr(dash + 1);
            const std::string_view quote = rest.substr(0, rest.find('-'));
            if (isTicker(base) && isQuote(quote)) {
                return std::string(base) + '-' + std::string(quote);
            }
            if (const std::string pair = splitPair(base); !pair.empty()) {
                return pair;
            }
        }
        // BTC_USDT and BTC_USDT-5m
        if (i > 0 && isQuote(word.substr(0, dash)) && isTicker(upperCase(words[i - 1]))) {
            return upperCase(words[i - 1]) + '-' + word.substr(0, dash);
        }
        if (const std::string pair = splitPair(word); !pair.empty()) {
            return pair;
        }
    }
    return "DATA-USD";
}

Instrument instrumentFor(std::string_view symbol)
{
    Instrument instrument;
    instrument.id = InstrumentId(1);
    instrument.symbol = upperCase(symbol);
    std::replace(instrument.symbol.begin(), instrument.symbol.end(), '/', '-');
    if (instrument.symbol.find('-') == std::string::npos) {
        const std::string pair = splitPair(instrument.symbol);
        instrument.symbol = pair.empty() ? instrument.symbol + "-USD" : pair;
    }
    const std::size_t dash = instrument.symbol.find('-');
    instrument.base = instrument.symbol.substr(0, dash);
    instrument.quote = instrument.symbol.substr(dash + 1);
    return instrument;
}

Result<ReplayFeedOptions> replayOptions(const Settings &settings)
{
    ReplayFeedOptions options;
    options.file = settings.text("file");
    if (options.file.empty()) {
        return invalid("\"file\" is empty; name the CSV or CSV.gz file to replay");
    }
    options.symbol = settings.text("symbol");
    const std::string &defects = settings.text("defects");
    options.defects = defects == "drop" ? DefectPolicy::Drop
        : defects == "repair"           ? DefectPolicy::Repair
                                        : DefectPolicy::Refuse;
    const Result<std::optional<Timestamp>> from = optionalTime(settings, "from");
    const Result<std::optional<Timestamp>> to = optionalTime(settings, "to");
    if (!from.ok() || !to.ok()) {
        return from.ok() ? to.error() : from.error();
    }
    options.from = *from;
    options.to = *to;
    if (options.from && options.to && *options.from >= *options.to) {
        return invalid("\"from\" (" + toString(*options.from) + ") is not before \"to\" (" + toString(*options.to)
                       + ")");
    }
    options.kind = settings.text("kind");
    if (const std::string &interval = settings.text("interval"); interval != "auto" && !interval.empty()) {
        const Result<Interval> parsed = parseInterval(interval);
        if (!parsed.ok()) {
            return parsed.error();
        }
        options.interval = *parsed;
    }
    const Result<Price> tick = step<Price>(settings, "tick");
    const Result<Quantity> lot = step<Quantity>(settings, "lot");
    if (!tick.ok() || !lot.ok()) {
        return tick.ok() ? lot.error() : tick.error();
    }
    options.tick = *tick;
    options.lot = *lot;
    options.shortAllowed = settings.boolean("short_allowed");
    options.speed = settings.real("speed");
    return options;
}

} // namespace coinswarm::replay
