// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/patterns/pattern_learner.h"
#include "memory/quorum/ed25519_crypto.h"
#include "memory/state/proposal_rules.h"

#include <algorithm>
#include <map>
#include <random>
#include <vector>

/// Markets whose regimes are known, and a memory that a learner keeps in order.
namespace coinswarm::testing {

using namespace coinswarm::memory;

/// Regimes as points that are far apart, states as what lies around them. Reproducible on every machine: integers only.
class RegimeWorld
{
public:
    RegimeWorld(std::uint32_t seed, std::size_t regimes, int spread, int noise) : m_random(seed), m_noise(noise)
    {
        for (std::size_t i = 0; i < regimes; ++i) {
            m_centres.push_back(around(Embedding(), spread));
        }
    }

    std::size_t regimes() const { return m_centres.size(); }
    const Embedding &centre(std::size_t regime) const { return m_centres[regime]; }
    std::uint32_t draw(std::uint32_t below) { return static_cast<std::uint32_t>(m_random()) % below; }
    /// The mean of a regime goes elsewhere by `step` per feature.
    void shift(std::size_t regime, int step) { m_centres[regime] = around(m_centres[regime], step); }

    EpisodeFact episode(std::size_t regime, Timestamp exit, double reward)
    {
        EpisodeFact fact;
        for (std::byte &byte : fact.trip) {
            byte = static_cast<std::byte>(draw(256));
        }
        fact.symbol = "BTC-USDT";
        fact.action = regime % 2 == 0 ? Action::Buy : Action::Sell;
        fact.reward = reward;
        fact.exitTime = exit;
        fact.state = around(m_centres[regime], m_noise);
        return fact;
    }
    /// Far from every regime and from each other.
    EpisodeFact outlier(Timestamp exit)
    {
        EpisodeFact fact = episode(draw(2), exit, 0);
        fact.state = around(Embedding(), 110);
        return fact;
    }

private:
    /// Each feature off by −size … size, evenly.
    Embedding around(const Embedding &centre, int size)
    {
        Embedding state;
        for (std::size_t i = 0; i < kEmbeddingSize; ++i) {
            const int value =
                centre.values[i] + static_cast<int>(draw(static_cast<std::uint32_t>(2 * size + 1))) - size;
            state.values[i] = static_cast<std::int8_t>(std::clamp(value, -127, 127));
        }
        return state;
    }

    std::mt19937 m_random;
    int m_noise;
    std::vector<Embedding> m_centres;
};

/// A memory in which every slot commits some episodes and what the learner asked for after the slot before.
class LearningMemory
{
public:
    explicit LearningMemory(LearnerTuning tuning = {}) : m_learner(tuning) {}

    /// False if a proposal of the learner was refused.
    bool slot(std::vector<EpisodeFact> episodes)
    {
        ++m_slot;
        MemoryDraft draft(m_state, m_slot);
        bool granted = true;
        const Submission by{m_crypto, {}, Timestamp{static_cast<std::int64_t>(m_slot)}, 0};
        for (const ProposalBody &body : m_asked) {
            granted = std::visit([&](const auto &it) { return admit(it, by, draft); }, body) == api::Rejection::None
                && granted;
        }
        for (EpisodeFact &fact : episodes) {
            fact.slot = m_slot;
            draft.addEpisode(0, std::move(fact));
        }
        m_state.merge(std::move(draft));
        m_asked = m_learner.propose(m_state, m_slot);
        return granted;
    }

    const MemoryState &state() const { return m_state; }
    const std::vector<ProposalBody> &asked() const { return m_asked; }
    std::uint64_t slots() const { return m_slot; }

private:
    quorum::Ed25519Crypto m_crypto;
    MemoryState m_state;
    PatternLearner m_learner;
    std::vector<ProposalBody> m_asked;
    std::uint64_t m_slot = 0;
};

/// How alike two partitions are: 1 if they are the same, about 0 if they have nothing to do with each other
/// (Hubert and Arabie 1985).
inline double adjustedRandIndex(const std::vector<std::size_t> &a, const std::vector<std::uint64_t> &b)
{
    std::map<std::pair<std::size_t, std::uint64_t>, double> both;
    std::map<std::size_t, double> left;
    std::map<std::uint64_t, double> right;
    for (std::size_t i = 0; i < a.size(); ++i) {
        both[{a[i], b[i]}] += 1;
        left[a[i]] += 1;
        right[b[i]] += 1;
    }
    const auto pairs = [](const auto &counts) {
        double sum = 0;
        for (const auto &[key, n] : counts) {
            sum += n * (n - 1) / 2;
        }
        return sum;
    };
    const auto n = static_cast<double>(a.size());
    const double expected = pairs(left) * pairs(right) / (n * (n - 1) / 2);
    return (pairs(both) - expected) / ((pairs(left) + pairs(right)) / 2 - expected);
}

} // namespace coinswarm::testing
