// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "supervision/session_view.h"

#include <algorithm>

namespace coinswarm::supervision {

namespace {

constexpr std::size_t kKeptDecisions = 500;
constexpr std::size_t kKeptOrders = 1'000;
constexpr std::size_t kKeptRows = 1'000;
constexpr std::size_t kKeptAlerts = 500;
constexpr std::size_t kKeptLatencies = 256;
constexpr std::size_t kKeptRegimes = 500;

template <class T>
void keepLast(std::deque<T> &rows, T row, std::size_t most)
{
    rows.push_back(std::move(row));
    if (rows.size() > most) {
        rows.pop_front();
    }
}

template <class Key, class Value>
void keepNewest(std::map<Key, Value> &rows, std::size_t most)
{
    while (rows.size() > most) {
        rows.erase(rows.begin());
    }
}

/// Replaces the row with the same id, or appends it.
template <class T>
void upsert(std::vector<T> &rows, const T &row)
{
    const auto same = std::find_if(rows.begin(), rows.end(), [&](const T &r) { return r.id == row.id; });
    if (same == rows.end()) {
        rows.push_back(row);
    } else {
        *same = row;
    }
}

} // namespace

SessionView::SessionView(runtime::Session &session)
    : m_session(session),
      m_latencies(session.header().engine.agents.size()),
      m_rateSince(std::chrono::steady_clock::now())
{
    // After a restart what the engine still knows is there at once.
    for (const Order &order : session.engine().desk().orders()) {
        rememberOrder(order);
    }
    for (const auto &[id, approval] : session.engine().desk().approvals().all()) {
        rememberApproval(approval);
    }
    m_changes = {};
    m_changedExplanations.clear();
    for (auto &[id, story] : m_orders) {
        story.complete = !session.continued() || id > session.lastOrderBefore();
    }
    // What the storage may not have had the time to write is there for it again as a change.
    for (const runtime::PastEffect &past : session.pastEffects()) {
        onEffect(past.time, past.effect);
    }
    m_changes = {};
}

void SessionView::adopt(EarlierRows rows)
{
    const auto prepend = [](auto &kept, auto &earlier, auto isKept) {
        std::erase_if(earlier, isKept);
        kept.insert(kept.begin(), std::make_move_iterator(earlier.begin()), std::make_move_iterator(earlier.end()));
    };
    const auto hasId = [](const auto &kept) {
        return [&kept](const auto &row) {
            return std::any_of(kept.begin(), kept.end(), [&row](const auto &k) { return k.id == row.id; });
        };
    };
    prepend(m_fills, rows.fills, hasId(m_fills));
    prepend(m_roundTrips, rows.roundTrips, hasId(m_roundTrips));
    prepend(m_regimes, rows.regimes, hasId(m_regimes));
    for (Decision &decision : rows.decisions) {
        m_decisions.try_emplace(decision.id, std::move(decision));
    }
    prepend(m_alerts, rows.alerts, [this](const api::AlertView &row) {
        return std::any_of(m_alerts.begin(), m_alerts.end(), [&row](const api::AlertView &k) {
            return k.time == row.time && k.code == row.code && k.text == row.text;
        });
    });
    m_lastAlert = 0;
    for (api::AlertView &alert : m_alerts) {
        alert.number = ++m_lastAlert;
    }
    for (api::Explanation &earlier : rows.explanations) {
        OrderStory *story = storyOf(earlier.order.id);
        if (story == nullptr || story->complete) {
            continue;
        }
        story->complete = true;
        prepend(story->fills, earlier.fills, hasId(story->fills));
        prepend(story->reports, earlier.riskReports, [story](const api::RiskReport &report) {
            return std::find(story->reports.begin(), story->reports.end(), report) != story->reports.end();
        });
        if (earlier.approval) {
            m_approvals.try_emplace(earlier.approval->id, *earlier.approval);
            story->approval = story->approval ? story->approval : earlier.approval->id;
        }
        m_acted.try_emplace(earlier.decision.id, earlier.decision);
        m_actedStates.try_emplace(earlier.decision.ask, std::move(earlier.state));
    }
}

void SessionView::onEvent(const engine::Event &event)
{
    std::visit(
        [&](const auto &e) {
            using T = std::decay_t<decltype(e)>;
            if constexpr (
                std::is_same_v<
                    T, Trade> || std::is_same_v<T, Quote> || std::is_same_v<T, BookDelta> || std::is_same_v<T, Candle>)
            {
                m_changedInstruments.insert(e.instrument);
                rememberClosedBars();
            } else if constexpr (std::is_same_v<T, engine::event::Timer>) {
                rememberClosedBars();
            } else if constexpr (std::is_same_v<T, engine::event::AgentVoted>) {
                if (e.agent.value <= m_latencies.size()) {
                    keepLast(m_latencies[e.agent.value - 1].nanoseconds, std::int64_t{e.elapsed.count()},
                             kKeptLatencies);
                }
                m_agentsChanged = true;
            } else if constexpr (std::is_same_v<T, engine::event::AgentFailed>) {
                m_agentsChanged = true;
            } else if constexpr (std::is_same_v<T, engine::event::SessionRestarted>) {
                if (!m_session.feedNotice().empty()) {
                    addAlert(api::Severity::Danger, "feed_checkpoint",
                             "The market could not be continued where it stopped: " + m_session.feedNotice()
                                 + ". It was played again from its beginning with the present settings, so its prices "
                                   "can differ from those before; look at the chart before you trade on.");
                }
            }
        },
        event.body);
}

void SessionView::rememberClosedBars()
{
    // Only after events that move the market: until the next of them it still shows the bars of the last.
    const std::vector<Candle> &closed = m_session.engine().market().closed();
    m_changes.closedCandles.insert(m_changes.closedCandles.end(), closed.begin(), closed.end());
}

void SessionView::onEffect(Timestamp now, const engine::Effect &effect)
{
    if (const auto *ask = std::get_if<engine::effect::AskAgents>(&effect)) {
        m_asked[ask->state.ask] = ask->state;
        keepNewest(m_asked, kKeptDecisions);
    } else if (const auto *made = std::get_if<engine::effect::DecisionMade>(&effect)) {
        rememberDecision(made->decision);
    } else if (const auto *changed = std::get_if<engine::effect::OrderChanged>(&effect)) {
        rememberOrder(changed->order);
    } else if (const auto *checked = std::get_if<engine::effect::RiskChecked>(&effect)) {
        if (OrderStory *story = storyOf(checked->report.order)) {
            story->reports.push_back(checked->report);
        }
        m_changes.riskReports.push_back(checked->report);
        m_changedExplanations.insert(checked->report.order);
    } else if (const auto *approval = std::get_if<engine::effect::ApprovalChanged>(&effect)) {
        rememberApproval(approval->approval);
        upsert(m_changes.approvals, approval->approval);
        m_changedExplanations.insert(approval->approval.order);
    } else if (const auto *booked = std::get_if<engine::effect::FillBooked>(&effect)) {
        if (OrderStory *story = storyOf(booked->fill.order)) {
            story->fills.push_back(booked->fill);
        }
        keepLast(m_fills, booked->fill, kKeptRows);
        m_changes.fills.push_back(booked->fill);
        m_changedInstruments.insert(booked->fill.instrument);
        m_changedExplanations.insert(booked->fill.order);
    } else if (const auto *closed = std::get_if<engine::effect::RoundTripClosed>(&effect)) {
        keepLast(m_roundTrips, closed->trade, kKeptRows);
        m_changes.roundTrips.push_back(closed->trade);
        m_agentsChanged = true;
    } else if (const auto *regime = std::get_if<engine::effect::RegimeChanged>(&effect)) {
        keepLast(m_regimes, regime->regime, kKeptRegimes);
        m_changes.regimes.push_back(regime->regime);
    } else if (const auto *alert = std::get_if<engine::effect::Alert>(&effect)) {
        addAlert(now, static_cast<api::Severity>(alert->severity), alert->code, alert->text);
    } else if (std::holds_alternative<engine::effect::AgentBenched>(effect)
               || std::holds_alternative<engine::effect::AgentReturned>(effect)
               || std::holds_alternative<engine::effect::WeightsChanged>(effect))
    {
        m_agentsChanged = true;
    }
}

void SessionView::onJournalFailed(const Error &error)
{
    m_journalError = error.message;
    addAlert(
        api::Severity::Danger, "journal_failed",
        "The journal cannot be written: " + error.message
            + ". Trading is halted and open orders are being cancelled. Free space or mend the disk, then restart.");
}

void SessionView::onTick(runtime::Session &)
{
    measureRate();
}

void SessionView::measureRate()
{
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - m_rateSince).count();
    if (seconds >= 1) {
        const std::uint64_t events = m_session.kernel().events();
        m_rate = static_cast<double>(events - m_rateEvents) / seconds;
        m_rateEvents = events;
        m_rateSince = now;
    }
}

