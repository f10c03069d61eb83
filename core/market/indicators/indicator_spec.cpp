// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/indicators/indicator_spec.h"

#include <charconv>
#include <optional>

namespace coinswarm::market {

namespace {

constexpr std::string_view kAccepted =
    "sma:N ema:N rsi:N macd:FAST:SLOW:SIGNAL bb:N:WIDTH atr:N adx:N stoch:N:SMOOTH_K:SMOOTH_D rv:N vwap";

Error refused(std::string_view spec, const std::string &why)
{
    return invalid("Indicator \"" + std::string(spec) + "\" " + why + ". Accepted: " + std::string(kAccepted)
                   + ", with whole periods from 1 to " + std::to_string(kMaxIndicatorPeriod) + ", as in macd:12:26:9.");
}

/// The colon-separated parts after the name.
std::vector<std::string_view> split(std::string_view text)
{
    std::vector<std::string_view> parts;
    for (;;) {
        const auto colon = text.find(':');
        parts.push_back(text.substr(0, colon));
        if (colon == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(colon + 1);
    }
}

template <class T>
std::optional<T> number(std::string_view text)
{
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
        return {};
    }
    return value;
}

std::optional<std::uint32_t> period(std::string_view text)
{
    const auto value = number<std::uint32_t>(text);
    return value && *value >= 1 && *value <= kMaxIndicatorPeriod ? value : std::nullopt;
}

template <class T>
Result<Indicator> withOnePeriod(std::string_view spec, const std::vector<std::string_view> &parts)
{
    if (parts.size() != 2) {
        return refused(spec, "needs exactly one period");
    }
    const auto n = period(parts[1]);
    if (!n) {
        return refused(spec, "has an invalid period");
    }
    return Indicator(T(*n));
}

Result<Indicator> makeBollinger(std::string_view spec, const std::vector<std::string_view> &parts)
{
    const auto n = parts.size() == 3 ? period(parts[1]) : std::nullopt;
    const auto width = parts.size() == 3 ? number<double>(parts[2]) : std::nullopt;
    if (!n || !width || !(*width > 0) || !(*width <= 100)) {
        return refused(spec, "needs a period and a width in standard deviations, above 0 and at most 100");
    }
    return Indicator(Bollinger(*n, *width));
}

template <class T>
Result<Indicator> withThreePeriods(std::string_view spec, const std::vector<std::string_view> &parts)
{
    if (parts.size() != 4) {
        return refused(spec, "needs exactly three periods");
    }
    const auto a = period(parts[1]);
    const auto b = period(parts[2]);
    const auto c = period(parts[3]);
    if (!a || !b || !c) {
        return refused(spec, "has an invalid period");
    }
    if (std::is_same_v<T, Macd> && *a >= *b) {
        return refused(spec, "has a fast period that is not below the slow one");
    }
    return Indicator(T(*a, *b, *c));
}

} // namespace

Result<Indicator> makeIndicator(std::string_view spec)
{
    const auto parts = split(spec);
    const std::string_view name = parts.front();
    if (name == "sma") {
        return withOnePeriod<Sma>(spec, parts);
    } else if (name == "ema") {
        return withOnePeriod<Ema>(spec, parts);
    } else if (name == "rsi") {
        return withOnePeriod<Rsi>(spec, parts);
    } else if (name == "atr") {
        return withOnePeriod<Atr>(spec, parts);
    } else if (name == "adx") {
        return withOnePeriod<Adx>(spec, parts);
    } else if (name == "rv") {
        return withOnePeriod<RealisedVolatility>(spec, parts);
    } else if (name == "macd") {
        return withThreePeriods<Macd>(spec, parts);
    } else if (name == "stoch") {
        return withThreePeriods<Stochastic>(spec, parts);
    } else if (name == "bb") {
        return makeBollinger(spec, parts);
    } else if (name == "vwap") {
        return parts.size() == 1 ? Result<Indicator>(Indicator(Vwap())) : refused(spec, "takes no period");
    }
    return refused(spec, "is not known");
}

} // namespace coinswarm::market
