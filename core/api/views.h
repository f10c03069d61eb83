// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/approval.h"
#include "api/memory_views.h"
#include "api/plugin_info.h"
#include "api/risk_check.h"
#include "api/trading_mode.h"

#include <coinswarm/fill.h>
#include <coinswarm/ingestor.h>
#include <coinswarm/instrument.h>
#include <coinswarm/market_state.h>
#include <coinswarm/order.h>
#include <coinswarm/position.h>
#include <coinswarm/vote.h>

#include <optional>

/// What the control API says: plain values, the same in process and over the network.
namespace coinswarm::api {

enum class RunState : unsigned char {
    Starting,
    Running,
    Paused, ///< the feed goes on, agents vote, no new entries
    Halted, ///< kill switch: open orders cancelled, only risk-reducing orders pass until it is re-armed
    Finished, ///< the feed has ended
    Failed, ///< the engine has stopped and refuses to trade; `stateReason` says why
};

using SessionMode = TradingMode;

enum class Severity : unsigned char { Info, Warning, Danger };

enum class AgentState : unsigned char { WarmingUp, Active, Benched, Hung };

constexpr auto enumNames(RunState)
{
    return std::array<std::string_view, 6>{"starting", "running", "paused", "halted", "finished", "failed"};
}
constexpr auto enumNames(Severity)
{
    return std::array<std::string_view, 3>{"info", "warning", "danger"};
}
constexpr auto enumNames(AgentState)
{
    return std::array<std::string_view, 4>{"warming_up", "active", "benched", "hung"};
}

/// What stays the same for as long as a session lives.
struct SessionInfo {
    std::string session; ///< "paper-20260112-093000"
    std::string version; ///< of the program
    SessionMode mode = SessionMode::Paper;
    std::vector<Instrument> instruments;
    std::vector<Interval> intervals; ///< candles are kept for these, shortest first
    Interval decisionInterval; ///< agents are asked when such a bar closes
    std::vector<IndicatorName> indicators; ///< slot by slot, for MarketState::indicators
    std::vector<std::string> agents; ///< names; agents[i] has AgentId(i + 1)
    std::string journal; ///< folder
    bool operator==(const SessionInfo &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("session", self.session);
        visit("version", self.version);
        visit("mode", self.mode);
        visit("instruments", self.instruments);
        visit("intervals", self.intervals);
        visit("decision_interval", self.decisionInterval);
        visit("indicators", self.indicators);
        visit("agents", self.agents);
        visit("journal", self.journal);
    }
};

/// The state of a session at a moment.
struct SessionStatus {
    RunState state = RunState::Starting;
    std::string stateReason; ///< why it is paused, halted or failed
    bool degraded = false; ///< something does not work as it should; `degradedReason` says what
    std::string degradedReason;
    Timestamp now; ///< the session's time: the last event's
    Timestamp started;
    Account account;
    double riskUsed = 0; ///< 0 … 1, the largest share of any limit that is used up
    std::string riskUsedBy; ///< which limit that is
    std::uint32_t openOrders = 0;
    std::uint32_t pendingApprovals = 0;
    std::uint32_t openPositions = 0;
    std::uint64_t events = 0;
    double eventsPerSecond = 0; ///< of the wall clock, over the last second
    double speed = 1; ///< session seconds per wall second; 0 = as fast as possible
    bool feedPaused = false; ///< a simulated or recorded market stands still
    Timestamp playingUntil; ///< the market is being played on to this moment; zero if it is not
    double progress = -1; ///< 0 … 1; −1 where the feed has no end
    SourceMetadata feed;
    SourceHealth feedHealth;
    std::uint64_t journalSequence = 0; ///< last record written
    std::uint64_t journalDurable = 0; ///< last record known to be on disk
    bool killSwitchTested = false; ///< the self-test at start passed

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("state", self.state);
        visit("state_reason", self.stateReason);
        visit("degraded", self.degraded);
        visit("degraded_reason", self.degradedReason);
        visit("now", self.now);
        visit("started", self.started);
        visit("account", self.account);
        visit("risk_used", self.riskUsed);
        visit("risk_used_by", self.riskUsedBy);
        visit("open_orders", self.openOrders);
        visit("pending_approvals", self.pendingApprovals);
        visit("open_positions", self.openPositions);
        visit("events", self.events);
        visit("events_per_second", self.eventsPerSecond);
        visit("speed", self.speed);
        visit("feed_paused", self.feedPaused);
        visit("playing_until", self.playingUntil);
        visit("progress", self.progress);
        visit("feed", self.feed);
        visit("feed_health", self.feedHealth);
        visit("journal_sequence", self.journalSequence);
        visit("journal_durable", self.journalDurable);
        visit("kill_switch_tested", self.killSwitchTested);
    }
};

