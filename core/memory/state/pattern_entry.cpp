// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/state/pattern_entry.h"

#include "memory/state/memory_policy.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace coinswarm::memory {

namespace {

constexpr std::int64_t kDayNs = 86'400LL * 1'000'000'000;

std::vector<const EpisodeFact *> byExit(std::vector<const EpisodeFact *> facts)
{
    std::stable_sort(facts.begin(), facts.end(),
                     [](const EpisodeFact *a, const EpisodeFact *b) { return a->exitTime < b->exitTime; });
    return facts;
}

struct Moments {
    double mean = 0;
    double deviation = 0;
};

Moments momentsOf(const std::vector<double> &values)
{
    double sum = 0;
    for (const double value : values) {
        sum += value;
    }
    const double mean = sum / static_cast<double>(values.size());
    double squares = 0;
    for (const double value : values) {
        squares += (value - mean) * (value - mean);
    }
    return {mean, values.size() < 2 ? 0 : std::sqrt(squares / static_cast<double>(values.size() - 1))};
}

/// Nearest rank: the smallest value that at least `share` per cent of the values do not exceed.
double quantile(const std::vector<double> &sorted, std::size_t percent)
{
    const std::size_t rank = (sorted.size() * percent + 99) / 100;
    return sorted[rank == 0 ? 0 : rank - 1];
}

std::vector<double> dailyRewards(const std::vector<const EpisodeFact *> &facts)
{
    const std::int64_t first = facts.front()->exitTime.ns / kDayNs;
    std::vector<double> days(static_cast<std::size_t>(facts.back()->exitTime.ns / kDayNs - first) + 1);
    for (const EpisodeFact *fact : facts) {
        days[static_cast<std::size_t>(fact->exitTime.ns / kDayNs - first)] += fact->reward;
    }
    return days;
}

double drawdownOf(const std::vector<const EpisodeFact *> &facts)
{
    double equity = 1;
    double peak = 1;
    double deepest = 0;
    for (const EpisodeFact *fact : facts) {
        equity += fact->reward;
        peak = std::max(peak, equity);
        deepest = std::max(deepest, (peak - equity) / peak);
    }
    return deepest;
}

template <class Enum>
Enum mostFrequent(const std::vector<const EpisodeFact *> &facts, Enum EpisodeFact::*member)
{
    std::array<std::size_t, kEnumNames<Enum>.size()> counts{};
    for (const EpisodeFact *fact : facts) {
        ++counts[static_cast<std::size_t>(fact->*member)];
    }
    return static_cast<Enum>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

} // namespace

Embedding meanOf(const std::vector<std::int64_t> &sums, std::size_t members)
{
    const auto count = static_cast<std::int64_t>(members);
    Embedding mean;
    for (std::size_t i = 0; i < kEmbeddingSize; ++i) {
        const std::int64_t twice = 2 * sums[i];
        mean.values[i] = static_cast<std::int8_t>((twice >= 0 ? twice + count : twice - count) / (2 * count));
    }
    return mean;
}

void join(PatternEntry &record, EpisodeId episode, const Embedding &state)
{
    record.members.push_back(episode);
    record.sums.resize(kEmbeddingSize);
    for (std::size_t i = 0; i < kEmbeddingSize; ++i) {
        record.sums[i] += state.values[i];
    }
    record.pattern.centre = meanOf(record.sums, record.members.size());
}

PatternStatistics statisticsOf(const std::vector<const EpisodeFact *> &given)
{
    PatternStatistics result;
    if (given.empty()) {
        return result;
    }
    const std::vector<const EpisodeFact *> facts = byExit(given);
    std::vector<double> rewards;
    double slippage = 0;
    std::size_t wins = 0;
    for (const EpisodeFact *fact : facts) {
        rewards.push_back(fact->reward);
        slippage += fact->slippageBps;
        wins += fact->reward > 0 ? 1 : 0;
    }
    const auto count = static_cast<double>(facts.size());
    const Moments moments = momentsOf(rewards);
    result.episodes = facts.size();
    result.meanReward = moments.mean;
    result.deviation = moments.deviation;
    result.winRate = static_cast<double>(wins) / count;
    result.meanSlippageBps = slippage / count;
    result.drawdown = drawdownOf(facts);
    std::sort(rewards.begin(), rewards.end());
    result.tail5 = quantile(rewards, 5);
    result.tail95 = quantile(rewards, 95);
    const std::vector<double> days = dailyRewards(facts);
    result.days = static_cast<std::uint32_t>(days.size());
    const Moments daily = momentsOf(days);
    if (result.days >= kPromoteDays && daily.deviation >= kLeastDeviation) {
        result.sharpe = daily.mean / daily.deviation * std::sqrt(365.0);
    }
    return result;
}

bool losesLately(const std::vector<const EpisodeFact *> &given)
{
    if (given.size() < kDecayEpisodes) {
        return false;
    }
    const std::vector<const EpisodeFact *> facts = byExit(given);
    std::vector<double> rewards;
    for (std::size_t i = facts.size() - kDecayEpisodes; i < facts.size(); ++i) {
        rewards.push_back(facts[i]->reward);
    }
    const Moments moments = momentsOf(rewards);
    const double error = moments.deviation / std::sqrt(static_cast<double>(kDecayEpisodes));
    return moments.mean < 0 && moments.mean + kDecayErrors * error < 0;
}

void nameAfter(Pattern &pattern, const std::vector<const EpisodeFact *> &facts)
{
    pattern.volatility = mostFrequent(facts, &EpisodeFact::volatility);
    pattern.trend = mostFrequent(facts, &EpisodeFact::trend);
    pattern.name = std::string(enumName(pattern.action)) + " in " + std::string(enumName(pattern.volatility))
        + " volatility, " + std::string(enumName(pattern.trend)) + " trend #" + std::to_string(pattern.id.value);
}

} // namespace coinswarm::memory
