// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "runtime/episodic_memory.h"

#include <atomic>

namespace coinswarm::test {

/// Ten episodes that bought and earned `reward` each, the nearest first.
inline Recall recallOf(double reward, std::uint64_t slot = 7)
{
    Recall recall;
    recall.slot = slot;
    for (std::uint64_t i = 1; i <= kRecalledEpisodes; ++i) {
        Neighbour neighbour;
        neighbour.episode = EpisodeId(i);
        neighbour.distance = static_cast<std::int32_t>(1'000 * i);
        neighbour.tags.symbol = "BTC-USDT";
        neighbour.tags.action = Action::Buy;
        neighbour.tags.reward = reward;
        recall.neighbours.push_back(neighbour);
    }
    return recall;
}

/// Answers every question with the same episodes.
class ScriptedMemory final : public runtime::EpisodicMemory
{
public:
    explicit ScriptedMemory(double reward) : m_reward(reward) {}

    Recall recall(const engine::effect::RecallEpisodes &) override
    {
        ++questions;
        return recallOf(m_reward);
    }

    std::atomic<int> questions{0};

private:
    double m_reward;
};

} // namespace coinswarm::test
