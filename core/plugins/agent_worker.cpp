// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugins/agent_worker.h"

#include "plugins/foreign_call.h"
#include "plugins/thread_name.h"
#include "plugins/threaded_agents.h"
#include "plugins/vote_check.h"

#include <algorithm>

namespace coinswarm::plugins {

AgentWorker::AgentWorker(AgentId id, Seat seat, std::shared_ptr<AnswerGate> gate, CrashMarker *marker)
    : m_id(id), m_name(std::move(seat.name)), m_agent(std::move(seat.agent)), m_gate(std::move(gate)), m_marker(marker)
{
    if (m_marker != nullptr) {
        m_markerSlot = m_marker->slotFor(seat.pluginId);
    }
}

void AgentWorker::run()
{
    nameThisThread("agent-" + m_name);
    readSpec();
    while (std::optional<Job> job = nextJob()) {
        std::visit([this](auto &known) { perform(known); }, *job);
    }
    // The agent goes on its own thread too, and before the end is announced: a destructor may hang like any call.
    inside(AskId(), "the destructor", [this] { m_agent.reset(); });
    const std::lock_guard lock(m_mutex);
    m_ended = true;
    m_change.notify_all();
}

void AgentWorker::start(std::shared_ptr<const IndicatorSlots> slots)
{
    post(StartJob{std::move(slots)});
}

void AgentWorker::restore(std::string state)
{
    post(RestoreJob{std::move(state)});
}

void AgentWorker::ask(std::shared_ptr<const MarketSnapshot> snapshot, Clock::time_point begin)
{
    const std::lock_guard lock(m_mutex);
    if (m_failed || m_stopping) {
        return;
    }
    const InstrumentId instrument = snapshot->state.instrument;
    const auto older = std::find_if(m_jobs.begin(), m_jobs.end(), [&](const Job &job) {
        const auto *waiting = std::get_if<AskJob>(&job);
        return waiting != nullptr && waiting->snapshot->state.instrument == instrument;
    });
    if (older != m_jobs.end()) {
        m_jobs.erase(older);
    }
    m_jobs.emplace_back(AskJob{std::move(snapshot), begin});
    m_work.notify_one();
}

void AgentWorker::learn(const Outcome &outcome)
{
    const std::lock_guard lock(m_mutex);
    if (m_failed || m_stopping) {
        return;
    }
    if (m_waitingOutcomes == ThreadedAgents::kMaxWaitingOutcomes) {
        m_jobs.erase(std::find_if(m_jobs.begin(), m_jobs.end(),
                                  [](const Job &job) { return std::holds_alternative<LearnJob>(job); }));
        --m_waitingOutcomes;
        ++m_droppedOutcomes;
    }
    ++m_waitingOutcomes;
    m_jobs.emplace_back(LearnJob{outcome});
    m_work.notify_one();
}

void AgentWorker::post(Job job)
{
    const std::lock_guard lock(m_mutex);
    if (!m_failed && !m_stopping) {
        m_jobs.push_back(std::move(job));
        m_work.notify_one();
    }
}

void AgentWorker::requestStop()
{
    const std::lock_guard lock(m_mutex);
    m_stopping = true;
    m_work.notify_one();
}

std::optional<AgentWorker::Job> AgentWorker::nextJob()
{
    std::unique_lock lock(m_mutex);
    m_learning = false;
    m_change.notify_all();
    m_work.wait(lock, [this] { return m_stopping || m_abandoned || !m_jobs.empty(); });
    if (m_stopping || m_abandoned) {
        return std::nullopt;
    }
    Job job = std::move(m_jobs.front());
    m_jobs.pop_front();
    m_waitingOutcomes -= std::holds_alternative<LearnJob>(job) ? 1 : 0;
    m_learning = !std::holds_alternative<AskJob>(job);
    return job;
}

void AgentWorker::readSpec()
{
    AgentSpec spec;
    {
        const std::lock_guard lock(m_mutex);
        m_insideSince = Clock::now();
        m_insideOf = "spec()";
    }
    const std::string thrown = foreignCall(m_marker, m_markerSlot, "spec()", [&] { spec = m_agent->spec(); });
    Result<AgentSpec> checked = thrown.empty() ? checkedSpec(std::move(spec)) : Result<AgentSpec>(invalid(thrown));
    if (checked.ok()) {
        m_checkedSpec = *checked;
    }
    const std::lock_guard lock(m_mutex);
    m_insideSince.reset();
    m_failed = !checked.ok();
    m_spec = std::move(checked);
    m_change.notify_all();
}

/// Calls the agent. False if it failed or was given up meanwhile; that has been reported then.
template <class Call>
bool AgentWorker::inside(AskId ask, const char *method, Call call)
{
    {
        const std::lock_guard lock(m_mutex);
        m_insideSince = Clock::now();
        m_insideOf = method;
        m_insideAsk = ask;
    }
    const Clock::time_point begin = Clock::now();
    std::string thrown = foreignCall(m_marker, m_markerSlot, method, call);
    m_lastCall = Clock::now() - begin;
    if (!comeBack()) {
        return false;
    }
    if (!thrown.empty()) {
        fail(ask, AgentFault::Threw, std::move(thrown));
        return false;
    }
    return true;
}

bool AgentWorker::comeBack()
{
    const std::lock_guard lock(m_mutex);
    m_insideSince.reset();
    return !m_abandoned;
}

void AgentWorker::perform(StartJob &job)
{
    inside(AskId(), "start()", [&] { m_agent->start(*job.slots); });
}

void AgentWorker::perform(RestoreJob &job)
{
    std::string state;
    if (inside(AskId(), "restoreState()", [&] {
            m_agent->restoreState(job.state);
            state = m_agent->saveState();
        }))
    {
        remember(std::move(state));
    }
}

void AgentWorker::perform(AskJob &job)
{
    if (Clock::now() > job.begin) {
        return;
    }
    const MarketState &state = job.snapshot->state;
    Vote vote;
    if (!inside(state.ask, "decide()", [&] { vote = m_agent->decide(state); })) {
        return;
    }
    Result<Vote> checked = checkedVote(std::move(vote), m_checkedSpec, state.candle.close);
    if (!checked.ok()) {
        fail(state.ask, AgentFault::InvalidVote, checked.error().message);
        return;
    }
    m_gate->deliver({state.ask, m_id, std::move(*checked), m_lastCall});
}

void AgentWorker::perform(LearnJob &job)
{
    std::string state;
    if (inside(AskId(), "learn()", [&] {
            m_agent->learn(job.outcome);
            state = m_agent->saveState();
        }))
    {
        remember(std::move(state));
    }
}

void AgentWorker::remember(std::string state)
{
    const std::lock_guard lock(m_mutex);
    m_saved = std::move(state);
}

void AgentWorker::fail(AskId ask, AgentFault fault, std::string detail)
{
    {
        const std::lock_guard lock(m_mutex);
        m_failed = true;
        m_jobs.clear();
        m_waitingOutcomes = 0;
    }
    m_gate->deliver({ask, m_id, AgentFailure{fault, std::move(detail)}, m_lastCall});
}

Result<AgentSpec> AgentWorker::waitForSpec(Clock::time_point deadline)
{
    std::unique_lock lock(m_mutex);
    if (!m_change.wait_until(lock, deadline, [this] { return m_spec.has_value(); })) {
        m_abandoned = true;
        m_failed = true;
        return invalid("spec() did not return; the agent is abandoned.");
    }
    return *m_spec;
}

bool AgentWorker::waitForEnd(Clock::time_point deadline)
{
    std::unique_lock lock(m_mutex);
    const bool ended = m_change.wait_until(lock, deadline, [this] { return m_ended; });
    m_abandoned = m_abandoned || !ended;
    return ended;
}

void AgentWorker::abandonIfInsideSince(Clock::time_point since)
{
    AskId ask;
    std::string detail;
    {
        const std::lock_guard lock(m_mutex);
        if (m_abandoned || !m_insideSince.has_value() || *m_insideSince > since) {
            return;
        }
        m_abandoned = true;
        m_failed = true;
        m_jobs.clear();
        m_change.notify_all();
        ask = m_insideAsk;
        detail = std::string(m_insideOf) + " does not return; the agent is abandoned until the program is restarted.";
    }
    m_gate->deliver({ask, m_id, AgentFailure{AgentFault::Hung, std::move(detail)}, {}});
}

bool AgentWorker::waitUntilSaved(Clock::time_point deadline)
{
    std::unique_lock lock(m_mutex);
    return m_change.wait_until(lock, deadline, [this] {
        return m_failed || (!m_learning && std::all_of(m_jobs.begin(), m_jobs.end(), [](const Job &job) {
                   return std::holds_alternative<AskJob>(job);
               }));
    });
}

std::string AgentWorker::saved() const
{
    const std::lock_guard lock(m_mutex);
    return m_saved;
}

bool AgentWorker::hangs() const
{
    const std::lock_guard lock(m_mutex);
    return m_abandoned && m_insideSince.has_value();
}

std::uint64_t AgentWorker::droppedOutcomes() const
{
    const std::lock_guard lock(m_mutex);
    return m_droppedOutcomes;
}

} // namespace coinswarm::plugins
