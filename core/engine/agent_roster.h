// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "decision/committee.h"

#include "engine/event.h"

#include <coinswarm/agent.h>
#include <coinswarm/result.h>
#include <coinswarm/settings.h>

#include <map>
#include <string>
#include <vector>

namespace coinswarm::engine {

enum class MemberState : unsigned char { Active, Benched, Hung };

constexpr auto enumNames(MemberState)
{
    return std::array<std::string_view, 3>{"active", "benched", "hung"};
}

/// An agent of the session as the engine knows it: by number, not by object.
struct RosterEntry {
    std::string name;
    std::string plugin;
    std::string pluginSha256; ///< of the library file; tells a changed plugin from a changed journal
    double weight = 0;
    bool mayVeto = false;
    std::uint64_t warmupBars = 0;
    std::vector<std::string> indicators;
    std::uint32_t historyBars = 0;
    std::map<std::string, SettingValue, std::less<>> settings; ///< its complete configuration

    bool operator==(const RosterEntry &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("name", self.name);
        visit("plugin", self.plugin);
        visit("plugin_sha256", self.pluginSha256);
        visit("weight", self.weight);
        visit("may_veto", self.mayVeto);
        visit("warmup_bars", self.warmupBars);
        visit("indicators", self.indicators);
        visit("history_bars", self.historyBars);
        visit("settings", self.settings);
    }
};

/// What has become of an agent during the session.
struct MemberRecord {
    MemberState state = MemberState::Active;
    std::string reason; ///< why it is benched
    std::uint64_t votes = 0;
    std::uint64_t failures = 0;
    std::uint32_t missedInARow = 0; ///< deadlines
    bool silent = false; ///< its code has failed or hangs: it cannot answer before the session is continued
    std::uint64_t slot = 0; ///< of the quorum's last commit about it

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("state", self.state);
        visit("reason", self.reason);
        visit("votes", self.votes);
        visit("failures", self.failures);
        visit("missed_in_a_row", self.missedInARow);
        visit("silent", self.silent);
        visit("slot", self.slot);
    }
};

/// The session's agents: who may be asked, what votes weigh, who is benched and why. Part of the engine; deterministic.
class AgentRoster
{
public:
    /// An agent that misses this many deadlines in a row is benched.
    static constexpr std::uint32_t kMostMissed = 3;

    explicit AgentRoster(std::vector<RosterEntry> entries);

    std::size_t size() const { return m_entries.size(); }
    const std::vector<RosterEntry> &entries() const { return m_entries; }
    const std::vector<decision::CommitteeMember> &members() const { return m_members; } ///< with the weights in force
    const std::vector<std::string> &names() const { return m_names; }
    const MemberRecord &record(AgentId agent) const { return m_records[agent.value - 1]; }
    bool knows(AgentId agent) const { return agent && agent.value <= m_entries.size(); }

    /// How `agent` stands when `bars` closed bars are known: Voted means that it is to be asked.
    VoteStatus standing(AgentId agent, std::uint64_t bars) const;

    void onVote(AgentId agent);
    /// Benches the agent. False if it was benched already.
    bool onFailure(AgentId agent, bool hangs, const std::string &reason);
    /// Counts a missed deadline. True if that benches the agent.
    bool onMissed(AgentId agent, Timestamp now);
    /// The agents' threads are new: those whose code had failed can answer again, once they are let back.
    void onRestart();

    /// Takes committed weights. False if the slot was taken before; an error says why the weights cannot be used.
    Result<bool> onWeights(const event::WeightsCommitted &committed);
    /// Benches an agent or lets it back. False if that changes nothing; an error says why it cannot be done.
    Result<bool> onBench(const event::AgentBenchCommitted &committed);
    /// Nothing if there is no agent of that name.
    AgentId find(const std::string &name) const;
    /// The slot whose commit the weights in force come from; 0 while they are the configuration's.
    std::uint64_t weightsSlot() const { return m_weightsSlot; }

    template <class Visitor>
    void visitState(Visitor &visit)
    {
        visit("records", m_records);
        visit("weights_slot", m_weightsSlot);
        visit("committed_weights", m_committedWeights);
        useCommittedWeights();
    }

private:
    void useCommittedWeights();

    std::vector<RosterEntry> m_entries;
    std::vector<decision::CommitteeMember> m_members;
    std::vector<std::string> m_names;
    std::vector<MemberRecord> m_records;
    std::uint64_t m_weightsSlot = 0;
    std::vector<double> m_committedWeights; ///< in agent order; empty while those of the configuration are in force
};

} // namespace coinswarm::engine
