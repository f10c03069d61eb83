// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/approval.h"
#include "api/risk_check.h"
#include "trading/desk_listener.h"

#include <coinswarm/approved_order.h>
#include <coinswarm/embedding.h>
#include <coinswarm/episode.h>
#include <coinswarm/fill.h>
#include <coinswarm/market_state.h>
#include <coinswarm/vote.h>

#include <string>
#include <variant>
#include <vector>

/// Everything the engine can want or say. Each kind is one journal record type (256 + its index in Effect); append,
/// never reorder. Effects that touch the world leave only after their journal group is on disk.
namespace coinswarm::engine::effect {

/// Questions to agents. The answer to each is an AgentVoted or AgentFailed event.
struct AskAgents {
    std::vector<AgentId> agents;
    Timestamp deadline; ///< zero in backtests: no budget
    MarketState state; ///< state.ask names the question

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("agents", self.agents);
        visit("deadline", self.deadline);
        visit("state", self.state);
    }
};

struct DecisionMade {
    Decision decision;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("decision", self.decision);
    }
};

/// To the venue. The record of it is the intent; what the venue says is the outcome.
struct Submit {
    ApprovedOrder order;
};

/// To the venue. Exempt from waiting for the journal.
struct Cancel {
    OrderId order;
    std::string clientId;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("order", self.order);
        visit("client_id", self.clientId);
    }
};

/// To the venue: what has become of this order?
struct Query {
    OrderId order;
    std::string clientId;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("order", self.order);
        visit("client_id", self.clientId);
    }
};

struct OrderChanged {
    Order order;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("order", self.order);
    }
};

struct RiskChecked {
    api::RiskReport report;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("report", self.report);
    }
};

struct ApprovalChanged {
    api::Approval approval;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("approval", self.approval);
    }
};

struct FillBooked {
    Fill fill;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("fill", self.fill);
    }
};

/// A trade from flat to flat has ended. `voted[i]` is what AgentId(i + 1) had voted at its entry.
struct RoundTripClosed {
    RoundTrip trade;
    std::vector<Action> voted;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("trade", self.trade);
        visit("voted", self.voted);
    }
};

/// A regime started, or ended if regime.end is set.
struct RegimeChanged {
    Regime regime;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("regime", self.regime);
    }
};

struct AgentBenched {
    AgentId agent;
    bool hangs = false;
    std::string reason;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("agent", self.agent);
        visit("hangs", self.hangs);
        visit("reason", self.reason);
    }
};

struct Alert {
    trading::AlertSeverity severity = trading::AlertSeverity::Info;
    std::string code;
    std::string text;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("severity", self.severity);
        visit("code", self.code);
        visit("text", self.text);
    }
};

/// Trading was halted, paused or released.
struct HaltChanged {
    trading::HaltState state;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("state", self.state);
    }
};

/// A question to memory: which episodes are like this state? The answer is an EpisodesRecalled event; the agents are
/// asked when it is there, or without it when memory takes too long.
struct RecallEpisodes {
    AskId ask;
    InstrumentId instrument;
    std::string symbol;
    Embedding embedding;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("ask", self.ask);
        visit("instrument", self.instrument);
        visit("symbol", self.symbol);
        visit("embedding", self.embedding);
    }
};

/// A closed trade as memory could take it: what was seen, done and earned. Follows its RoundTripClosed.
struct EpisodeClosed {
    Episode episode;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("episode", self.episode);
    }
};

/// From now on votes weigh this.
struct WeightsChanged {
    std::uint64_t slot = 0; ///< of the quorum's commit
    std::string commit; ///< its hash
    std::vector<double> weights; ///< in agent order

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("slot", self.slot);
        visit("commit", self.commit);
        visit("weights", self.weights);
    }
};

/// A benched agent is asked again.
struct AgentReturned {
    AgentId agent;
    std::uint64_t slot = 0; ///< of the quorum's commit
    std::string reason;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("agent", self.agent);
        visit("slot", self.slot);
        visit("reason", self.reason);
    }
};

} // namespace coinswarm::engine::effect

namespace coinswarm::engine {

using Effect = std::variant<effect::AskAgents, effect::DecisionMade, effect::Submit, effect::Cancel, effect::Query,
                            effect::OrderChanged, effect::RiskChecked, effect::ApprovalChanged, effect::FillBooked,
                            effect::RoundTripClosed, effect::RegimeChanged, effect::AgentBenched, effect::Alert,
                            effect::HaltChanged, effect::RecallEpisodes, effect::EpisodeClosed, effect::WeightsChanged,
                            effect::AgentReturned>;

} // namespace coinswarm::engine
