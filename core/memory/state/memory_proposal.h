// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/digest.h"

#include <coinswarm/episode.h>
#include <coinswarm/timestamp.h>

#include <string>
#include <variant>
#include <vector>

/// What may be asked of memory. Every proposal is signed by an engine that the memory knows.
namespace coinswarm::memory {

/// Type of the journal's record of a closed trade; docs/record-types.md calls it episode_closed.
inline constexpr std::uint16_t kEpisodeRecordType = 271;

/// The journal's head right behind the record of the closed trade, with the proof that the record leads to it: the engine
/// cannot later show a journal without this trade and not be caught.
struct JournalCitation {
    Sequence record; ///< of the closed trade; a block of its own
    Timestamp time; ///< of the record
    journal::Digest before{}; ///< the journal's chain hash before it
    journal::Digest chain{}; ///< and after it

    bool operator==(const JournalCitation &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("record", self.record);
        visit("time", self.time);
        visit("before", self.before);
        visit("chain", self.chain);
    }
};

struct AddEpisode {
    Episode episode;
    JournalCitation journal;

    bool operator==(const AddEpisode &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("episode", self.episode);
        visit("journal", self.journal);
    }
};

/// Adds episodes to a pattern, or founds one. Its statistics are nobody's claim: each manager computes them.
struct UpdatePattern {
    PatternId pattern; ///< 0 founds a new one, around the mean of `episodes`
    std::vector<EpisodeId> episodes; ///< that belong to no pattern yet

    bool operator==(const UpdatePattern &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("pattern", self.pattern);
        visit("episodes", self.episodes);
    }
};

struct PromotePattern {
    PatternId pattern;

    bool operator==(const PromotePattern &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("pattern", self.pattern);
    }
};

struct DeprecatePattern {
    PatternId pattern;

    bool operator==(const DeprecatePattern &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("pattern", self.pattern);
    }
};

struct AgentWeight {
    std::string agent;
    double weight = 0;

    bool operator==(const AgentWeight &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("agent", self.agent);
        visit("weight", self.weight);
    }
};

/// `from` are the weights in force where they were proposed, which the score is compared with; once weights have been
/// committed they must be those.
struct ChangeWeights {
    std::vector<AgentWeight> from; ///< by ascending name, as `to`
    std::vector<AgentWeight> to;

    bool operator==(const ChangeWeights &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("from", self.from);
        visit("to", self.to);
    }
};

struct BenchAgent {
    std::string agent;
    bool benched = true; ///< false brings it back

    bool operator==(const BenchAgent &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("agent", self.agent);
        visit("benched", self.benched);
    }
};

/// Lets a further engine propose, or no longer.
struct RegisterEngine {
    journal::PublicKey key{};
    std::string name; ///< empty revokes it

    bool operator==(const RegisterEngine &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("key", self.key);
        visit("name", self.name);
    }
};

/// Append only: the index is part of the bytes.
using ProposalBody = std::variant<AddEpisode, UpdatePattern, PromotePattern, DeprecatePattern, ChangeWeights,
                                  BenchAgent, RegisterEngine>;

/// "add_episode", "update_pattern", …
std::string_view kindName(const ProposalBody &body);

struct MemoryProposal {
    Timestamp time; ///< when it was made
    std::string justification; ///< for people; not judged
    ProposalBody body;

    bool operator==(const MemoryProposal &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("time", self.time);
        visit("justification", self.justification);
        visit("body", self.body);
    }
};

inline constexpr std::size_t kMostJustificationBytes = 2'000;

} // namespace coinswarm::memory
