// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "plugins/agent_pool.h"

#include <thread>

namespace coinswarm::plugins {

class AgentWorker;
class AnswerGate;
class CrashMarker;

/// Agents on a thread each, for paper and live sessions.
///
/// Threads: `agent-<name>` (cut to 15 bytes by Linux) runs all of one agent's code and calls the handler for its votes
/// and failures; `agent-watch` calls the handler for agents that hang. The handler is never called twice at a time.
/// Queues: per agent at most one waiting question per instrument; a newer one replaces one that has not begun.
/// At most kMaxWaitingOutcomes outcomes wait; when full the oldest is dropped, which droppedOutcomes() counts.
/// Hanging: an agent that stays in one call beyond the hang limit is reported as hung and abandoned. Its thread is
/// detached and keeps the agent alive, knowingly leaked, until the call returns, if it ever does.
class ThreadedAgents final : public AgentPool
{
public:
    static constexpr std::size_t kMaxWaitingOutcomes = 256;

    struct Options {
        std::chrono::milliseconds hangLimit{5'000};
        /// How long stop() waits for agents that are inside a call.
        std::chrono::milliseconds stopGrace{500};
        CrashMarker *marker = nullptr; ///< outlives the process; null: crashes are not attributed
    };

    ThreadedAgents(std::vector<Seat> seats, AnswerHandler handler, Options options);
    ThreadedAgents(std::vector<Seat> seats, AnswerHandler handler);
    ~ThreadedAgents() override;

    std::size_t size() const override;
    const std::string &name(AgentId agent) const override;
    /// Waits for the agents' threads, at most the hang limit.
    std::vector<Result<AgentSpec>> specs() override;
    void start(const IndicatorSlots &slots) override;
    void restoreState(AgentId agent, std::string state) override;
    void ask(const MarketState &state, std::span<const AgentId> agents, std::chrono::nanoseconds budget) override;
    void learn(AgentId agent, const Outcome &outcome) override;
    std::string savedState(AgentId agent) const override;
    bool settle(std::chrono::milliseconds limit) override;
    std::vector<std::string> hanging() const override;
    void stop() override;

    std::uint64_t droppedOutcomes() const; ///< any thread

private:
    AgentWorker &worker(AgentId agent) const { return *m_workers.at(agent.value - 1); }

    Options m_options;
    std::shared_ptr<AnswerGate> m_gate;
    std::vector<std::shared_ptr<AgentWorker>> m_workers;
    std::vector<std::thread> m_threads;
    std::jthread m_watch;
};

} // namespace coinswarm::plugins
