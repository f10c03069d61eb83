// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/agent.h>
#include <coinswarm/result.h>

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace coinswarm::plugins {

/// One seat in a session's agent table; the first has AgentId 1.
struct Seat {
    std::string name; ///< what the user calls it; names the thread
    std::string pluginId; ///< whom the crash marker blames
    std::unique_ptr<Agent> agent;
};

enum class AgentFault : unsigned char {
    Threw, ///< an exception left its code
    InvalidVote, ///< NaN, out of range, a veto without the right, …
    Hung, ///< a call did not return; the agent is abandoned
};

constexpr auto enumNames(AgentFault)
{
    return std::array<std::string_view, 3>{"threw", "invalid_vote", "hung"};
}

/// Why an agent can no longer be relied on. The session benches it.
struct AgentFailure {
    AgentFault fault = AgentFault::Threw;
    std::string detail; ///< a sentence for the user, without the agent's name

    bool operator==(const AgentFailure &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("fault", self.fault);
        visit("detail", self.detail);
    }
};

/// What came back from one agent.
struct AgentAnswer {
    AskId ask; ///< 0 for a failure outside decide(): in start(), learn() or restoreState()
    AgentId agent;
    std::variant<Vote, AgentFailure> result; ///< a Vote has passed checkedVote()
    std::chrono::nanoseconds elapsed{0}; ///< time inside the agent's code; 0 inline, where no clock is read
};

/// Called once per ask and agent that answered in time, and once per failure. See the pools for the thread.
/// It must return quickly, must not call back into the pool and must not throw.
using AnswerHandler = std::function<void(AgentAnswer)>;

/// The edge behind which a session's agents run. It calls them, catches what they throw, checks what they vote.
///
/// Implementations: InlineAgents (backtests, replay --recompute), ThreadedAgents (paper and live).
/// Thread: every method is called from one thread, the engine's, unless it says otherwise.
/// Order of calls: specs(), start(), restoreState() per agent that has a state, then ask() and learn() in any order.
/// A failed agent is silent from then on: asking it or telling it outcomes has no effect.
class AgentPool
{
public:
    virtual ~AgentPool();

    virtual std::size_t size() const = 0;
    virtual const std::string &name(AgentId agent) const = 0;
    /// Each agent's spec in agent order, or why there is none. Called once, first.
    virtual std::vector<Result<AgentSpec>> specs() = 0;
    virtual void start(const IndicatorSlots &slots) = 0;
    virtual void restoreState(AgentId agent, std::string state) = 0;
    /// Asks the agents named. `state` with what it points to is needed during the call only.
    /// Inline, the answers have been handled when this returns and `budget` is ignored. With threads it returns at
    /// once; an agent that cannot begin within `budget` skips the question without an answer, and one that answers
    /// late is handled late: the session counts both as abstained.
    virtual void ask(const MarketState &state, std::span<const AgentId> agents, std::chrono::nanoseconds budget) = 0;
    /// Tells one agent what a trade it voted on has earned.
    virtual void learn(AgentId agent, const Outcome &outcome) = 0;
    /// What restoreState() needs to bring the agent back to where it was after the last learn() it has finished.
    /// Never waits; any thread.
    virtual std::string savedState(AgentId agent) const = 0;
    /// Waits, at most `limit`, until savedState() holds everything that the agents were told so far. False if it does not:
    /// an agent is busy. Agents that have failed are not waited for.
    virtual bool settle(std::chrono::milliseconds limit) = 0;
    /// Names of the agents that hang in a call at this moment. A process that has one should leave through
    /// std::quick_exit, since the agent's code is still running. Any thread.
    virtual std::vector<std::string> hanging() const = 0;
    /// After it returns the handler is never called again. Never waits for an agent that hangs.
    virtual void stop() = 0;

protected:
    AgentPool() = default;
    Q_DISABLE_COPY_MOVE(AgentPool)
};

} // namespace coinswarm::plugins
