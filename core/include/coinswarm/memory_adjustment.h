// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/export.h>
#include <coinswarm/recall.h>

#include <optional>
#include <string>

namespace coinswarm {

/// Fewer episodes than this say nothing.
inline constexpr std::uint32_t kLeastEpisodes = 3;

/// What similar episodes say about an action.
struct MemoryAdjustment {
    double factor = 1; ///< for the confidence, 0.5 … 1.5; exactly 1 if the episodes say nothing
    std::uint32_t episodes = 0; ///< that were used
    std::uint32_t won = 0; ///< of them, those by which the action would have earned
    double meanReward = 0; ///< weighted; net profit over what was put in
    /// Average win ÷ average loss of the episodes that took this action, 0.2 … 5. Nothing with fewer than kLeastEpisodes of
    /// them, or without both wins and losses.
    std::optional<double> winLossRatio;

    bool operator==(const MemoryAdjustment &) const = default;
};

/// Judges `action` by the episodes in `recall`. Pure arithmetic: the same recall gives the same bits everywhere.
///
/// An episode weighs 1 ÷ (1 + distance ÷ 40,000), twice as much if its pattern is promoted, and nothing if it is deprecated.
/// One that took the opposite action counts with the negative of its reward and half the weight, because what one side lost
/// the other need not have won: both pay fees. With m the weighted mean of the rewards and n episodes,
///     factor = 1 + 0.5 · (n ÷ 10) · m ÷ 1 %, m held within ±1 %.
/// Below kLeastEpisodes, and for Hold, the factor is 1.
COINSWARM_SDK_EXPORT MemoryAdjustment memoryAdjustment(const Recall &recall, Action action);

/// Multiplies `confidence` by the factor, at most 1, and says so for the vote's reasons: "10 similar episodes, 7 won, mean
/// +0.21 %: confidence 0.62 × 1.08 = 0.67." Empty for a session without memory.
COINSWARM_SDK_EXPORT std::string adjustByMemory(double &confidence, const MemoryAdjustment &memory,
                                                const Recall &recall);

} // namespace coinswarm