void SessionView::rememberDecision(const Decision &decision)
{
    m_decisions[decision.id] = decision;
    keepNewest(m_decisions, kKeptDecisions);
    m_changes.decisions.push_back(decision);
    if (decision.action != Action::Hold) {
        m_acted[decision.id] = decision;
        if (const auto state = m_asked.find(decision.ask); state != m_asked.end()) {
            m_actedStates[decision.ask] = state->second;
        }
        keepNewest(m_acted, kKeptOrders);
        keepNewest(m_actedStates, kKeptOrders);
    }
    m_agentsChanged = true;
}

void SessionView::rememberOrder(const Order &order)
{
    m_orders[order.id].order = order;
    upsert(m_changes.orders, order);
    m_changedExplanations.insert(order.id);
    m_changedInstruments.insert(order.instrument);
    forgetOldOrders();
}

void SessionView::rememberApproval(const api::Approval &approval)
{
    if (OrderStory *story = storyOf(approval.order)) {
        m_approvals[approval.id] = approval;
        story->approval = approval.id;
    }
}

SessionView::OrderStory *SessionView::storyOf(OrderId id)
{
    // An old order that is heard of again stays forgotten: half a story would look like an order without a name.
    const auto found = m_orders.find(id);
    return found == m_orders.end() ? nullptr : &found->second;
}

void SessionView::forgetOldOrders()
{
    for (auto it = m_orders.begin(); m_orders.size() > kKeptOrders && it != m_orders.end();) {
        if (isFinal(it->second.order.state)) {
            std::erase_if(m_approvals, [&](const auto &row) { return row.second.order == it->first; });
            it = m_orders.erase(it);
        } else {
            ++it;
        }
    }
}

void SessionView::addAlert(api::Severity severity, const std::string &code, const std::string &text)
{
    addAlert(m_session.engine().now(), severity, code, text);
}

void SessionView::addAlert(Timestamp time, api::Severity severity, const std::string &code, const std::string &text)
{
    const api::AlertView alert{++m_lastAlert, time, severity, code, text};
    keepLast(m_alerts, alert, kKeptAlerts);
    m_changes.alerts.push_back(alert);
}

} // namespace coinswarm::supervision
