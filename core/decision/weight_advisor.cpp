// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "decision/weight_advisor.h"

namespace coinswarm::decision {

namespace {

constexpr double kLearningRate = 0.1;
constexpr double kFullScoreReturn = 0.01;
constexpr double kLeastWeight = 0.01;
/// Entries that never became a trade (denied, rejected, expired) must not pile up.
constexpr std::size_t kMostEntries = 1'000;

} // namespace

WeightAdvisor::WeightAdvisor(const std::vector<double> &weights)
{
    m_records.reserve(weights.size());
    for (const double weight : weights) {
        m_records.push_back({.suggestedWeight = weight});
    }
}

void WeightAdvisor::onEntry(const Decision &decision)
{
    std::vector<Action> actions;
    actions.reserve(decision.votes.size());
    for (const CountedVote &vote : decision.votes) {
        actions.push_back(vote.status == VoteStatus::Voted ? vote.vote.action : Action::Hold);
    }
    m_entries[decision.id] = std::move(actions);
    while (m_entries.size() > kMostEntries) {
        m_entries.erase(m_entries.begin());
    }
}

Action WeightAdvisor::votedAtEntry(DecisionId decision, AgentId agent) const
{
    const auto entry = m_entries.find(decision);
    if (entry == m_entries.end() || !agent || agent.value > entry->second.size()) {
        return Action::Hold;
    }
    return entry->second[agent.value - 1];
}

void WeightAdvisor::onRoundTrip(const RoundTrip &trade)
{
    const auto entry = m_entries.find(trade.decision);
    const Money invested = notional(trade.entryPrice, trade.quantity);
    if (entry == m_entries.end() || invested.isZero()) {
        return;
    }
    const double netReturn = static_cast<double>(trade.pnl.raw) / static_cast<double>(invested.raw);
    const double size = netReturn < 0 ? -netReturn : netReturn;
    const double strength = size > kFullScoreReturn ? 1 : size / kFullScoreReturn;
    const Action taken = trade.side == Side::Buy ? Action::Buy : Action::Sell;

    double sum = 0;
    for (std::size_t i = 0; i < m_records.size(); ++i) {
        AgentRecord &record = m_records[i];
        const Action voted = i < entry->second.size() ? entry->second[i] : Action::Hold;
        if (voted != Action::Hold) {
            const bool earned = (voted == taken) == trade.pnl.isPositive();
            ++record.scoredTrades;
            record.hits += earned ? 1 : 0;
            record.suggestedWeight *= 1 + kLearningRate * (earned ? strength : -strength);
        }
        sum += record.suggestedWeight;
    }
    for (AgentRecord &record : m_records) {
        const double scaled = sum > 0 ? record.suggestedWeight / sum : record.suggestedWeight;
        record.suggestedWeight = scaled < kLeastWeight ? kLeastWeight : scaled;
    }
    m_entries.erase(entry);
}

} // namespace coinswarm::decision
