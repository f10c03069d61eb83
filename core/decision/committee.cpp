// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "decision/committee.h"

#include <coinswarm/text.h>

#include <algorithm>

namespace coinswarm::decision {

namespace {

/// The largest double that is a raw quantity.
constexpr double kLargestSize = 9'223'372'036'854'774'784.0;

double sign(Action action)
{
    return action == Action::Buy ? 1 : action == Action::Sell ? -1 : 0;
}

bool countsInDenominator(const CommitteeMember &member, const CountedVote &vote)
{
    return vote.status == VoteStatus::Voted && !(member.mayVeto && vote.vote.action == Action::Hold);
}

bool reduces(Action action, Quantity held)
{
    return (action == Action::Sell && held.isPositive()) || (action == Action::Buy && held.isNegative());
}

const char *word(Action action)
{
    return action == Action::Buy ? "BUY" : action == Action::Sell ? "SELL" : "HOLD";
}

std::string scoreText(double score, double threshold)
{
    return sentence({"score ", number(score, 2), " against a threshold of ", number(threshold, 2)});
}

/// Fills size, stop and target from those who voted for the decided action.
void adoptTerms(Decision &decision, const Instrument &instrument)
{
    double support = 0;
    double weighted = 0;
    double strongest = 0;
    for (const CountedVote &vote : decision.votes) {
        if (vote.status != VoteStatus::Voted || vote.vote.action != decision.action) {
            continue;
        }
        const double strength = vote.contribution < 0 ? -vote.contribution : vote.contribution;
        if (vote.vote.size.isPositive()) {
            support += strength;
            weighted += strength * static_cast<double>(vote.vote.size.raw);
        }
        if (strength > strongest) {
            strongest = strength;
            decision.stop = vote.vote.stop;
            decision.target = vote.vote.target;
        }
    }
    if (support > 0) {
        // A mean of sizes at the end of the range can be rounded beyond it as a double.
        const double mean = std::min(weighted / support, kLargestSize);
        decision.size = roundedDownTo(Quantity::fromRaw(static_cast<std::int64_t>(mean)), instrument.lot);
    }
}

} // namespace

Committee::Committee(CommitteeRules rules) : m_rules(rules) {}

Decision Committee::decide(const std::vector<CommitteeMember> &members, std::vector<CountedVote> votes,
                           const Instrument &instrument, Quantity held) const
{
    Decision decision;
    decision.instrument = instrument.id;
    decision.threshold = m_rules.threshold;

    double weights = 0;
    std::uint32_t voters = 0;
    for (std::size_t i = 0; i < members.size(); ++i) {
        votes[i].agent = AgentId(static_cast<std::uint32_t>(i + 1));
        votes[i].weight = members[i].weight;
        voters += votes[i].status == VoteStatus::Voted ? 1 : 0;
        weights += countsInDenominator(members[i], votes[i]) ? members[i].weight : 0;
    }
    for (std::size_t i = 0; i < members.size(); ++i) {
        CountedVote &vote = votes[i];
        if (vote.status != VoteStatus::Voted) {
            continue;
        }
        vote.contribution = weights > 0 ? sign(vote.vote.action) * vote.weight * vote.vote.confidence / weights : 0;
        decision.score += vote.contribution;
        if (vote.vote.veto && members[i].mayVeto && !decision.vetoed) {
            decision.vetoed = true;
            decision.vetoedBy = vote.agent;
        }
    }

    Action wanted = Action::Hold;
    if (voters >= m_rules.minimumVoters) {
        wanted = decision.score >= m_rules.threshold ? Action::Buy
            : decision.score <= -m_rules.threshold   ? Action::Sell
                                                     : Action::Hold;
    }
    const bool forbidden = decision.vetoed && wanted != Action::Hold && !reduces(wanted, held);
    decision.action = forbidden ? Action::Hold : wanted;

    for (CountedVote &vote : votes) {
        vote.dissents = vote.status == VoteStatus::Voted && vote.vote.action != decision.action
            && (vote.vote.action != Action::Hold || vote.vote.veto);
    }
    decision.votes = std::move(votes);
    if (decision.action != Action::Hold) {
        adoptTerms(decision, instrument);
    }

    const std::string score = scoreText(decision.score, m_rules.threshold);
    if (voters < m_rules.minimumVoters) {
        decision.summary = "HOLD: only " + std::to_string(voters) + " of at least "
            + std::to_string(m_rules.minimumVoters) + " agents answered.";
    } else if (forbidden) {
        decision.summary = std::string("HOLD: ") + members[decision.vetoedBy.value - 1].name + " vetoed " + word(wanted)
            + " (" + score + ").";
    } else {
        decision.summary = std::string(word(decision.action)) + ": " + score + ", " + std::to_string(voters) + " of "
            + std::to_string(members.size()) + " agents voted.";
    }
    return decision;
}

} // namespace coinswarm::decision
