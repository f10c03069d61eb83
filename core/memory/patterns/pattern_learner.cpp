// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/patterns/pattern_learner.h"

#include "memory/patterns/centre_trial.h"
#include "memory/quorum/ed25519_crypto.h"
#include "memory/state/memory_policy.h"
#include "memory/state/proposal_rules.h"

#include <algorithm>

namespace coinswarm::memory {

namespace {

bool isLike(const EpisodeFact &fact, const Pattern &pattern)
{
    return pattern.status != PatternStatus::Deprecated && fact.action == pattern.action
        && squaredDistance(fact.state, pattern.centre) <= kPatternRadius;
}

/// What the learner's proposals are about; 0 if they found it.
PatternId patternOf(const ProposalBody &body)
{
    if (const auto *update = std::get_if<UpdatePattern>(&body)) {
        return update->pattern;
    }
    if (const auto *promote = std::get_if<PromotePattern>(&body)) {
        return promote->pattern;
    }
    return std::get<DeprecatePattern>(body).pattern;
}

/// Whether it was granted, or can no longer be.
bool isOver(const ProposalBody &body, const MemoryState &state)
{
    if (const auto *update = std::get_if<UpdatePattern>(&body)) {
        return std::any_of(update->episodes.begin(), update->episodes.end(),
                           [&](EpisodeId id) { return bool(state.patternOf(id)); });
    }
    const PatternStatus status = state.pattern(patternOf(body))->pattern.status;
    return status == PatternStatus::Deprecated
        || (std::holds_alternative<PromotePattern>(body) && status == PatternStatus::Promoted);
}

/// Patterns that would take the episode, nearest first.
std::vector<const PatternEntry *> takersOf(const EpisodeFact &fact, const MemoryState &state)
{
    std::vector<std::pair<std::int32_t, const PatternEntry *>> near;
    for (const auto &[id, record] : state.patterns()) {
        if (isLike(fact, record.pattern)) {
            near.emplace_back(squaredDistance(fact.state, record.pattern.centre), &record);
        }
    }
    std::sort(near.begin(), near.end(), [](const auto &a, const auto &b) {
        return a.first != b.first ? a.first < b.first : a.second->pattern.id < b.second->pattern.id;
    });
    std::vector<const PatternEntry *> takers;
    for (const auto &[distance, record] : near) {
        takers.push_back(record);
    }
    return takers;
}

} // namespace

std::vector<ProposalBody> PatternLearner::propose(const MemoryState &state, std::uint64_t slot)
{
    m_asked.clear();
    m_loose.follow(state);
    settle(state, slot);
    const std::vector<const PatternEntry *> news = changed(state, slot);
    MemoryDraft draft(state, slot + 1);
    judge(news, draft);
    join(state, news, draft);
    found(state, draft);
    for (const ProposalBody &body : m_asked) {
        m_pending.push_back({body, slot + m_tuning.patience});
    }
    return m_asked;
}

void PatternLearner::settle(const MemoryState &state, std::uint64_t slot)
{
    std::erase_if(m_pending, [&](const Pending &pending) {
        const bool expired = slot >= pending.until;
        m_lookAtAll = m_lookAtAll || expired;
        if (!expired && !isOver(pending.body, state)) {
            return false;
        }
        if (const auto *update = std::get_if<UpdatePattern>(&pending.body)) {
            m_loose.refresh(update->episodes); // Those that somebody else's proposal left.
        }
        return true;
    });
    if (m_lookAtAll) {
        m_loose.refresh();
        for (const Pending &pending : m_pending) {
            if (const auto *update = std::get_if<UpdatePattern>(&pending.body)) {
                m_loose.wait(update->episodes);
            }
        }
    }
}

std::vector<const PatternEntry *> PatternLearner::changed(const MemoryState &state, std::uint64_t slot)
{
    std::vector<const PatternEntry *> records;
    for (const auto &[id, record] : state.patterns()) {
        if (m_lookAtAll || record.pattern.slot > m_slot) {
            records.push_back(&record);
        }
    }
    m_slot = slot;
    m_lookAtAll = false;
    return records;
}

bool PatternLearner::ask(const ProposalBody &body, MemoryDraft &draft)
{
    static const quorum::Ed25519Crypto noKey;
    const Submission nobody{noKey, {}, {}, 0};
    if (std::visit([&](const auto &proposal) { return admit(proposal, nobody, draft); }, body) != api::Rejection::None)
    {
        return false;
    }
    m_asked.push_back(body);
    return true;
}

bool PatternLearner::isPending(PatternId pattern) const
{
    const auto about = [&](const ProposalBody &body) { return patternOf(body) == pattern; };
    return std::any_of(m_asked.begin(), m_asked.end(), about)
        || std::any_of(m_pending.begin(), m_pending.end(), [&](const Pending &pending) { return about(pending.body); });
}

bool PatternLearner::foundingPending(const MemoryState &state, Action action) const
{
    return std::any_of(m_pending.begin(), m_pending.end(), [&](const Pending &pending) {
        const auto *update = std::get_if<UpdatePattern>(&pending.body);
        return update != nullptr && !update->pattern && state.fact(update->episodes.front()).action == action;
    });
}

void PatternLearner::judge(const std::vector<const PatternEntry *> &changed, MemoryDraft &draft)
{
    for (const PatternEntry *record : changed) {
        const Pattern &pattern = record->pattern;
        if (record->members.size() < kDecayEpisodes || pattern.status == PatternStatus::Deprecated
            || isPending(pattern.id)) {
            continue;
        }
        if (pattern.status == PatternStatus::Promoted || !ask(PromotePattern{pattern.id}, draft)) {
            ask(DeprecatePattern{pattern.id}, draft);
        }
    }
}

void PatternLearner::lookAgain(const MemoryState &state, const std::vector<const PatternEntry *> &changed)
{
    std::vector<EpisodeId> again;
    for (const auto &[id, standing] : m_loose.all()) {
        const EpisodeFact &fact = state.fact(id);
        if (standing == LooseEpisodes::Standing::Outside
            && std::any_of(changed.begin(), changed.end(),
                           [&](const PatternEntry *record) { return isLike(fact, record->pattern); }))
        {
            again.push_back(id);
        }
    }
    // Until they were compared they found nothing of their own beside the pattern that may take them.
    m_loose.refresh(again);
}

std::vector<EpisodeId> PatternLearner::undecided() const
{
    std::vector<EpisodeId> ids;
    for (const auto &[id, standing] : m_loose.all()) {
        if (standing == LooseEpisodes::Standing::Fresh) {
            ids.push_back(id);
        }
        if (ids.size() == m_tuning.mostCompared) {
            break;
        }
    }
    return ids;
}

void PatternLearner::join(const MemoryState &state, const std::vector<const PatternEntry *> &changed,
                          MemoryDraft &draft)
{
    lookAgain(state, changed);
    std::map<PatternId, CentreTrial> trials;
    for (const EpisodeId id : undecided()) {
        const EpisodeFact &fact = state.fact(id);
        bool taken = false;
        for (const PatternEntry *taker : takersOf(fact, state)) {
            const PatternId pattern = taker->pattern.id;
            CentreTrial &trial = trials.try_emplace(pattern, *taker).first->second;
            // The nearest is busy: better wait for it than join the next.
            taken = isPending(pattern) || trial.joined().size() == m_tuning.mostEpisodes || trial.join(id, fact.state);
            if (taken) {
                break;
            }
        }
        if (!taken) {
            m_loose.putOutside(state, id);
        }
    }
    for (const auto &[pattern, trial] : trials) {
        if (!trial.joined().empty() && ask(UpdatePattern{pattern, trial.joined()}, draft)) {
            m_loose.wait(trial.joined());
        }
    }
}

void PatternLearner::found(const MemoryState &state, MemoryDraft &draft)
{
    for (const Action action : {Action::Buy, Action::Sell}) {
        if (foundingPending(state, action)) {
            continue;
        }
        const auto group = m_loose.group(state, action, m_tuning.founders, m_tuning.mostEpisodes);
        if (group && ask(UpdatePattern{PatternId(), *group}, draft)) {
            m_loose.wait(*group);
        }
    }
}

} // namespace coinswarm::memory
