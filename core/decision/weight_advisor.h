// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/fields.h>
#include <coinswarm/position.h>
#include <coinswarm/vote.h>

#include <map>
#include <vector>

namespace coinswarm::decision {

/// How one agent's sides at entry have worked out.
struct AgentRecord {
    std::uint32_t scoredTrades = 0; ///< closed trades in whose entry decision it had voted BUY or SELL
    std::uint32_t hits = 0; ///< those in which its side earned
    double suggestedWeight = 0;

    bool operator==(const AgentRecord &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("scored_trades", self.scoredTrades);
        visit("hits", self.hits);
        visit("suggested_weight", self.suggestedWeight);
    }
};

/// Computes the weights that realised performance would suggest. It only advises: weights in force change by a
/// committed decision alone.
///
/// Multiplicative weights (Littlestone and Warmuth 1994; Freund and Schapire 1997): after each closed trade an agent's
/// weight is multiplied by 1 + 0.1 · r, r = ±min(1, |net return| ÷ 1 %), positive if the agent's side at the entry
/// earned, and all are scaled to sum to 1. Agents that held or did not vote keep theirs before scaling. No weight falls
/// below 0.01.
class WeightAdvisor
{
public:
    explicit WeightAdvisor(const std::vector<double> &weights);

    /// Remembers who voted for what when a position was opened.
    void onEntry(const Decision &decision);
    /// Scores the agents by a closed trade whose entry decision was remembered; forgets that decision.
    void onRoundTrip(const RoundTrip &trade);
    /// What `agent` voted in a remembered entry decision; Hold if it did not vote or the decision is not known.
    Action votedAtEntry(DecisionId decision, AgentId agent) const;

    const std::vector<AgentRecord> &records() const { return m_records; }

    template <class Visitor>
    void visitState(Visitor &visit)
    {
        visit("records", m_records);
        visit("entries", m_entries);
    }

private:
    std::vector<AgentRecord> m_records;
    std::map<DecisionId, std::vector<Action>> m_entries;
};

} // namespace coinswarm::decision
