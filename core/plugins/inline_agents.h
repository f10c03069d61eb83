// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "plugins/agent_pool.h"
#include "plugins/hang_watch.h"

namespace coinswarm::plugins {

class CrashMarker;

/// Agents called in the caller's own thread: the deterministic pool of backtests and of replay.
///
/// There are no budgets. A call that does not return within the hang limit cannot be interrupted, so the run has to be
/// given up: a watching thread calls `onHang`, which is expected to report it and to abandon the run or the process.
class InlineAgents final : public AgentPool
{
public:
    struct Options {
        std::chrono::milliseconds hangLimit{60'000};
        /// Called once in the watching thread with the name of the agent that hangs. Empty: nobody watches.
        std::function<void(const std::string &agent)> onHang;
        CrashMarker *marker = nullptr; ///< outlives the pool; null: crashes are not attributed
    };

    InlineAgents(std::vector<Seat> seats, AnswerHandler handler, Options options);
    InlineAgents(std::vector<Seat> seats, AnswerHandler handler);
    ~InlineAgents() override;

    std::size_t size() const override;
    const std::string &name(AgentId agent) const override;
    std::vector<Result<AgentSpec>> specs() override;
    void start(const IndicatorSlots &slots) override;
    void restoreState(AgentId agent, std::string state) override;
    void ask(const MarketState &state, std::span<const AgentId> agents, std::chrono::nanoseconds budget) override;
    void learn(AgentId agent, const Outcome &outcome) override;
    std::string savedState(AgentId agent) const override;
    bool settle(std::chrono::milliseconds) override { return true; }
    std::vector<std::string> hanging() const override;
    void stop() override;

private:
    struct Place {
        Seat seat;
        AgentSpec spec;
        std::string saved;
        std::size_t markerSlot = 0;
        bool failed = false;
    };

    template <class Call>
    void guarded(AgentId agent, AskId ask, const char *method, Call call);
    void fail(AgentId agent, AskId ask, AgentFault fault, std::string detail);
    Place &place(AgentId agent) { return m_places.at(agent.value - 1); }
    const Place &place(AgentId agent) const { return m_places.at(agent.value - 1); }

    std::vector<Place> m_places;
    AnswerHandler m_handler;
    Options m_options;
    std::unique_ptr<HangWatch> m_watch;
};

} // namespace coinswarm::plugins
