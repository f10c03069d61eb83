// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "plugins/agent_pool.h"
#include "plugins/answer_gate.h"
#include "plugins/market_snapshot.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

namespace coinswarm::plugins {

class CrashMarker;

/// One agent of ThreadedAgents with its queue. run() is the body of the agent's thread; everything else may be called
/// from any thread and never waits for the agent, except the two waits, which end at their deadline.
class AgentWorker
{
public:
    using Clock = std::chrono::steady_clock;

    AgentWorker(AgentId id, Seat seat, std::shared_ptr<AnswerGate> gate, CrashMarker *marker);

    const std::string &name() const { return m_name; }
    void run();

    void start(std::shared_ptr<const IndicatorSlots> slots);
    void restore(std::string state);
    /// A question that cannot be begun by `begin` is skipped.
    void ask(std::shared_ptr<const MarketSnapshot> snapshot, Clock::time_point begin);
    void learn(const Outcome &outcome);
    void requestStop();

    /// The agent's spec; if there is none by the deadline, the agent is abandoned and the error says so.
    Result<AgentSpec> waitForSpec(Clock::time_point deadline);
    /// True if run() is over, false if the deadline came first; the agent is then abandoned.
    bool waitForEnd(Clock::time_point deadline);
    /// Abandons and reports an agent that has been inside one call since before `since`.
    void abandonIfInsideSince(Clock::time_point since);

    /// True if saved() holds everything the agent was told, false if the deadline came first.
    bool waitUntilSaved(Clock::time_point deadline);
    std::string saved() const;
    bool hangs() const;
    std::uint64_t droppedOutcomes() const;

private:
    struct StartJob {
        std::shared_ptr<const IndicatorSlots> slots;
    };
    struct RestoreJob {
        std::string state;
    };
    struct AskJob {
        std::shared_ptr<const MarketSnapshot> snapshot;
        Clock::time_point begin;
    };
    struct LearnJob {
        Outcome outcome;
    };
    using Job = std::variant<StartJob, RestoreJob, AskJob, LearnJob>;

    void post(Job job);
    std::optional<Job> nextJob();
    void readSpec();
    void perform(StartJob &job);
    void perform(RestoreJob &job);
    void perform(AskJob &job);
    void perform(LearnJob &job);
    template <class Call>
    bool inside(AskId ask, const char *method, Call call);
    bool comeBack();
    void fail(AskId ask, AgentFault fault, std::string detail);
    void remember(std::string state);

    const AgentId m_id;
    const std::string m_name;
    std::unique_ptr<Agent> m_agent; // touched by run() only
    AgentSpec m_checkedSpec; // touched by run() only
    Clock::duration m_lastCall{}; // touched by run() only
    std::shared_ptr<AnswerGate> m_gate;
    CrashMarker *m_marker;
    std::size_t m_markerSlot = 0;

    mutable std::mutex m_mutex;
    std::condition_variable m_work; // for run()
    std::condition_variable m_change; // for those who wait
    std::deque<Job> m_jobs;
    std::size_t m_waitingOutcomes = 0;
    bool m_learning = false; // inside a job that changes what is saved
    std::uint64_t m_droppedOutcomes = 0;
    std::optional<Result<AgentSpec>> m_spec;
    std::optional<Clock::time_point> m_insideSince;
    const char *m_insideOf = "";
    AskId m_insideAsk;
    std::string m_saved;
    bool m_failed = false;
    bool m_abandoned = false;
    bool m_stopping = false;
    bool m_ended = false;
};

} // namespace coinswarm::plugins
