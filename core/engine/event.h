// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/operator_decision.h"
#include "trading/pace.h"

#include <coinswarm/ids.h>
#include <coinswarm/market_data.h>
#include <coinswarm/recall.h>
#include <coinswarm/venue.h>
#include <coinswarm/vote.h>

#include <string>
#include <variant>
#include <vector>

/// Everything that can happen to the engine. Each kind is one journal record type; the order of the alternatives in
/// EventBody is the record type (from 1) and therefore part of the journal format: append, never reorder.
namespace coinswarm::engine::event {

/// A closed bar from before the session, for warm-up.
struct HistoryBar {
    Candle candle;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("candle", self.candle);
    }
};

/// The time that EngineCore::nextWake() asked for has come.
struct Timer {
    Timestamp due;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("due", self.due);
    }
};

struct AgentVoted {
    AskId ask;
    AgentId agent;
    Vote vote;
    Duration elapsed{0}; ///< how long the agent took; zero in backtests, so that they repeat bit for bit

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("ask", self.ask);
        visit("agent", self.agent);
        visit("vote", self.vote);
        visit("elapsed", self.elapsed);
    }
};

/// The agent threw, returned nonsense or hangs. It is benched.
struct AgentFailed {
    AskId ask;
    AgentId agent;
    bool hangs = false; ///< its thread never came back
    std::string reason;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("ask", self.ask);
        visit("agent", self.agent);
        visit("hangs", self.hangs);
        visit("reason", self.reason);
    }
};

/// The kill switch.
struct OperatorHalted {
    std::string operatorName;
    std::string reason;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("operator_name", self.operatorName);
        visit("reason", self.reason);
    }
};

/// Re-arms after a halt.
struct OperatorResumed {
    std::string operatorName;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("operator_name", self.operatorName);
    }
};

struct OperatorPaused {
    bool paused = true;
    std::string operatorName;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("paused", self.paused);
        visit("operator_name", self.operatorName);
    }
};

/// The wall clock jumped by more than a second against the monotone one.
struct ClockStepped {
    Duration step{0};

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("step", self.step);
    }
};

/// First event after the state was restored from the journal: the venue is asked, approvals are looked at again.
struct SessionRestarted {
    std::uint32_t restarts = 0;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("restarts", self.restarts);
    }
};

struct FeedEnded {
    std::string detail;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("detail", self.detail);
    }
};

/// Cancels that went out while the journal could not be written, read back from its reserve after a restart.
struct ReserveRecovered {
    std::vector<std::string> cancelled; ///< client ids, in the order they were sent

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("cancelled", self.cancelled);
    }
};

/// The market is played at another pace from now on; first event of a session that is played.
struct PaceChanged {
    trading::Pace pace;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("pace", self.pace);
    }
};

/// An event at which the engine had failed was left out when the session was continued; see recoverEngine(). It takes the
/// event's place while the state is restored, and is the first event of the session that goes on.
struct EventSkipped {
    Sequence record; ///< of the event that was left out
    std::string what; ///< its record type: "trade"
    std::string reason; ///< why the engine failed

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("record", self.record);
        visit("what", self.what);
        visit("reason", self.reason);
    }
};

/// What memory answered to a RecallEpisodes. Once per question; a second answer is ignored.
struct EpisodesRecalled {
    AskId ask;
    Recall recall;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("ask", self.ask);
        visit("recall", self.recall);
    }
};

/// What one agent's vote is to weigh.
struct AgentWeight {
    std::string agent; ///< its name in the configuration
    double weight = 0;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("agent", self.agent);
        visit("weight", self.weight);
    }
};

/// The quorum has committed other committee weights; in force from the next decision on. They must name each agent of the
/// session once, be finite and not negative, and sum to 1 within 1e-9; otherwise the engine alerts and keeps those in
/// force. A slot that is not beyond the last one taken changes nothing, so telling twice does no harm.
struct WeightsCommitted {
    std::uint64_t slot = 0;
    std::string commit; ///< hash of the commit, in hex
    std::vector<AgentWeight> weights;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("slot", self.slot);
        visit("commit", self.commit);
        visit("weights", self.weights);
    }
};

/// The quorum has benched an agent, or lets it come back. Slots count per agent as those of WeightsCommitted do.
struct AgentBenchCommitted {
    std::uint64_t slot = 0;
    std::string commit; ///< hash of the commit, in hex
    std::string agent; ///< its name in the configuration
    bool benched = true;
    std::string reason;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("slot", self.slot);
        visit("commit", self.commit);
        visit("agent", self.agent);
        visit("benched", self.benched);
        visit("reason", self.reason);
    }
};

} // namespace coinswarm::engine::event

namespace coinswarm::engine {

using EventBody =
    std::variant<Trade, Quote, BookDelta, Candle, event::HistoryBar, event::Timer, event::AgentVoted,
                 event::AgentFailed, VenueReport, api::OperatorDecision, event::OperatorHalted, event::OperatorResumed,
                 event::OperatorPaused, event::ClockStepped, event::SessionRestarted, event::FeedEnded,
                 event::ReserveRecovered, event::PaceChanged, event::EventSkipped, event::EpisodesRecalled,
                 event::WeightsCommitted, event::AgentBenchCommitted>;

/// One input of the engine. `now` is the monotone receive time that the sequencer stamped on it.
struct Event {
    Timestamp now;
    EventBody body;
};

} // namespace coinswarm::engine
