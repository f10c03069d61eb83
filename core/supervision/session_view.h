// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/engine.h"
#include "runtime/session.h"

#include <deque>
#include <map>
#include <set>

namespace coinswarm::supervision {

/// What the storage still knows of a session that is continued.
struct EarlierRows {
    std::vector<Fill> fills;
    std::vector<RoundTrip> roundTrips;
    std::vector<Decision> decisions;
    std::vector<Regime> regimes;
    std::vector<api::AlertView> alerts;
    std::vector<api::Explanation> explanations; ///< of orders that are still open, and of the entries behind them
};

/// The session as people see it: remembers what a full frame must hold and gathers what has changed since the last one.
///
/// Thread: the engine's. Memory is bounded: the newest 500 decisions, 1,000 orders, fills and trades, 500 alerts and
/// regimes; orders that are open and approvals that are pending are always there. Explanations of older orders are in
/// the storage.
class SessionView final : public runtime::SessionObserver
{
public:
    explicit SessionView(runtime::Session &session);

    // SessionObserver
    void onEvent(const engine::Event &event) override;
    void onEffect(Timestamp now, const engine::Effect &effect) override;
    void onJournalFailed(const Error &error) override;
    void onTick(runtime::Session &session) override;

    api::SessionInfo info() const;
    api::SessionStatus status() const;
    api::Frame fullFrame() const;
    /// What has changed since the last call.
    api::Frame takeChanges();
    std::vector<Candle> candles(const api::CandleQuery &query) const;
    Result<api::Explanation> explain(OrderId order) const;
    std::vector<api::AgentView> agents() const;

    /// Puts what the storage knows of the session before a restart in front of what the engine knows. Before the session
    /// starts.
    void adopt(EarlierRows rows);
    /// Something outside the engine that a person must know of, such as a failing database.
    void addAlert(api::Severity severity, const std::string &code, const std::string &text);
    /// Orders whose explanation has changed since the last call.
    std::set<OrderId> takeChangedExplanations() { return std::exchange(m_changedExplanations, {}); }

private:
    struct OrderStory {
        Order order;
        std::vector<Fill> fills;
        std::vector<api::RiskReport> reports;
        ApprovalId approval;
        bool complete = true; ///< its beginning is known too
    };
    /// Medians and worst case of an agent's answers, over the last 256.
    struct Latency {
        std::deque<std::int64_t> nanoseconds;
    };

    void rememberDecision(const Decision &decision);
    void rememberOrder(const Order &order);
    void rememberApproval(const api::Approval &approval);
    void rememberClosedBars();
    /// Null if the order is not remembered any more.
    OrderStory *storyOf(OrderId id);
    void forgetOldOrders();
    void measureRate();
    void addAlert(Timestamp time, api::Severity severity, const std::string &code, const std::string &text);

    runtime::Session &m_session;
    api::Frame m_changes;
    std::uint64_t m_frame = 0;
    std::map<AskId, MarketState> m_asked; ///< of undecided questions and of decisions that are remembered
    std::map<DecisionId, Decision> m_decisions;
    std::map<DecisionId, Decision> m_acted; ///< decisions that orders came from
    std::map<AskId, MarketState> m_actedStates;
    std::map<OrderId, OrderStory> m_orders;
    std::map<ApprovalId, api::Approval> m_approvals;
    std::deque<Fill> m_fills;
    std::deque<RoundTrip> m_roundTrips;
    std::deque<Regime> m_regimes;
    std::deque<api::AlertView> m_alerts;
    std::vector<Latency> m_latencies;
    std::set<OrderId> m_changedExplanations;
    std::set<InstrumentId> m_changedInstruments;
    bool m_agentsChanged = true;
    std::uint64_t m_lastAlert = 0;
    std::string m_journalError;
    std::uint64_t m_rateEvents = 0;
    std::chrono::steady_clock::time_point m_rateSince;
    double m_rate = 0;
};

} // namespace coinswarm::supervision
