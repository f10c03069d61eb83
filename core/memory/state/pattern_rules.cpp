// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/state/memory_policy.h"
#include "memory/state/proposal_rules.h"

#include <algorithm>
#include <set>

namespace coinswarm::memory {

namespace {

bool isLike(const EpisodeFact &fact, const Pattern &pattern)
{
    return fact.action == pattern.action && squaredDistance(fact.state, pattern.centre) <= kPatternRadius;
}

/// Around the mean of its first episodes: any one of them may lie as far from it as the radius.
api::Rejection found(const UpdatePattern &proposal, const MemoryDraft &draft, PatternEntry &record)
{
    record.pattern.id = draft.nextPattern();
    record.pattern.action = draft.fact(proposal.episodes.front()).action;
    for (const EpisodeId id : proposal.episodes) {
        join(record, id, draft.fact(id).state);
    }
    record.pattern.founding = record.pattern.centre;
    const bool alike = std::all_of(proposal.episodes.begin(), proposal.episodes.end(),
                                   [&](EpisodeId id) { return isLike(draft.fact(id), record.pattern); });
    return alike ? api::Rejection::None : api::Rejection::EpisodeUnlike;
}

/// Each moves the centre that the next is compared with.
api::Rejection extend(const UpdatePattern &proposal, const MemoryDraft &draft, PatternEntry &record)
{
    for (const EpisodeId id : proposal.episodes) {
        const EpisodeFact &fact = draft.fact(id);
        if (!isLike(fact, record.pattern)) {
            return api::Rejection::EpisodeUnlike;
        }
        join(record, id, fact.state);
        if (squaredDistance(record.pattern.centre, record.pattern.founding) > kPatternDrift) {
            return api::Rejection::PatternDrifts;
        }
    }
    return api::Rejection::None;
}

bool mayBePromoted(const PatternStatistics &statistics)
{
    return statistics.episodes >= kPromoteEpisodes && statistics.days >= kPromoteDays
        && statistics.sharpe >= kPromoteSharpe && statistics.drawdown <= kPromoteDrawdown;
}

} // namespace

api::Rejection admit(const UpdatePattern &proposal, const Submission &by, MemoryDraft &draft)
{
    if (proposal.episodes.empty()) {
        return api::Rejection::NoEpisodes;
    }
    std::set<EpisodeId> named;
    for (const EpisodeId id : proposal.episodes) {
        if (!draft.hasEpisode(id)) {
            return api::Rejection::UnknownEpisode;
        }
        if (draft.patternOf(id) || !named.insert(id).second) {
            return api::Rejection::EpisodeTaken;
        }
    }
    const PatternEntry *known = draft.pattern(proposal.pattern);
    if (proposal.pattern && known == nullptr) {
        return api::Rejection::UnknownPattern;
    }
    if (known != nullptr && known->pattern.status == PatternStatus::Deprecated) {
        return api::Rejection::PatternDeprecated;
    }
    PatternEntry record = known != nullptr ? *known : PatternEntry();
    const api::Rejection verdict = known != nullptr ? extend(proposal, draft, record) : found(proposal, draft, record);
    if (verdict != api::Rejection::None) {
        return verdict;
    }
    const std::vector<const EpisodeFact *> facts = draft.factsOf(record);
    record.pattern.statistics = statisticsOf(facts);
    record.pattern.updated = by.time;
    record.pattern.slot = draft.slot();
    nameAfter(record.pattern, facts);
    draft.putPattern(std::move(record));
    return api::Rejection::None;
}

api::Rejection admit(const PromotePattern &proposal, const Submission &by, MemoryDraft &draft)
{
    const PatternEntry *known = draft.pattern(proposal.pattern);
    if (known == nullptr) {
        return api::Rejection::UnknownPattern;
    }
    if (known->pattern.status != PatternStatus::Candidate) {
        return known->pattern.status == PatternStatus::Promoted ? api::Rejection::PatternPromoted
                                                                : api::Rejection::PatternDeprecated;
    }
    const PatternStatistics statistics = statisticsOf(draft.factsOf(*known));
    if (statistics.episodes < kPromoteEpisodes || statistics.days < kPromoteDays) {
        return api::Rejection::TooFewEpisodes;
    }
    if (!(statistics.sharpe >= kPromoteSharpe)) {
        return api::Rejection::SharpeTooLow;
    }
    if (!(statistics.drawdown <= kPromoteDrawdown)) {
        return api::Rejection::DrawdownTooDeep;
    }
    PatternEntry record = *known;
    record.pattern.status = PatternStatus::Promoted;
    record.pattern.statistics = statistics;
    record.pattern.updated = by.time;
    record.pattern.slot = draft.slot();
    draft.putPattern(std::move(record));
    return api::Rejection::None;
}

bool decays(const PatternEntry &record, const std::vector<const EpisodeFact *> &facts)
{
    const PatternStatistics statistics = statisticsOf(facts);
    if (statistics.episodes < kDecayEpisodes || mayBePromoted(statistics)) {
        return false;
    }
    const bool fallen = record.pattern.status == PatternStatus::Promoted
        && (statistics.sharpe < kDecaySharpe || statistics.drawdown > kDecayDrawdown);
    return fallen || losesLately(facts);
}

api::Rejection admit(const DeprecatePattern &proposal, const Submission &by, MemoryDraft &draft)
{
    const PatternEntry *known = draft.pattern(proposal.pattern);
    if (known == nullptr) {
        return api::Rejection::UnknownPattern;
    }
    if (known->pattern.status == PatternStatus::Deprecated) {
        return api::Rejection::PatternDeprecated;
    }
    if (!decays(*known, draft.factsOf(*known))) {
        return api::Rejection::PatternSound;
    }
    PatternEntry record = *known;
    record.pattern.status = PatternStatus::Deprecated;
    record.pattern.updated = by.time;
    record.pattern.slot = draft.slot();
    draft.putPattern(std::move(record));
    return api::Rejection::None;
}

} // namespace coinswarm::memory