/// An agent as the committee sees it.
struct AgentView {
    AgentId id;
    std::string name;
    std::string plugin;
    AgentState state = AgentState::WarmingUp;
    std::string stateReason; ///< why it is benched; how many bars are missing
    double weight = 0; ///< in force; changed only by a committed decision
    double suggestedWeight = 0; ///< what realised performance would suggest; shown, not used
    bool mayVeto = false;
    std::uint64_t votes = 0;
    std::uint64_t failures = 0;
    std::uint32_t scoredTrades = 0; ///< closed trades it took a side on at the entry
    double hitRate = 0; ///< share of those in which its side earned
    double medianMicroseconds = 0; ///< time to answer; 0 in backtests and replays
    double worstMicroseconds = 0;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("name", self.name);
        visit("plugin", self.plugin);
        visit("state", self.state);
        visit("state_reason", self.stateReason);
        visit("weight", self.weight);
        visit("suggested_weight", self.suggestedWeight);
        visit("may_veto", self.mayVeto);
        visit("votes", self.votes);
        visit("failures", self.failures);
        visit("scored_trades", self.scoredTrades);
        visit("hit_rate", self.hitRate);
        visit("median_microseconds", self.medianMicroseconds);
        visit("worst_microseconds", self.worstMicroseconds);
    }
};

/// Something a person should know.
struct AlertView {
    std::uint64_t number = 0; ///< counts upwards
    Timestamp time;
    Severity severity = Severity::Info;
    std::string code; ///< "agent_benched", stable, for filters
    std::string text; ///< what, where, what to do

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("number", self.number);
        visit("time", self.time);
        visit("severity", self.severity);
        visit("code", self.code);
        visit("text", self.text);
    }
};

/// What changed since the frame before. At most twenty a second, whatever the market does; a frame is complete in
/// itself, so that one that was dropped for a slow reader costs detail, not truth: `full` frames replace everything.
struct Frame {
    std::uint64_t number = 0;
    bool full = false; ///< lists hold everything there is (first frame, after a reconnect), not only what changed
    SessionStatus status;
    std::vector<Candle> closedCandles; ///< of all intervals, oldest first
    std::vector<Candle> openCandles; ///< the bars in the making, one per instrument and interval that changed
    std::vector<Quote> quotes; ///< newest best bid and ask per instrument that changed
    std::vector<Position> positions; ///< of instruments whose position or mark changed
    std::vector<Decision> decisions;
    std::vector<Order> orders; ///< newest state of orders that changed
    std::vector<Fill> fills;
    std::vector<RoundTrip> roundTrips;
    std::vector<Approval> approvals; ///< newest state of approvals that changed
    std::vector<RiskReport> riskReports;
    std::vector<Regime> regimes; ///< started or ended
    std::vector<AgentView> agents; ///< all, whenever one changed
    std::vector<AlertView> alerts;
    std::optional<MemoryStatusView> memory; ///< when something of it changed
    std::vector<QuorumSlotView> quorumSlots; ///< new ones, oldest first; in a full frame the latest 1,000
    std::vector<EvidenceView> evidence; ///< new
    std::vector<EpisodeView> episodes; ///< new or moved on the map; in a full frame the latest 20,000
    std::vector<Pattern> patterns; ///< new or changed
    std::vector<RecallView> recalls; ///< the latest per instrument that changed

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("number", self.number);
        visit("full", self.full);
        visit("status", self.status);
        visit("closed_candles", self.closedCandles);
        visit("open_candles", self.openCandles);
        visit("quotes", self.quotes);
        visit("positions", self.positions);
        visit("decisions", self.decisions);
        visit("orders", self.orders);
        visit("fills", self.fills);
        visit("round_trips", self.roundTrips);
        visit("approvals", self.approvals);
        visit("risk_reports", self.riskReports);
        visit("regimes", self.regimes);
        visit("agents", self.agents);
        visit("alerts", self.alerts);
        visit("memory", self.memory);
        visit("quorum_slots", self.quorumSlots);
        visit("evidence", self.evidence);
        visit("episodes", self.episodes);
        visit("patterns", self.patterns);
        visit("recalls", self.recalls);
    }
};

/// The whole chain behind one order, from its fills back to the market state that the agents saw.
struct Explanation {
    Instrument instrument;
    Order order;
    std::optional<Order> parent; ///< the entry, if the order protects one
    std::vector<Fill> fills;
    std::optional<Approval> approval;
    std::vector<RiskReport> riskReports; ///< the gate at proposal and again at release, oldest first
    Decision decision;
    std::vector<std::string> agents; ///< names for the votes' agent ids, from AgentId(1)
    MarketState state; ///< what the agents saw
    std::vector<IndicatorName> indicators; ///< names for the state's slots

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("instrument", self.instrument);
        visit("order", self.order);
        visit("parent", self.parent);
        visit("fills", self.fills);
        visit("approval", self.approval);
        visit("risk_reports", self.riskReports);
        visit("decision", self.decision);
        visit("agents", self.agents);
        visit("state", self.state);
        visit("indicators", self.indicators);
    }
};

/// What the kill switch did, in numbers.
struct HaltReport {
    std::uint32_t ordersCancelled = 0;
    std::uint32_t approvalsWithdrawn = 0;
    std::uint32_t protectiveOrdersKept = 0;
    std::uint32_t positionsLeftOpen = 0;
    std::string text; ///< the same as a sentence

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("orders_cancelled", self.ordersCancelled);
        visit("approvals_withdrawn", self.approvalsWithdrawn);
        visit("protective_orders_kept", self.protectiveOrdersKept);
        visit("positions_left_open", self.positionsLeftOpen);
        visit("text", self.text);
    }
};

} // namespace coinswarm::api
