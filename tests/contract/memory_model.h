// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/hot_memory.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

/// Episodes for tests of memory, and the shortest program that does what a HotMemory must do.
namespace coinswarm::test {

inline Embedding embeddingAround(const Embedding &centre, int spread, std::mt19937 &random)
{
    Embedding embedding;
    for (std::size_t i = 0; i < kEmbeddingSize; ++i) {
        const int offset = static_cast<int>(random() % static_cast<unsigned>(2 * spread + 1)) - spread;
        embedding.values[i] = static_cast<std::int8_t>(std::clamp(centre.values[i] + offset, -127, 127));
    }
    return embedding;
}

/// Episodes in clusters, with every tag in every value.
class EpisodeMaker
{
public:
    explicit EpisodeMaker(unsigned seed, std::size_t clusters = 20) : m_random(seed)
    {
        for (std::size_t i = 0; i < clusters; ++i) {
            m_centres.push_back(embeddingAround({}, 100, m_random));
        }
    }

    Embedding embedding() { return embeddingAround(m_centres[m_random() % m_centres.size()], 25, m_random); }

    MemoryItem item(std::uint64_t id)
    {
        const char *const symbols[] = {"BTC-USD", "ETH-USD", "SOL-USD"};
        MemoryItem item{EpisodeId(id), embedding(), {}};
        item.tags.symbol = symbols[m_random() % 3];
        item.tags.action = static_cast<Action>(1 + m_random() % 2);
        item.tags.reward = static_cast<double>(m_random() % 2'000) / 1e4 - 0.1;
        item.tags.volatility = static_cast<VolatilityRegime>(m_random() % 4);
        item.tags.spread = static_cast<SpreadRegime>(m_random() % 4);
        item.tags.trend = static_cast<TrendRegime>(m_random() % 4);
        item.tags.hours = static_cast<SessionRegime>(m_random() % 5);
        item.tags.time = Timestamp::fromMilliseconds(static_cast<std::int64_t>(id * 1'000 + m_random() % 20'000));
        item.tags.pattern = PatternId(m_random() % 8);
        item.tags.promoted = m_random() % 4 == 0;
        item.tags.deprecated = m_random() % 10 == 0;
        return item;
    }

    std::mt19937 &random() { return m_random; }

private:
    std::mt19937 m_random;
    std::vector<Embedding> m_centres;
};

/// What memory should hold and answer, by comparing everything with everything.
class MemoryModel
{
public:
    void apply(std::uint64_t slot, const std::vector<MemoryChange> &changes)
    {
        m_slot = slot;
        for (const MemoryChange &change : changes) {
            if (const auto *put = std::get_if<PutEpisode>(&change)) {
                m_items[put->item.id.value] = put->item;
            } else {
                m_items.erase(std::get<RemoveEpisode>(change).id.value);
            }
        }
    }

    Recall recall(const RecallQuery &query) const
    {
        Recall recall{m_slot, {}, {}};
        for (const auto &[id, item] : m_items) {
            if (matches(item.tags, query.filter)) {
                recall.neighbours.push_back({item.id, squaredDistance(query.embedding, item.embedding), item.tags});
            }
        }
        // The map gives ids in order, and equally near ones stay so.
        std::stable_sort(recall.neighbours.begin(), recall.neighbours.end(),
                         [](const Neighbour &a, const Neighbour &b) { return a.distance < b.distance; });
        recall.neighbours.resize(std::min<std::size_t>(recall.neighbours.size(), query.count));
        return recall;
    }

    const std::map<std::uint64_t, MemoryItem> &items() const { return m_items; }
    std::uint64_t slot() const { return m_slot; }

private:
    static bool matches(const EpisodeTags &tags, const RecallFilter &filter)
    {
        return (!filter.symbol || tags.symbol == *filter.symbol) && (!filter.action || tags.action == *filter.action)
            && (!filter.volatility || tags.volatility == *filter.volatility)
            && (!filter.spread || tags.spread == *filter.spread) && (!filter.trend || tags.trend == *filter.trend)
            && (!filter.hours || tags.hours == *filter.hours) && (!filter.pattern || tags.pattern == *filter.pattern)
            && (!filter.from || tags.time >= *filter.from) && (!filter.to || tags.time < *filter.to)
            && (filter.withDeprecated || !tags.deprecated);
    }

    std::map<std::uint64_t, MemoryItem> m_items;
    std::uint64_t m_slot = 0;
};

} // namespace coinswarm::test
