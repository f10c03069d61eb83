// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/state_embedding.h"
#include "unit/shared_data.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

/// States of recorded markets, and what they are judged by.
namespace coinswarm::testing {

inline constexpr std::size_t kLabelBars = 48;

inline Price price(std::string_view text)
{
    const Result<Price> parsed = Price::parse(text);
    return parsed.ok() ? *parsed : Price{};
}

/// The bars of a recording.
inline std::vector<Candle> barsOf(const char *file, std::int32_t seconds)
{
    const shared_data::Table table(file);
    std::vector<Candle> bars;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        Candle bar;
        bar.instrument = InstrumentId(1);
        bar.interval = Interval{seconds};
        bar.openTime = Timestamp::fromMilliseconds(table.integer(row, "ts_ms"));
        bar.open = price(table.text(row, "open"));
        bar.high = price(table.text(row, "high"));
        bar.low = price(table.text(row, "low"));
        bar.close = price(table.text(row, "close"));
        bar.volume = Quantity::fromDouble(table.number(row, "volume")).value();
        if (bar.low.isPositive()) {
            bars.push_back(bar);
        }
    }
    return bars;
}

/// What states are judged by, from the bars before a moment and not by way of the embedding.
struct Measures {
    double volatility = 0;
    double trend = 0;
};

inline Measures measuresAt(const std::vector<Candle> &bars, std::size_t last)
{
    const std::size_t first = last + 1 - kLabelBars;
    double squares = 0;
    double meanTime = 0;
    double meanPrice = 0;
    for (std::size_t i = first; i <= last; ++i) {
        const double change = std::log(bars[i].close.toDouble() / bars[i - 1].close.toDouble());
        squares += change * change;
        meanTime += static_cast<double>(i) / kLabelBars;
        meanPrice += std::log(bars[i].close.toDouble()) / kLabelBars;
    }
    double covariance = 0;
    double variance = 0;
    for (std::size_t i = first; i <= last; ++i) {
        const double time = static_cast<double>(i) - meanTime;
        covariance += time * (std::log(bars[i].close.toDouble()) - meanPrice);
        variance += time * time;
    }
    Measures measures;
    measures.volatility = std::sqrt(squares / kLabelBars);
    measures.trend = measures.volatility > 0 ? covariance / variance / measures.volatility : 0;
    return measures;
}

struct State {
    std::size_t bar = 0;
    Embedding embedding;
    Measures measures;
    int volatilityThird = 0;
    int trendThird = 0;
};

template <class Measure, class Assign>
void sortIntoThirds(std::vector<State> &states, Measure measure, Assign assign)
{
    std::vector<double> values;
    for (const State &state : states) {
        values.push_back(measure(state));
    }
    std::sort(values.begin(), values.end());
    const double low = values[values.size() / 3];
    const double high = values[2 * values.size() / 3];
    for (State &state : states) {
        assign(state) = measure(state) < low ? 0 : measure(state) < high ? 1 : 2;
    }
}

inline std::vector<State> statesOf(const std::vector<Candle> &bars, std::size_t stride)
{
    std::vector<State> states;
    market::StateEmbedding embedding(bars.front().interval);
    for (std::size_t i = 0; i < bars.size(); ++i) {
        embedding.onBar(bars[i]);
        if (i >= market::StateEmbedding::kBars && i % stride == 0) {
            states.push_back({i, embedding.value(), measuresAt(bars, i)});
        }
    }
    sortIntoThirds(
        states, [](const State &s) { return s.measures.volatility; },
        [](State &s) -> int & { return s.volatilityThird; });
    sortIntoThirds(
        states, [](const State &s) { return s.measures.trend; }, [](State &s) -> int & { return s.trendThird; });
    return states;
}

} // namespace coinswarm::testing
