// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/state/memory_policy.h"
#include "memory/state/proposal_rules.h"

#include <algorithm>
#include <cmath>

namespace coinswarm::memory {

namespace {

bool isName(const std::string &name)
{
    return !name.empty() && name.size() <= kMostNameBytes;
}

/// One or more agents, each named once, by ascending name.
bool wellNamed(const std::vector<AgentWeight> &weights)
{
    return !weights.empty() && weights.size() <= kMostVotes
        && std::all_of(weights.begin(), weights.end(), [](const AgentWeight &w) { return isName(w.agent); })
        && std::adjacent_find(weights.begin(), weights.end(),
                              [](const AgentWeight &a, const AgentWeight &b) { return a.agent >= b.agent; })
        == weights.end();
}

bool sameAgents(const std::vector<AgentWeight> &a, const std::vector<AgentWeight> &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const AgentWeight &x, const AgentWeight &y) { return x.agent == y.agent; });
}

bool sumsToOne(const std::vector<AgentWeight> &weights)
{
    double sum = 0;
    for (const AgentWeight &weight : weights) {
        sum += weight.weight;
    }
    return std::abs(sum - 1) <= kWeightsTolerance;
}

const AgentWeight *find(const std::vector<AgentWeight> &weights, const std::string &agent)
{
    const auto found = std::lower_bound(weights.begin(), weights.end(), agent,
                                        [](const AgentWeight &w, const std::string &name) { return w.agent < name; });
    return found != weights.end() && found->agent == agent ? &*found : nullptr;
}

double directionOf(Action action)
{
    return action == Action::Buy ? 1 : action == Action::Sell ? -1 : 0;
}

} // namespace

double scoreOf(const MemoryDraft &draft, const std::vector<AgentWeight> &weights)
{
    double total = 0;
    for (std::uint64_t i = 1; i <= draft.episodeCount(); ++i) {
        const EpisodeFact &fact = draft.fact(EpisodeId(i));
        double score = 0;
        double voted = 0;
        for (const EpisodeVote &vote : fact.votes) {
            if (const AgentWeight *weight = find(weights, vote.agent)) {
                score += weight->weight * directionOf(vote.action) * vote.confidence;
                voted += weight->weight;
            }
        }
        if (voted > 0) {
            total += fact.reward * directionOf(fact.action) * (score / voted);
        }
    }
    return total;
}

api::Rejection admit(const ChangeWeights &proposal, const Submission &, MemoryDraft &draft)
{
    if (!wellNamed(proposal.from) || !wellNamed(proposal.to) || !sameAgents(proposal.from, proposal.to)) {
        return api::Rejection::WeightsNotNamed;
    }
    for (const AgentWeight &weight : proposal.to) {
        if (!(weight.weight >= kLeastWeight && weight.weight <= kMostWeight)) {
            return api::Rejection::WeightOutOfBounds;
        }
    }
    for (const AgentWeight &weight : proposal.from) {
        if (!(weight.weight >= 0 && weight.weight <= 1)) {
            return api::Rejection::WeightOutOfBounds;
        }
    }
    if (!sumsToOne(proposal.to) || !sumsToOne(proposal.from)) {
        return api::Rejection::WeightsSum;
    }
    if (!draft.weights().empty() && draft.weights() != proposal.from) {
        return api::Rejection::WeightsNotInForce;
    }
    if (proposal.from == proposal.to) {
        return api::Rejection::WeightsUnchanged;
    }
    if (draft.episodeCount() < kWeightEpisodes || !(scoreOf(draft, proposal.to) >= scoreOf(draft, proposal.from))) {
        return api::Rejection::WeightsScoreWorse;
    }
    draft.setWeights(proposal.to);
    return api::Rejection::None;
}

api::Rejection admit(const BenchAgent &proposal, const Submission &, MemoryDraft &draft)
{
    if (!isName(proposal.agent)) {
        return api::Rejection::AgentUnnamed;
    }
    if (draft.benched(proposal.agent) == proposal.benched) {
        return api::Rejection::AgentAlreadySo;
    }
    draft.setBenched(proposal.agent, proposal.benched);
    return api::Rejection::None;
}

api::Rejection admit(const RegisterEngine &proposal, const Submission &, MemoryDraft &draft)
{
    const bool revokes = proposal.name.empty();
    if (proposal.name.size() > kMostNameBytes || draft.knowsEngine(proposal.key) != revokes) {
        return api::Rejection::EngineAlreadySo;
    }
    if (revokes && draft.engineCount() == 1) {
        return api::Rejection::LastEngine;
    }
    draft.setEngine(proposal.key, proposal.name);
    return api::Rejection::None;
}

} // namespace coinswarm::memory
