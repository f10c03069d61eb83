// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/agent_roster.h"

#include "market/state_check.h"

#include <cmath>

namespace coinswarm::engine {

AgentRoster::AgentRoster(std::vector<RosterEntry> entries) : m_entries(std::move(entries)), m_records(m_entries.size())
{
    m_members.reserve(m_entries.size());
    for (const RosterEntry &entry : m_entries) {
        m_members.push_back({entry.name, entry.weight, entry.mayVeto});
        m_names.push_back(entry.name);
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
    record.silent = true;
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
    if (record.missedInARow < kMostMissed || record.state != MemberState::Active) {
        return false;
    }
    ++record.failures;
    record.state = MemberState::Benched;
    record.reason = "missed " + std::to_string(kMostMissed) + " deadlines in a row, the last at " + toString(now);
    return true;
}

void AgentRoster::onRestart()
{
    for (MemberRecord &record : m_records) {
        record.silent = false;
    }
}

Result<bool> AgentRoster::onWeights(const event::WeightsCommitted &committed)
{
    if (committed.slot <= m_weightsSlot) {
        return false;
    }
    std::vector<double> weights(m_entries.size(), -1);
    double sum = 0;
    for (const event::AgentWeight &given : committed.weights) {
        const AgentId agent = find(given.agent);
        if (!agent) {
            return invalid("they name " + given.agent + ", which is no agent of this session");
        }
        if (!std::isfinite(given.weight) || given.weight < 0) {
            return invalid("the weight of " + given.agent + " is not a number from 0 upwards");
        }
        if (weights[agent.value - 1] >= 0) {
            return invalid("they name " + given.agent + " twice");
        }
        weights[agent.value - 1] = given.weight;
        sum += given.weight;
    }
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] < 0) {
            return invalid("they lack " + m_entries[i].name);
        }
    }
    if (std::fabs(sum - 1) > 1e-9) {
        return invalid("they sum to " + std::to_string(sum) + " instead of 1");
    }
    m_weightsSlot = committed.slot;
    m_committedWeights = std::move(weights);
    useCommittedWeights();
    return true;
}

void AgentRoster::useCommittedWeights()
{
    if (m_committedWeights.empty()) {
        return;
    }
    market::requireState(m_committedWeights.size() == m_members.size(),
                         "there are weights of another number of agents");
    for (std::size_t i = 0; i < m_members.size(); ++i) {
        m_members[i].weight = m_committedWeights[i];
    }
}

Result<bool> AgentRoster::onBench(const event::AgentBenchCommitted &committed)
{
    const AgentId agent = find(committed.agent);
    if (!agent) {
        return invalid("there is no agent " + committed.agent + " in this session");
    }
    MemberRecord &record = m_records[agent.value - 1];
    if (committed.slot <= record.slot) {
        return false;
    }
    if (!committed.benched && record.silent) {
        return Error{ErrorKind::Refused,
                     "agent " + committed.agent + " cannot come back before the session is restarted, since it "
                         + (record.state == MemberState::Hung ? "hangs" : "has failed") + ": " + record.reason};
    }
    record.slot = committed.slot;
    if (committed.benched == (record.state != MemberState::Active)) {
        return false;
    }
    record.state = committed.benched ? MemberState::Benched : MemberState::Active;
    record.reason = committed.benched
        ? "by the quorum in slot " + std::to_string(committed.slot) + ": " + committed.reason
        : std::string();
    record.missedInARow = 0;
    return true;
}

AgentId AgentRoster::find(const std::string &name) const
{
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        if (m_entries[i].name == name) {
            return AgentId(static_cast<std::uint32_t>(i + 1));
        }
    }
    return {};
}

} // namespace coinswarm::engine
