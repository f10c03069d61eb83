// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/approval.h"

#include <coinswarm/fields.h>
#include <coinswarm/fill.h>
#include <coinswarm/order.h>
#include <coinswarm/position.h>
#include <coinswarm/regime.h>
#include <coinswarm/vote.h>

#include <string>
#include <variant>
#include <vector>

/// What is stored beside the SDK's own values. Each is one row of one table; vectors are kept as JSON in a column.
namespace coinswarm::storage {

/// A session, put before anything that belongs to it.
struct SessionRecord {
    std::string session; ///< "paper-20260112-093000", the key
    std::string mode; ///< "paper"
    Timestamp started;
    Timestamp ended; ///< zero while it runs
    std::vector<Instrument> instruments;
    std::vector<std::string> agents; ///< agents[i] has AgentId(i + 1)
    std::string configurationHash;
    std::string journal; ///< folder
    bool operator==(const SessionRecord &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("session", self.session);
        visit("mode", self.mode);
        visit("started", self.started);
        visit("ended", self.ended);
        visit("instruments", self.instruments);
        visit("agents", self.agents);
        visit("configuration_hash", self.configurationHash);
        visit("journal", self.journal);
    }
};

struct AlertRecord {
    std::uint64_t id = 0; ///< counts up in the session
    Timestamp time;
    std::string severity; ///< "info", "warning", "danger"
    std::string code;
    std::string text;
    bool operator==(const AlertRecord &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("time", self.time);
        visit("severity", self.severity);
        visit("code", self.code);
        visit("text", self.text);
    }
};

/// The chain behind one order as a JSON document, so that it can be explained after its session has ended.
struct ExplanationRecord {
    OrderId id;
    std::string document;
    bool operator==(const ExplanationRecord &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("document", self.document);
    }
};

/// What was seen, done and earned.
struct EpisodeRecord {
    std::string id;
    std::string botId; ///< the engine that signed it
    std::string embeddingId;
    std::string action;
    double reward = 0;
    std::string outcome;
    Timestamp timestamp;
    RegimeId regimeId;
    double weight = 1;
    bool operator==(const EpisodeRecord &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("bot_id", self.botId);
        visit("embedding_id", self.embeddingId);
        visit("action", self.action);
        visit("reward", self.reward);
        visit("outcome", self.outcome);
        visit("timestamp", self.timestamp);
        visit("regime_id", self.regimeId);
        visit("weight", self.weight);
    }
};

/// A cluster of episodes with its statistics.
struct PatternRecord {
    std::string id;
    std::string name;
    std::uint32_t sampleSize = 0;
    double meanPnl = 0;
    double stdDev = 0;
    double sharpe = 0;
    double winRate = 0;
    double tail5pct = 0;
    double tail95pct = 0;
    double meanSlippage = 0;
    std::string regime;
    bool enabled = false;
    Timestamp lastUpdated;
    bool operator==(const PatternRecord &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("name", self.name);
        visit("sample_size", self.sampleSize);
        visit("mean_pnl", self.meanPnl);
        visit("std_dev", self.stdDev);
        visit("sharpe", self.sharpe);
        visit("win_rate", self.winRate);
        visit("tail_5pct", self.tail5pct);
        visit("tail_95pct", self.tail95pct);
        visit("mean_slippage", self.meanSlippage);
        visit("regime", self.regime);
        visit("enabled", self.enabled);
        visit("last_updated", self.lastUpdated);
    }
};

/// An agent's parameters over a span of time.
struct AgentStateRecord {
    std::string id;
    std::string agentId;
    std::string weights; ///< JSON
    std::string thresholds; ///< JSON
    std::vector<std::string> regimeTags;
    Timestamp timestamp;
    Timestamp validUntil; ///< zero: until the next one
    bool operator==(const AgentStateRecord &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("agent_id", self.agentId);
        visit("weights", self.weights);
        visit("thresholds", self.thresholds);
        visit("regime_tags", self.regimeTags);
        visit("timestamp", self.timestamp);
        visit("valid_until", self.validUntil);
    }
};

/// A change that somebody wants the memory managers to agree on.
struct ProposalRecord {
    std::string id;
    std::string changeType; ///< "add_episode", "change_weights", …
    std::string data; ///< JSON
    std::string submitter;
    Timestamp timestamp;
    std::string justification;
    bool operator==(const ProposalRecord &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("change_type", self.changeType);
        visit("data", self.data);
        visit("submitter", self.submitter);
        visit("timestamp", self.timestamp);
        visit("justification", self.justification);
    }
};

/// One manager's answer to a proposal.
struct QuorumVoteRecord {
    std::string id;
    std::string proposalId;
    std::string managerId;
    std::string decision; ///< "accept", "reject"
    std::vector<std::string> reasons;
    Timestamp timestamp;
    bool operator==(const QuorumVoteRecord &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("proposal_id", self.proposalId);
        visit("manager_id", self.managerId);
        visit("decision", self.decision);
        visit("reasons", self.reasons);
        visit("timestamp", self.timestamp);
    }
};

/// What belongs to a session; stored under (session, id), newest state wins.
using SessionRow =
    std::variant<Order, Fill, RoundTrip, Regime, Decision, api::Approval, AlertRecord, ExplanationRecord>;
/// What belongs to the swarm's memory, whatever the session; stored under its id.
using MemoryRow = std::variant<EpisodeRecord, PatternRecord, AgentStateRecord, ProposalRecord, QuorumVoteRecord>;

} // namespace coinswarm::storage
