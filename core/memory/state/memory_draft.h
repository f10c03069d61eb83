// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/state/memory_state.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace coinswarm::memory {

/// A memory state as it would be with the items of a batch that were accepted so far. The state below it must not change
/// meanwhile. Reading sees both; accepting changes the draft alone.
class MemoryDraft
{
public:
    MemoryDraft(const MemoryState &base, std::uint64_t slot) : m_base(base), m_slot(slot) {}

    std::uint64_t slot() const { return m_slot; }
    std::uint64_t episodeCount() const { return m_base.episodeCount() + m_added.size(); }
    bool hasEpisode(EpisodeId id) const { return id && id.value <= episodeCount(); }
    const EpisodeFact &fact(EpisodeId id) const;
    PatternId patternOf(EpisodeId id) const;
    const PatternEntry *pattern(PatternId id) const;
    std::vector<const EpisodeFact *> factsOf(const PatternEntry &record) const;
    PatternId nextPattern() const;
    const std::vector<AgentWeight> &weights() const { return m_weights ? *m_weights : m_base.weights(); }
    bool benched(const std::string &agent) const;
    bool knowsEngine(const journal::PublicKey &key) const;
    std::size_t engineCount() const;
    bool knowsTrip(const journal::Digest &trip) const { return m_base.knowsTrip(trip) || m_trips.contains(trip); }
    /// Whether an episode cites the fill in a way that excludes this use.
    bool usesFill(const FillKey &fill, FillUse use) const;
    bool knowsProposal(const journal::Digest &id) const { return m_base.knowsProposal(id) || m_proposals.contains(id); }

    /// `item` is the place in the batch.
    void addEpisode(std::size_t item, EpisodeFact fact);
    void putPattern(PatternEntry record);
    void setWeights(std::vector<AgentWeight> weights) { m_weights = std::move(weights); }
    void setBenched(const std::string &agent, bool benched) { m_benched[agent] = benched; }
    /// An empty name revokes it.
    void setEngine(const journal::PublicKey &key, const std::string &name) { m_engines[key] = name; }
    void addProposal(const journal::Digest &id);

private:
    friend class MemoryState;

    struct Added {
        std::size_t item = 0;
        EpisodeFact fact;
    };

    const MemoryState &m_base;
    std::uint64_t m_slot;
    std::vector<Added> m_added;
    std::map<PatternId, PatternEntry> m_patterns;
    std::map<EpisodeId, PatternId> m_patternOf;
    std::vector<journal::Digest> m_newProposals; ///< in order
    std::set<journal::Digest> m_proposals;
    std::set<journal::Digest> m_trips;
    std::map<FillKey, std::uint8_t> m_fills; ///< uses
    std::optional<std::vector<AgentWeight>> m_weights;
    std::map<std::string, bool> m_benched;
    std::map<journal::PublicKey, std::string> m_engines;
};

} // namespace coinswarm::memory
