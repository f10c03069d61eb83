// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/patterns/loose_episodes.h"

#include "memory/state/memory_policy.h"

#include <algorithm>

namespace coinswarm::memory {

namespace {

/// Two episodes at the radius from a centre, in directions that have nothing to do with each other, are so far apart.
bool near(const EpisodeFact &a, const EpisodeFact &b)
{
    return a.action == b.action && squaredDistance(a.state, b.state) <= 2 * kPatternRadius;
}

Embedding centreOf(const MemoryState &state, const std::vector<EpisodeId> &episodes)
{
    std::vector<std::int64_t> sums(kEmbeddingSize);
    for (const EpisodeId id : episodes) {
        for (std::size_t i = 0; i < kEmbeddingSize; ++i) {
            sums[i] += state.fact(id).state.values[i];
        }
    }
    return meanOf(sums, episodes.size());
}

} // namespace

void LooseEpisodes::follow(const MemoryState &state)
{
    while (m_known < state.episodeCount()) {
        m_standing.emplace(EpisodeId(++m_known), Standing::Fresh);
    }
    std::erase_if(m_standing, [&](const auto &entry) { return bool(state.patternOf(entry.first)); });
    std::erase_if(m_outside, [&](const auto &entry) { return bool(state.patternOf(entry.first)); });
}

void LooseEpisodes::refresh()
{
    for (auto &[id, standing] : m_standing) {
        standing = Standing::Fresh;
    }
}

void LooseEpisodes::refresh(const std::vector<EpisodeId> &episodes)
{
    for (const EpisodeId id : episodes) {
        if (const auto found = m_standing.find(id); found != m_standing.end()) {
            found->second = Standing::Fresh;
        }
    }
}

void LooseEpisodes::wait(const std::vector<EpisodeId> &episodes)
{
    for (const EpisodeId id : episodes) {
        m_standing[id] = Standing::Waiting;
    }
}

void LooseEpisodes::putOutside(const MemoryState &state, EpisodeId id)
{
    m_standing[id] = Standing::Outside;
    const auto [own, isNew] = m_outside.try_emplace(id);
    own->second.looked = false;
    if (!isNew) {
        return;
    }
    for (auto &[other, density] : m_outside) {
        if (other != id && near(state.fact(id), state.fact(other))) {
            ++own->second.alike;
            ++density.alike;
            density.looked = false;
        }
    }
}

std::vector<EpisodeId> LooseEpisodes::around(const MemoryState &state, EpisodeId seed, std::size_t most) const
{
    std::vector<std::pair<std::int32_t, EpisodeId>> nearest;
    for (const auto &[id, density] : m_outside) {
        if (m_standing.at(id) == Standing::Outside && near(state.fact(seed), state.fact(id))) {
            nearest.emplace_back(squaredDistance(state.fact(seed).state, state.fact(id).state), id);
        }
    }
    std::sort(nearest.begin(), nearest.end());
    nearest.resize(std::min(nearest.size(), most));
    std::vector<EpisodeId> group;
    for (const auto &[distance, id] : nearest) {
        group.push_back(id);
    }
    // Without those that are near the first by chance; the mean of the rest is another, so look again.
    for (std::size_t before = 0; !group.empty() && before != group.size();) {
        before = group.size();
        const Embedding centre = centreOf(state, group);
        std::erase_if(group,
                      [&](EpisodeId id) { return squaredDistance(state.fact(id).state, centre) > kPatternRadius; });
    }
    std::sort(group.begin(), group.end());
    return group;
}

std::optional<std::vector<EpisodeId>> LooseEpisodes::group(const MemoryState &state, Action action, std::size_t least,
                                                           std::size_t most)
{
    std::vector<std::pair<std::size_t, EpisodeId>> seeds;
    for (const auto &[id, density] : m_outside) {
        if (!density.looked && density.alike + 1 >= least && state.fact(id).action == action
            && m_standing.at(id) == Standing::Outside)
        {
            seeds.emplace_back(density.alike, id);
        }
    }
    std::sort(seeds.begin(), seeds.end(), [](const auto &a, const auto &b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    for (const auto &[alike, seed] : seeds) {
        std::vector<EpisodeId> group = around(state, seed, most);
        m_outside[seed].looked = true;
        if (group.size() >= least) {
            return group;
        }
    }
    return std::nullopt;
}

} // namespace coinswarm::memory
