// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/embedding.h>
#include <coinswarm/export.h>
#include <coinswarm/recall.h>
#include <coinswarm/result.h>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace coinswarm {

/// An episode as memory holds it.
struct MemoryItem {
    EpisodeId id;
    Embedding embedding;
    EpisodeTags tags;

    bool operator==(const MemoryItem &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("embedding", self.embedding);
        visit("tags", self.tags);
    }
};

/// Which episodes a query is about; what is not set matches everything.
struct RecallFilter {
    std::optional<std::string> symbol;
    std::optional<Action> action;
    std::optional<VolatilityRegime> volatility;
    std::optional<SpreadRegime> spread;
    std::optional<TrendRegime> trend;
    std::optional<SessionRegime> hours;
    std::optional<PatternId> pattern;
    std::optional<Timestamp> from; ///< inclusive
    std::optional<Timestamp> to; ///< exclusive
    bool withDeprecated = false; ///< episodes of deprecated patterns are left out otherwise

    bool operator==(const RecallFilter &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("symbol", self.symbol);
        visit("action", self.action);
        visit("volatility", self.volatility);
        visit("spread", self.spread);
        visit("trend", self.trend);
        visit("hours", self.hours);
        visit("pattern", self.pattern);
        visit("from", self.from);
        visit("to", self.to);
        visit("with_deprecated", self.withDeprecated);
    }
};

struct RecallQuery {
    Embedding embedding;
    std::uint32_t count = kRecalledEpisodes; ///< 1 … 1,000
    RecallFilter filter;
    bool exact = false; ///< compare with every episode instead of searching the graph
};

/// What a committed slot changed in the memory of episodes.
struct PutEpisode {
    MemoryItem item; ///< a new id, or an id that is there: replaced
};
struct RemoveEpisode {
    EpisodeId id; ///< one that is not there changes nothing
};
using MemoryChange = std::variant<PutEpisode, RemoveEpisode>;

enum class MemoryHealth : unsigned char {
    Working,
    Degraded, ///< answers, but something behind it is away: `reason` says what
    Failed, ///< does not answer
};

constexpr auto enumNames(MemoryHealth)
{
    return std::array<std::string_view, 3>{"working", "degraded", "failed"};
}

struct MemoryInfo {
    MemoryHealth health = MemoryHealth::Working;
    std::string reason; ///< empty when working; else what, where, what to do
    std::string backend; ///< "embedded", "redis"
    std::uint64_t slot = 0;
    std::uint64_t episodes = 0;
    std::uint64_t unindexed = 0; ///< of them, those that are compared one by one until the graph has them
    std::uint64_t bytes = 0; ///< of memory
    std::uint64_t queries = 0; ///< since it was opened
    double queriesPerSecond = 0; ///< over the last ten seconds
    double medianMicroseconds = 0; ///< of recent queries
    double p99Microseconds = 0;

    bool operator==(const MemoryInfo &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("health", self.health);
        visit("reason", self.reason);
        visit("backend", self.backend);
        visit("slot", self.slot);
        visit("episodes", self.episodes);
        visit("unindexed", self.unindexed);
        visit("bytes", self.bytes);
        visit("queries", self.queries);
        visit("queries_per_second", self.queriesPerSecond);
        visit("median_microseconds", self.medianMicroseconds);
        visit("p99_microseconds", self.p99Microseconds);
    }
};

/// The episodes of the swarm, searchable by likeness. It is a projection of the quorum's commits: it can be lost and
/// filled again, and it never decides what is in memory.
///
/// Thread: apply(), save() and optimise() from one thread at a time; recall(), get() and info() from any, at any time, also while the others
/// run. A recall sees whole slots only: all changes of the slot that it names and of those before, none of later ones.
/// Determinism: exact recalls depend on query and contents alone. Others may miss a neighbour; therefore what was
/// recalled is journaled.
class COINSWARM_SDK_EXPORT HotMemory
{
public:
    virtual ~HotMemory();

    /// The last slot that apply() was given, or that the stored snapshot reflects; 0 when empty.
    virtual std::uint64_t slot() const = 0;
    /// Takes the changes of one slot, visible to every later recall. Slots come in order and may leave out those that changed
    /// nothing. Refused if `slot` is not beyond slot(). Invalid, and nothing is changed, if an episode has id 0, a feature of −128
    /// or a tag without a name.
    virtual Result<void> apply(std::uint64_t slot, std::span<const MemoryChange> changes) = 0;
    /// Nearest first. Unavailable while the backend cannot answer. Invalid if the count is out of range, a feature −128 or a value
    /// of the filter without a name.
    virtual Result<Recall> recall(const RecallQuery &query) const = 0;
    virtual std::optional<MemoryItem> get(EpisodeId id) const = 0;
    /// Writes what is held to the plugin's folder, so that the next start continues behind slot().
    virtual Result<void> save() = 0;
    /// Builds the search structure anew. `progress` gets 0 … 1 and returns false to give up; then the old one stays
    /// and the result is Refused.
    virtual Result<void> optimise(const std::function<bool(double)> &progress) = 0;
    /// Forgets everything, also what is stored: it will be filled from slot 1.
    virtual Result<void> clear() = 0;
    virtual MemoryInfo info() const = 0;

protected:
    HotMemory() = default;
    HotMemory(const HotMemory &) = delete;
    HotMemory &operator=(const HotMemory &) = delete;
};

} // namespace coinswarm
