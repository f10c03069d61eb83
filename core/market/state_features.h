// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/embedding.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace coinswarm::market {

/// Bars that features look back over.
inline constexpr std::array<std::uint32_t, 16> kHorizons{3,  4,  6,  8,   12,  16,  24,  32,
                                                         48, 64, 96, 128, 192, 256, 384, 512};
/// How many of the last bars are described one by one.
inline constexpr std::size_t kRecentBars = 8;

/// What features of one kind are there for: each horizon, each of the last bars, or the moment.
enum class FeatureSpan : unsigned char { Horizons, RecentBars, Moment };

/// One kind of feature. A value is multiplied by `scale`, rounded and clipped to −127 … 127; the scale is what the feature
/// weighs in distances.
struct FeatureRow {
    std::string_view name;
    FeatureSpan span;
    double scale;
    std::string_view meaning;

    constexpr std::size_t count() const
    {
        return span == FeatureSpan::Horizons ? kHorizons.size() : span == FeatureSpan::RecentBars ? kRecentBars : 1;
    }
};

/// In the order of the embedding. v is the volatility: √ of the mean squared change of the close per bar, as everything
/// else of the n bars of the horizon; one step is v √n, the move that a random walk makes.
inline constexpr std::array<FeatureRow, 35> kFeatureRows{{
    // How much the market moves.
    {"volatility", FeatureSpan::Horizons, 44, "octaves of v √(bars per day) from 2⁻⁵·⁵ (2.2 % a day)"},
    {"range", FeatureSpan::Horizons, 44, "octaves of the mean true range × 0.625 √(bars per day) from 2⁻⁵·⁵"},
    {"relative volatility", FeatureSpan::Horizons, 30, "octaves of v from v over 512 bars"},
    {"range to volatility", FeatureSpan::Horizons, 8, "octaves of the mean true range from v"},
    // Where it is going.
    {"return", FeatureSpan::Horizons, 30, "change since the close before the horizon, in steps"},
    {"slope", FeatureSpan::Horizons, 30, "slope of the least-squares line × n, in steps"},
    {"line", FeatureSpan::Horizons, 40, "correlation of close and time, −1 … 1"},
    {"efficiency", FeatureSpan::Horizons, 40, "sum of changes ÷ sum of their sizes, −1 … 1"},
    {"distance from mean", FeatureSpan::Horizons, 30, "close − average close, in steps"},
    {"channel", FeatureSpan::Horizons, 16, "place of the close between lowest low and highest high, −1 … 1"},
    {"direction", FeatureSpan::Horizons, 40, "(up − down movement by Wilder) ÷ sum of true ranges"},
    {"directional balance", FeatureSpan::Horizons, 20, "(up − down movement) ÷ (up + down movement), −1 … 1"},
    {"up bars", FeatureSpan::Horizons, 12, "share of bars that rose − share that fell, −1 … 1"},
    // How it moves.
    {"persistence", FeatureSpan::Horizons, 8, "correlation of successive changes"},
    {"falls", FeatureSpan::Horizons, 8, "share of the squared changes that is of falls, × 2 − 1"},
    {"extremes", FeatureSpan::Horizons, 8, "(largest + smallest change) ÷ (largest − smallest)"},
    {"age of high", FeatureSpan::Horizons, 8, "bars since the highest high ÷ n, × 2 − 1"},
    {"age of low", FeatureSpan::Horizons, 8, "bars since the lowest low ÷ n, × 2 − 1"},
    {"volume", FeatureSpan::Horizons, 6, "octaves of the mean volume from the mean over 512 bars"},
    {"volume direction", FeatureSpan::Horizons, 6, "(volume of rising − of falling bars) ÷ volume"},
    // The last bars, the newest first.
    {"bar change", FeatureSpan::RecentBars, 6, "change of the close ÷ v over 512 bars"},
    {"bar range", FeatureSpan::RecentBars, 6, "octaves of the true range from v over 512 bars"},
    {"bar body", FeatureSpan::RecentBars, 6, "(close − open) ÷ (high − low)"},
    {"bar upper shadow", FeatureSpan::RecentBars, 6, "(high − the higher of open and close) ÷ (high − low)"},
    {"bar lower shadow", FeatureSpan::RecentBars, 6, "(the lower of open and close − low) ÷ (high − low)"},
    {"bar gap", FeatureSpan::RecentBars, 6, "(open − close before) ÷ (v over 512 bars)"},
    {"bar volume", FeatureSpan::RecentBars, 4, "octaves of the volume from the mean over 512 bars"},
    // The moment.
    {"spread", FeatureSpan::Moment, 12, "octaves of the spread from 2 basis points; 0 while it is not known"},
    {"relative spread", FeatureSpan::Moment, 12, "octaves of the spread from its average over about 100 bars"},
    {"spread known", FeatureSpan::Moment, 12, "1 if it is, else 0"},
    {"hour", FeatureSpan::Moment, 8, "triangle over the UTC day, 1 at 00:00, −1 at 12:00"},
    {"hour, shifted", FeatureSpan::Moment, 8, "triangle over the UTC day, 1 at 06:00, −1 at 18:00"},
    {"weekday", FeatureSpan::Moment, 6, "triangle over the week, 1 at Monday 00:00 UTC"},
    {"weekday, shifted", FeatureSpan::Moment, 6, "the same, a quarter of a week later"},
    {"rising volatility", FeatureSpan::Moment, 12, "octaves of v over 24 bars from v over 96 bars"},
}};

constexpr std::size_t featureCount()
{
    std::size_t count = 0;
    for (const FeatureRow &row : kFeatureRows) {
        count += row.count();
    }
    return count;
}
static_assert(featureCount() == kEmbeddingSize);

/// docs/embedding.md.
std::string embeddingMarkdown();

} // namespace coinswarm::market
