// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/agent_roster.h"

namespace coinswarm {

AgentRoster::AgentRoster(std::vector<RosterEntry> entries) : m_entries(std::move(entries)), m_records(m_entries.size())
{
    m_members.reserve(m_entries.size());
    for (const RosterEntry &entry : m_entries) {
        m_members.push_back({entry.name, entry.weight, entry.mayVeto});
    }
}

VoteStatus AgentRoster::standing(AgentId agent, std::uint64_t bars) const
{
    if (record(agent).state != MemberState::Active) {
        return VoteStatus::Benched;
    }
    return bars < m_entries[agent.value - 1].warmupBars ? VoteStatus::WarmingUp : VoteStatus::Voted;
}

void AgentRoster::onVote(AgentId agent)
{
    MemberRecord &record = m_records[agent.value - 1];
    ++record.votes;
    record.missedInARow = 0;
}

bool AgentRoster::onFailure(AgentId agent, bool hangs, const std::string &reason)
{
    MemberRecord &record = m_records[agent.value - 1];
    ++record.failures;
    if (record.state == MemberState::Hung || (record.state == MemberState::Benched && !hangs)) {
        return false;
    }
    record.state = hangs ? MemberState::Hung : MemberState::Benched;
    record.reason = reason;
    return true;
}

bool AgentRoster::onMissed(AgentId agent, Timestamp now)
{
    MemberRecord &record = m_records[agent.value - 1];
    ++record.missedInARow;
    return record.missedInARow >= kMostMissed
        && onFailure(agent, false,
                     "missed " + std::to_string(kMostMissed) + " deadlines in a row, the last at " + toString(now));
}

} // namespace coinswarm
