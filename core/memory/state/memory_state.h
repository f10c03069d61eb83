// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/state/memory_proposal.h"
#include "memory/state/merkle.h"
#include "memory/state/pattern_entry.h"

#include "memory/quorum/known_engine.h"

#include <coinswarm/hot_memory.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace coinswarm::memory {

class MemoryDraft;

/// What a slot changed, for those who keep a copy of part of it.
struct SlotChanges {
    std::vector<MemoryChange> episodes; ///< new ones, and those whose pattern changed
    std::vector<PatternId> patterns; ///< new or changed
    bool weights = false;
    std::vector<std::string> benched; ///< agents benched or brought back
    std::vector<std::pair<std::size_t, EpisodeId>> added; ///< item of the batch and the episode it became
};

/// Everything that the quorum has decided: a fold over its commits. Two managers with the same commits have the same
/// state, byte for byte and digest for digest. A value; one thread at a time.
class MemoryState
{
public:
    MemoryState() = default;
    explicit MemoryState(std::vector<quorum::KnownEngine> engines);

    /// Takes over what a draft on this very state has accepted.
    SlotChanges merge(MemoryDraft &&draft);

    /// What votes, checkpoints and snapshots commit to. Computed when asked, from what has changed since.
    journal::Digest digest() const;

    std::uint64_t episodeCount() const { return m_facts.size(); }
    const EpisodeFact &fact(EpisodeId id) const { return m_facts[id.value - 1]; }
    PatternId patternOf(EpisodeId id) const { return m_patternOf[id.value - 1]; }
    const std::map<PatternId, PatternEntry> &patterns() const { return m_patterns; }
    const PatternEntry *pattern(PatternId id) const;
    std::vector<const EpisodeFact *> factsOf(const PatternEntry &record) const;
    /// Empty until weights were committed: then those of the configuration are in force.
    const std::vector<AgentWeight> &weights() const { return m_weights; }
    const std::set<std::string> &benched() const { return m_benched; }
    const std::map<journal::PublicKey, std::string> &engines() const { return m_engines; }
    bool knowsTrip(const journal::Digest &trip) const { return m_trips.contains(trip); }
    /// Whether an episode cites the fill in a way that excludes this use.
    bool usesFill(const FillKey &fill, FillUse use) const;
    bool knowsProposal(const journal::Digest &id) const { return m_proposalIds.contains(id); }
    /// As hot memory keeps it.
    MemoryItem item(EpisodeId id) const;

    /// All of it, for snapshots. What was read is right only if digest() is the one that a quorum vouched for.
    template <class Visitor>
    void visitState(Visitor &&visit)
    {
        visit("facts", m_facts);
        visit("patterns", m_patterns);
        visit("proposals", m_proposals);
        visit("weights", m_weights);
        visit("benched", m_benched);
        visit("engines", m_engines);
    }
    /// After visitState() has read into an empty state: fills in what follows from it. Corrupt if the parts contradict each
    /// other; the state is then of no use.
    Result<void> restored();

private:
    struct FirstBytes {
        template <class Bytes>
        std::size_t operator()(const Bytes &bytes) const
        {
            std::size_t hash = 0;
            std::copy_n(bytes.begin(), sizeof hash, reinterpret_cast<std::byte *>(&hash));
            return hash;
        }
    };

    void addFact(EpisodeFact fact);
    void addProposal(const journal::Digest &id);

    std::vector<EpisodeFact> m_facts; ///< episode n is at n − 1
    std::map<PatternId, PatternEntry> m_patterns;
    std::vector<journal::Digest> m_proposals; ///< ids of those that added no episode, in order
    std::vector<AgentWeight> m_weights;
    std::set<std::string> m_benched;
    std::map<journal::PublicKey, std::string> m_engines;

    // Follows from the above.
    std::vector<PatternId> m_patternOf; ///< by episode
    MerkleLog m_factTree;
    MerkleLog m_proposalTree;
    std::map<PatternId, journal::Digest> m_patternDigests;
    std::unordered_set<journal::Digest, FirstBytes> m_trips; // never iterated
    std::unordered_map<FillKey, std::uint8_t, FirstBytes> m_fills; // never iterated; their uses
    std::unordered_set<journal::Digest, FirstBytes> m_proposalIds; // never iterated
};

} // namespace coinswarm::memory
