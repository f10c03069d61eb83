// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/state_features.h"

#include "market/state_embedding.h"

namespace coinswarm::market {

namespace {

std::string scaleText(double scale)
{
    return std::to_string(static_cast<int>(scale));
}

std::string spanText(FeatureSpan span)
{
    return span == FeatureSpan::Horizons ? "horizons" : span == FeatureSpan::RecentBars ? "last bars" : "now";
}

} // namespace

std::string embeddingMarkdown()
{
    std::string out = "# The state as a point\n\n"
                      "What the "
        + std::to_string(kEmbeddingSize)
        + " numbers of an embedding are, generated from the code by `coinswarm-cli docs embedding`. Memory compares\n"
          "market states by the distance of these points: near points are alike markets.\n\n"
          "Each number is a feature × its scale, rounded, and clipped to −127 … 127. The scale is what the feature "
          "weighs:\n"
          "volatility and trend decide what is near, the rest tells apart what they leave alike. Regimes are not among "
          "the\n"
          "features. Only ratios enter, so that instruments of any price and bars of any length compare.\n\n"
          "*Horizons* are the last ";
    for (std::size_t i = 0; i < kHorizons.size(); ++i) {
        out += (i == 0 ? "" : i + 1 == kHorizons.size() ? " and " : ", ") + std::to_string(kHorizons[i]);
    }
    out += " bars of the\ndecision interval, *last bars* the newest " + std::to_string(kRecentBars)
        + ", newest first. Horizons that are longer than what was seen end where that begins;\n"
          "memory is asked from bar "
        + std::to_string(StateEmbedding::kWarmupBars)
        + " on. n is the number of bars of the horizon; v is its volatility, √ of the "
          "mean\n"
          "squared change of the close per bar; a step is v √n, what a random walk moves. Octaves are binary "
          "logarithms,\n"
          "within 0.01: between powers of two runs a parabola, because libraries round logarithms differently.\n\n"
          "| numbers | feature | over | scale | what it is |\n|---|---|---|---|---|\n";
    std::size_t first = 0;
    for (const FeatureRow &row : kFeatureRows) {
        const std::size_t last = first + row.count() - 1;
        out += "| " + std::to_string(first) + (last > first ? " … " + std::to_string(last) : "") + " | "
            + std::string(row.name) + " | " + spanText(row.span) + " | " + scaleText(row.scale) + " | "
            + std::string(row.meaning) + " |\n";
        first = last + 1;
    }
    return out;
}

} // namespace coinswarm::market
