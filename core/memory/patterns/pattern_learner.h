// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/patterns/loose_episodes.h"
#include "memory/state/memory_draft.h"

#include <cstdint>
#include <vector>

namespace coinswarm::memory {

struct LearnerTuning {
    std::size_t founders = 5; ///< episodes that must lie close together: fewer are outliers
    std::size_t mostEpisodes = 128; ///< in one proposal
    std::size_t mostCompared = 512; ///< episodes compared with all patterns in one call
    std::uint64_t patience = 64; ///< slots after which a proposal that nobody decided is made again
};

/// Finds patterns in what was committed, and says what to propose about them: episodes join the nearest pattern of their
/// side, or found one where enough lie together; patterns are promoted as soon as the rules grant it, and deprecated when
/// they decay. A function of the memory it is shown and of what it has asked for; whoever forgets it begins again. Asks for
/// nothing that this version's rules would refuse. One proposal per pattern is under way at a time, and one that founds per
/// side: what comes meanwhile goes into the next. One thread.
class PatternLearner
{
public:
    explicit PatternLearner(LearnerTuning tuning = {}) : m_tuning(tuning) {}

    /// To be called after each slot with the memory as it is behind it.
    std::vector<ProposalBody> propose(const MemoryState &state, std::uint64_t slot);
    std::size_t pending() const { return m_pending.size(); }

private:
    struct Pending {
        ProposalBody body;
        std::uint64_t until = 0;
    };

    void settle(const MemoryState &state, std::uint64_t slot);
    std::vector<const PatternEntry *> changed(const MemoryState &state, std::uint64_t slot);
    void judge(const std::vector<const PatternEntry *> &changed, MemoryDraft &draft);
    void join(const MemoryState &state, const std::vector<const PatternEntry *> &changed, MemoryDraft &draft);
    /// Episodes outside whose comparison may end otherwise than the last time are to be compared again.
    void lookAgain(const MemoryState &state, const std::vector<const PatternEntry *> &changed);
    std::vector<EpisodeId> undecided() const; ///< at most mostCompared
    void found(const MemoryState &state, MemoryDraft &draft);
    bool isPending(PatternId pattern) const;
    bool foundingPending(const MemoryState &state, Action action) const;
    /// Asks for it if the rules grant it.
    bool ask(const ProposalBody &body, MemoryDraft &draft);

    LearnerTuning m_tuning;
    LooseEpisodes m_loose;
    std::vector<Pending> m_pending;
    std::vector<ProposalBody> m_asked; ///< in this call
    std::uint64_t m_slot = 0;
    bool m_lookAtAll = true;
};

} // namespace coinswarm::memory
