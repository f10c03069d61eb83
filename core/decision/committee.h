// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/instrument.h>
#include <coinswarm/vote.h>

#include <string>
#include <vector>

namespace coinswarm::decision {

/// How votes become a decision. Part of the configuration and of the journal's header.
struct CommitteeRules {
    double threshold = 0.25; ///< |score| needed to act, 0 … 1
    std::uint32_t minimumVoters = 1; ///< agents that must have answered; below that the committee holds

    bool operator==(const CommitteeRules &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("threshold", self.threshold);
        visit("minimum_voters", self.minimumVoters);
    }
};

/// A member of the committee: what its votes weigh and whether it may forbid.
struct CommitteeMember {
    std::string name;
    double weight = 0;
    bool mayVeto = false;
};

/// Weighs votes into one decision. Stateless and deterministic.
///
/// Each agent that voted BUY or SELL contributes ±weight × confidence ÷ Σ weights of the voters. An agent with the right
/// to veto that votes HOLD has no opinion on direction and does not dilute the others; every other HOLD does.
/// score = Σ contributions. BUY if score ≥ threshold, SELL if score ≤ −threshold, else HOLD. A veto turns BUY and SELL
/// into HOLD unless the action only reduces `held`. Size is the contribution-weighted mean of the supporters' sizes,
/// rounded down to the lot; stop and target are the strongest supporter's (the earlier agent's on a tie).
class Committee
{
public:
    explicit Committee(CommitteeRules rules);

    /// `votes` has one entry per member, in order, with `status` and `vote` filled in; the rest is computed.
    /// `held` is the signed position, so that a veto never keeps anybody in a trade.
    Decision decide(const std::vector<CommitteeMember> &members, std::vector<CountedVote> votes,
                    const Instrument &instrument, Quantity held) const;

private:
    CommitteeRules m_rules;
};

} // namespace coinswarm::decision
