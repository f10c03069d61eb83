// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugins/threaded_agents.h"

#include "plugins/agent_worker.h"
#include "plugins/thread_name.h"

#include <algorithm>

namespace coinswarm::plugins {

namespace {

using Clock = AgentWorker::Clock;

/// Body of `agent-watch`. It holds the workers itself, so it may end after the pool.
void watch(std::stop_token stop, const std::vector<std::shared_ptr<AgentWorker>> &workers,
           std::chrono::milliseconds limit)
{
    nameThisThread("agent-watch");
    const auto pause = std::max(limit / 4, std::chrono::milliseconds(1));
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    while (!wake.wait_for(lock, stop, pause, [&] { return stop.stop_requested(); })) {
        for (const auto &worker : workers) {
            worker->abandonIfInsideSince(Clock::now() - limit);
        }
    }
}

} // namespace

ThreadedAgents::ThreadedAgents(std::vector<Seat> seats, AnswerHandler handler)
    : ThreadedAgents(std::move(seats), std::move(handler), Options{})
{}

ThreadedAgents::ThreadedAgents(std::vector<Seat> seats, AnswerHandler handler, Options options)
    : m_options(options), m_gate(std::make_shared<AnswerGate>(std::move(handler)))
{
    for (Seat &seat : seats) {
        const AgentId id(static_cast<std::uint32_t>(m_workers.size() + 1));
        auto worker = std::make_shared<AgentWorker>(id, std::move(seat), m_gate, m_options.marker);
        m_workers.push_back(worker);
        // The thread shares the worker: if it has to be left behind, everything it touches stays alive.
        m_threads.emplace_back([worker] { worker->run(); });
    }
}

ThreadedAgents::~ThreadedAgents()
{
    stop();
}

std::size_t ThreadedAgents::size() const
{
    return m_workers.size();
}

const std::string &ThreadedAgents::name(AgentId agent) const
{
    return worker(agent).name();
}

std::vector<Result<AgentSpec>> ThreadedAgents::specs()
{
    const Clock::time_point deadline = Clock::now() + m_options.hangLimit;
    std::vector<Result<AgentSpec>> all;
    for (const auto &worker : m_workers) {
        all.push_back(worker->waitForSpec(deadline));
    }
    return all;
}

void ThreadedAgents::start(const IndicatorSlots &slots)
{
    const auto shared = std::make_shared<const IndicatorSlots>(slots);
    for (const auto &worker : m_workers) {
        worker->start(shared);
    }
    // Only now: an agent whose spec() hangs is reported by specs() alone.
    m_watch = std::jthread([workers = m_workers, limit = m_options.hangLimit](std::stop_token stop) {
        watch(std::move(stop), workers, limit);
    });
}

void ThreadedAgents::restoreState(AgentId agent, std::string state)
{
    worker(agent).restore(std::move(state));
}

void ThreadedAgents::ask(const MarketState &state, std::span<const AgentId> agents, std::chrono::nanoseconds budget)
{
    const auto snapshot = snapshotOf(state);
    const Clock::time_point begin = Clock::now() + budget;
    for (const AgentId agent : agents) {
        worker(agent).ask(snapshot, begin);
    }
}

void ThreadedAgents::learn(AgentId agent, const Outcome &outcome)
{
    worker(agent).learn(outcome);
}

std::string ThreadedAgents::savedState(AgentId agent) const
{
    return worker(agent).saved();
}

bool ThreadedAgents::settle(std::chrono::milliseconds limit)
{
    const Clock::time_point deadline = Clock::now() + limit;
    bool settled = true;
    for (const auto &worker : m_workers) {
        settled = worker->waitUntilSaved(deadline) && settled;
    }
    return settled;
}

std::vector<std::string> ThreadedAgents::hanging() const
{
    std::vector<std::string> names;
    for (const auto &worker : m_workers) {
        if (worker->hangs()) {
            names.push_back(worker->name());
        }
    }
    return names;
}

void ThreadedAgents::stop()
{
    m_gate->close();
    m_watch = {};
    for (const auto &worker : m_workers) {
        worker->requestStop();
    }
    const Clock::time_point deadline = Clock::now() + m_options.stopGrace;
    for (std::size_t i = 0; i < m_threads.size(); ++i) {
        if (m_workers[i]->waitForEnd(deadline)) {
            m_threads[i].join();
        } else {
            m_threads[i].detach();
        }
    }
    m_threads.clear();
}

std::uint64_t ThreadedAgents::droppedOutcomes() const
{
    std::uint64_t sum = 0;
    for (const auto &worker : m_workers) {
        sum += worker->droppedOutcomes();
    }
    return sum;
}

} // namespace coinswarm::plugins
