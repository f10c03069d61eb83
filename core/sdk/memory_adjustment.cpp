// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <coinswarm/memory_adjustment.h>
#include <coinswarm/text.h>

#include <algorithm>

namespace coinswarm {

namespace {

/// About the distance of the tenth neighbour in a year of bars: at it an episode weighs half.
constexpr double kHalfDistance = 40'000;
constexpr double kPromoted = 2;
constexpr double kOpposite = 0.5;
constexpr double kFullReward = 0.01;
constexpr double kMostChange = 0.5;
constexpr double kLeastRatio = 0.2;
constexpr double kMostRatio = 5;

/// What the same action earned and lost.
struct WinsAndLosses {
    std::uint32_t wins = 0;
    std::uint32_t losses = 0;
    double won = 0;
    double lost = 0;

    void add(double reward)
    {
        if (reward > 0) {
            ++wins;
            won += reward;
        } else {
            ++losses;
            lost -= reward;
        }
    }

    std::optional<double> ratio() const
    {
        if (wins + losses < kLeastEpisodes || wins == 0 || !(lost > 0)) {
            return std::nullopt;
        }
        return std::clamp((won / wins) / (lost / losses), kLeastRatio, kMostRatio);
    }
};

} // namespace

MemoryAdjustment memoryAdjustment(const Recall &recall, Action action)
{
    MemoryAdjustment memory;
    if (action == Action::Hold) {
        return memory;
    }
    double weights = 0;
    double rewards = 0;
    WinsAndLosses same;
    for (const Neighbour &neighbour : recall.neighbours) {
        const EpisodeTags &tags = neighbour.tags;
        if (tags.deprecated || tags.action == Action::Hold) {
            continue;
        }
        const bool opposite = tags.action != action;
        const double reward = opposite ? -tags.reward : tags.reward;
        const double weight = (tags.promoted ? kPromoted : 1) * (opposite ? kOpposite : 1)
            / (1 + static_cast<double>(neighbour.distance) / kHalfDistance);
        weights += weight;
        rewards += weight * reward;
        ++memory.episodes;
        memory.won += reward > 0 ? 1 : 0;
        if (!opposite) {
            same.add(reward);
        }
    }
    if (memory.episodes < kLeastEpisodes) {
        return memory;
    }
    memory.meanReward = rewards / weights;
    const double share = static_cast<double>(memory.episodes) / kRecalledEpisodes;
    memory.factor = 1 + kMostChange * std::min(share, 1.0) * std::clamp(memory.meanReward / kFullReward, -1.0, 1.0);
    memory.winLossRatio = same.ratio();
    return memory;
}

std::string adjustByMemory(double &confidence, const MemoryAdjustment &memory, const Recall &recall)
{
    if (!recall.unavailable.empty()) {
        return sentence({"Memory was not used: ", recall.unavailable, "."});
    }
    if (recall.slot == 0 && recall.neighbours.empty()) {
        return {};
    }
    if (memory.episodes < kLeastEpisodes) {
        const std::string count = std::to_string(memory.episodes);
        return sentence({"Memory knows ", count, memory.episodes == 1 ? " similar episode" : " similar episodes",
                         ", too few to change the confidence."});
    }
    const double before = confidence;
    confidence = std::min(confidence * memory.factor, 1.0);
    const std::string count = std::to_string(memory.episodes);
    const std::string won = std::to_string(memory.won);
    return sentence({count, " similar episodes, ", won, " won, mean ", memory.meanReward >= 0 ? "+" : "",
                     number(memory.meanReward * 100, 2), " %: confidence ", number(before, 2), " × ",
                     number(memory.factor, 2), " = ", number(confidence, 2), "."});
}

} // namespace coinswarm
