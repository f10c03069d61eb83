// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "supervision/session_view.h"

#include <algorithm>

// What people are told of what the view remembers.
namespace coinswarm::supervision {

api::SessionInfo SessionView::info() const
{
    const engine::JournalHeader &header = m_session.header();
    api::SessionInfo info;
    info.session = header.session;
    info.version = header.version;
    info.mode = header.engine.desk.mode;
    info.instruments = header.engine.instruments;
    info.intervals = header.engine.intervals;
    info.decisionInterval = header.engine.decisionInterval;
    info.indicators = m_session.engine().market().indicatorNames();
    for (const engine::RosterEntry &agent : header.engine.agents) {
        info.agents.push_back(agent.name);
    }
    info.journal = m_session.journalFolder();
    return info;
}

api::SessionStatus SessionView::status() const
{
    const engine::EngineCore &engine = m_session.engine();
    const trading::HaltState &halt = engine.desk().haltState();
    const trading::DeskCounters counters = engine.desk().counters();
    api::SessionStatus status;
    if (!engine.failed().empty() || !m_journalError.empty()) {
        status.state = api::RunState::Failed;
        status.stateReason =
            engine.failed().empty() ? "the journal cannot be written: " + m_journalError : engine.failed();
    } else if (halt.halted) {
        status.state = api::RunState::Halted;
        status.stateReason = halt.reason;
    } else if (halt.paused) {
        status.state = api::RunState::Paused;
        status.stateReason = halt.reason;
    } else {
        status.state = m_session.feedEnded() ? api::RunState::Finished : api::RunState::Running;
    }
    for (std::size_t i = 0; i < engine.roster().size(); ++i) {
        const engine::MemberRecord &record = engine.roster().record(AgentId(static_cast<std::uint32_t>(i + 1)));
        if (record.state == engine::MemberState::Benched) {
            status.degraded = true;
            status.degradedReason = "agent " + engine.roster().entries()[i].name + " is benched: " + record.reason;
        } else if (record.state == engine::MemberState::Hung) {
            status.degraded = true;
            status.degradedReason =
                "agent " + engine.roster().entries()[i].name + " hangs and was left behind; restart to get rid of it";
        }
    }
    if (!engine.memoryAway().empty()) {
        status.degraded = true;
        status.degradedReason = "agents vote without memory: " + engine.memoryAway();
    }
    if (!m_session.feedError().empty()) {
        status.degraded = true;
        status.degradedReason = "no market data: " + m_session.feedError();
    }
    status.now = engine.now();
    status.started = m_session.startedAt();
    status.account = engine.desk().account();
    const trading::TradingDesk::RiskUse use = engine.desk().riskUse();
    status.riskUsed = use.share;
    status.riskUsedBy = std::string(enumName(use.by));
    status.openOrders = counters.openOrders;
    status.pendingApprovals = counters.pendingApprovals;
    status.openPositions = counters.openPositions;
    status.events = m_session.events();
    status.eventsPerSecond = m_rate;
    status.speed = m_session.speed();
    status.feedPaused = m_session.feedPaused();
    status.playingUntil = m_session.playingUntil().value_or(Timestamp());
    status.progress = m_session.feed().progress().value_or(-1);
    status.feed = m_session.feed().metadata();
    status.feedHealth = m_session.feed().health();
    status.journalSequence = m_session.journal().lastSequence().value;
    status.journalDurable = m_session.journal().durableSequence().value;
    status.killSwitchTested = m_session.killSwitchTested();
    return status;
}

std::vector<api::AgentView> SessionView::agents() const
{
    const engine::EngineCore &engine = m_session.engine();
    std::vector<api::AgentView> views;
    for (std::size_t i = 0; i < engine.roster().size(); ++i) {
        const AgentId id(static_cast<std::uint32_t>(i + 1));
        const engine::RosterEntry &entry = engine.roster().entries()[i];
        const engine::MemberRecord &record = engine.roster().record(id);
        const decision::AgentRecord &scored = engine.advisor().records()[i];
        api::AgentView view;
        view.id = id;
        view.name = entry.name;
        view.plugin = entry.plugin;
        view.weight = engine.roster().members()[i].weight;
        view.suggestedWeight = scored.suggestedWeight;
        view.mayVeto = entry.mayVeto;
        view.votes = record.votes;
        view.failures = record.failures;
        view.scoredTrades = scored.scoredTrades;
        view.hitRate = scored.scoredTrades == 0 ? 0 : static_cast<double>(scored.hits) / scored.scoredTrades;
        std::uint64_t most = 0;
        for (const Instrument &instrument : m_session.header().engine.instruments) {
            most = std::max(most, engine.market().warmedBars(instrument.id));
        }
        if (record.state != engine::MemberState::Active) {
            view.state = record.state == engine::MemberState::Hung ? api::AgentState::Hung : api::AgentState::Benched;
            view.stateReason = record.reason;
        } else if (most < entry.warmupBars) {
            view.state = api::AgentState::WarmingUp;
            view.stateReason = "needs " + std::to_string(entry.warmupBars - most) + " more bars";
        } else {
            view.state = api::AgentState::Active;
        }
        if (const auto &times = m_latencies[i].nanoseconds; !times.empty()) {
            std::vector<std::int64_t> sorted(times.begin(), times.end());
            std::sort(sorted.begin(), sorted.end());
            view.medianMicroseconds = static_cast<double>(sorted[sorted.size() / 2]) / 1'000;
            view.worstMicroseconds = static_cast<double>(sorted.back()) / 1'000;
        }
        views.push_back(std::move(view));
    }
    return views;
}

api::Frame SessionView::fullFrame() const
{
    const engine::EngineCore &engine = m_session.engine();
    api::Frame frame;
    frame.number = m_frame;
    frame.full = true;
    frame.status = status();
    frame.positions = engine.desk().positions();
    for (const Instrument &instrument : m_session.header().engine.instruments) {
        for (const Interval interval : m_session.header().engine.intervals) {
            if (const std::optional<Candle> open = engine.market().openCandle(instrument.id, interval)) {
                frame.openCandles.push_back(*open);
            }
        }
        if (const Regime &regime = engine.market().regime(instrument.id); regime.id) {
            frame.regimes.push_back(regime);
        }
    }
    for (const auto &[id, decision] : m_decisions) {
        frame.decisions.push_back(decision);
    }
    for (const auto &[id, story] : m_orders) {
        frame.orders.push_back(story.order);
        frame.riskReports.insert(frame.riskReports.end(), story.reports.begin(), story.reports.end());
    }
    for (const auto &[id, approval] : m_approvals) {
        frame.approvals.push_back(approval);
    }
    frame.fills.assign(m_fills.begin(), m_fills.end());
    frame.roundTrips.assign(m_roundTrips.begin(), m_roundTrips.end());
    frame.regimes.insert(frame.regimes.begin(), m_regimes.begin(), m_regimes.end());
    frame.agents = agents();
    frame.alerts.assign(m_alerts.begin(), m_alerts.end());
    return frame;
}

api::Frame SessionView::takeChanges()
{
    const engine::EngineCore &engine = m_session.engine();
    api::Frame frame = std::exchange(m_changes, {});
    frame.number = ++m_frame;
    frame.status = status();
    for (const InstrumentId id : m_changedInstruments) {
        for (const Interval interval : m_session.header().engine.intervals) {
            if (const std::optional<Candle> open = engine.market().openCandle(id, interval)) {
                frame.openCandles.push_back(*open);
            }
        }
        Quote quote;
        quote.instrument = id;
        quote.bid = engine.market().bestBid(id);
        quote.ask = engine.market().bestAsk(id);
        quote.time = engine.market().lastUpdate(id);
        frame.quotes.push_back(quote);
        frame.positions.push_back(engine.desk().portfolio().position(id));
    }
    m_changedInstruments.clear();
    if (m_agentsChanged) {
        frame.agents = agents();
        m_agentsChanged = false;
    }
    return frame;
}

std::vector<Candle> SessionView::candles(const api::CandleQuery &query) const
{
    if (!query.instrument || query.instrument.value > m_session.header().engine.instruments.size()) {
        return {};
    }
    const std::span<const Candle> kept =
        m_session.engine().market().candles(query.instrument, query.interval, query.count);
    return {kept.begin(), kept.end()};
}

Result<api::Explanation> SessionView::explain(OrderId id) const
{
    const auto found = m_orders.find(id);
    if (found == m_orders.end() || !found->second.complete) {
        return Error{ErrorKind::NotFound, "there is no order " + std::to_string(id.value) + " in this session"};
    }
    const OrderStory &story = found->second;
    const engine::JournalHeader &header = m_session.header();
    api::Explanation explanation;
    explanation.order = story.order;
    if (story.order.instrument) {
        explanation.instrument = header.engine.instruments[story.order.instrument.value - 1];
    }
    if (const auto parent = m_orders.find(story.order.parent); parent != m_orders.end()) {
        explanation.parent = parent->second.order;
    }
    explanation.fills = story.fills;
    explanation.riskReports = story.reports;
    // Protective orders were approved with the entry that they protect.
    ApprovalId approval = story.approval;
    if (!approval) {
        if (const auto parent = m_orders.find(story.order.parent); parent != m_orders.end()) {
            approval = parent->second.approval;
        }
    }
    if (const auto known = m_approvals.find(approval); known != m_approvals.end()) {
        explanation.approval = known->second;
    }
    if (const auto decision = m_acted.find(story.order.decision); decision != m_acted.end()) {
        explanation.decision = decision->second;
        if (const auto state = m_actedStates.find(decision->second.ask); state != m_actedStates.end()) {
            explanation.state = state->second;
        }
    }
    for (const engine::RosterEntry &agent : header.engine.agents) {
        explanation.agents.push_back(agent.name);
    }
    explanation.indicators = m_session.engine().market().indicatorNames();
    return explanation;
}

} // namespace coinswarm::supervision
