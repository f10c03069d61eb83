// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "daemon/console_report.h"

#include "api/explanation_text.h"

#include <coinswarm/text.h>

namespace coinswarm::daemon {

namespace {

constexpr std::size_t kKept = 2'000;
constexpr qint64 kPulseMs = 5'000;

std::string decimals(double value, int count)
{
    return std::string(std::string_view(number(value, count)));
}

/// "10:05:00", the time of day of the session.
std::string clock(Timestamp time)
{
    return toString(time).substr(11, 8);
}

template <class Map>
void keepNewest(Map &map)
{
    while (map.size() > kKept) {
        map.erase(map.begin());
    }
}

} // namespace

ConsoleReport::ConsoleReport(api::SessionInfo info, bool everything, config::LogLevel level, std::string commandHint,
                             std::FILE *out)
    : m_info(std::move(info)), m_everything(everything), m_level(level), m_hint(std::move(commandHint)), m_out(out)
{
    m_pulse.start();
}

void ConsoleReport::say(const std::string &text) const
{
    std::fputs((text + '\n').c_str(), m_out);
    std::fflush(m_out);
}

const Instrument &ConsoleReport::instrument(InstrumentId id) const
{
    static const Instrument unknown;
    return id.value >= 1 && id.value <= m_info.instruments.size() ? m_info.instruments[id.value - 1] : unknown;
}

std::string ConsoleReport::agentName(AgentId id) const
{
    return id.value >= 1 && id.value <= m_info.agents.size() ? m_info.agents[id.value - 1]
                                                             : "agent " + std::to_string(id.value);
}

void ConsoleReport::onFrame(const api::Frame &frame)
{
    m_status = frame.status;
    for (const Decision &decision : frame.decisions) {
        // A full frame repeats what was told already.
        if (decision.id > m_lastDecision) {
            m_lastDecision = decision.id;
            tellDecision(decision);
        }
    }
    for (const Order &order : frame.orders) {
        tellOrder(order);
    }
    for (const api::Approval &approval : frame.approvals) {
        tellApproval(approval);
    }
    for (const Fill &fill : frame.fills) {
        if (fill.id > m_lastFill) {
            m_lastFill = fill.id;
            tellFill(fill);
        }
    }
    for (const RoundTrip &trade : frame.roundTrips) {
        if (trade.id > m_lastTrade) {
            m_lastTrade = trade.id;
            ++m_trades;
            if (m_everything) {
                say(clock(trade.exitTime) + "  closed    " + instrument(trade.instrument).symbol + ": "
                    + (trade.pnl.isNegative() ? "loss " : "profit ") + api::grouped(trade.pnl, 2) + " after fees");
            }
        }
    }
    for (const api::AlertView &alert : frame.alerts) {
        tellAlert(alert);
    }
    if (m_everything && m_pulse.hasExpired(kPulseMs)) {
        m_pulse.restart();
        tellPulse(frame.status);
    }
}

void ConsoleReport::tellDecision(const Decision &decision)
{
    ++m_decisions;
    m_holds += decision.action == Action::Hold ? 1 : 0;
    m_why[decision.id] = decision.summary;
    keepNewest(m_why);
    // Told once until it changes: a committee that goes on wanting the same is no news.
    const auto [told, isFirst] = m_actions.try_emplace(decision.instrument, decision.action);
    if (!m_everything || (!isFirst && told->second == decision.action)) {
        return;
    }
    told->second = decision.action;
    say(clock(decision.time) + "  decision  " + instrument(decision.instrument).symbol + ": " + decision.summary);
    for (const CountedVote &counted : decision.votes) {
        const bool voted = counted.status == VoteStatus::Voted;
        std::string line = "            " + agentName(counted.agent) + " votes "
            + std::string(voted ? enumName(counted.vote.action) : enumName(counted.status));
        if (voted) {
            line += " (" + decimals(counted.vote.confidence, 2) + ")";
            line += counted.vote.veto ? " VETO" : "";
            line += counted.dissents ? " dissenting" : "";
            line += counted.vote.reasons.empty() ? "" : ": " + counted.vote.reasons.front();
        }
        say(line);
    }
}

void ConsoleReport::tellOrder(const Order &order)
{
    const auto known = m_orders.find(order.id);
    const bool isNews = known == m_orders.end() || known->second.state != order.state;
    m_orders[order.id] = order;
    keepNewest(m_orders);
    if (m_everything && isNews && (order.state == OrderState::Denied || order.state == OrderState::VenueRejected)) {
        say(clock(order.updated) + "  refused   order " + std::to_string(order.id.value) + ", "
            + api::orderLine(order, instrument(order.instrument)) + ": " + order.reason);
    }
}

void ConsoleReport::tellFill(const Fill &fill)
{
    ++m_fills;
    if (!m_everything) {
        return;
    }
    const Instrument &traded = instrument(fill.instrument);
    std::string why;
    if (const auto order = m_orders.find(fill.order); order != m_orders.end()) {
        if (order->second.purpose == OrderPurpose::StopLoss) {
            why = "the stop of order " + std::to_string(order->second.parent.value) + " was hit";
        } else if (order->second.purpose == OrderPurpose::TakeProfit) {
            why = "the target of order " + std::to_string(order->second.parent.value) + " was reached";
        } else if (const auto decision = m_why.find(order->second.decision); decision != m_why.end()) {
            why = decision->second;
        }
    }
    say(clock(fill.time) + "  fill      " + std::string(enumName(fill.side)) + ' '
        + api::grouped(fill.quantity, api::quantityDecimals(traded)) + ' ' + traded.symbol + " at "
        + api::grouped(fill.price, api::priceDecimals(traded)) + (why.empty() ? "" : ": " + why)
        + "  (coinswarm-cli explain " + std::to_string(fill.order.value) + m_hint + ")");
}

void ConsoleReport::tellApproval(const api::Approval &approval)
{
    const auto known = m_approvals.find(approval.id);
    if (known != m_approvals.end() && known->second == approval.state) {
        return;
    }
    const bool isFirst = known == m_approvals.end();
    m_approvals[approval.id] = approval.state;
    const std::string id = std::to_string(approval.id.value);
    if (approval.state != api::ApprovalState::Pending) {
        if (!isFirst && m_everything) {
            say(clock(m_status.now) + "  approval  " + id + " is " + std::string(enumName(approval.state))
                + (approval.reason.empty() ? "" : ": " + approval.reason));
        }
        return;
    }
    const auto order = m_orders.find(approval.order);
    const Instrument &traded = instrument(approval.instrument);
    say(clock(approval.requested) + "  APPROVAL  " + id + " waits until " + clock(approval.expires) + ": "
        + (order == m_orders.end() ? "order " + std::to_string(approval.order.value)
                                   : api::orderLine(order->second, traded))
        + ", worst case " + api::grouped(approval.worstCase, 2) + ' ' + traded.quote);
    say("            coinswarm-cli approvals approve " + id + m_hint);
    say("            coinswarm-cli approvals reject " + id + " --reason WHY" + m_hint);
}

void ConsoleReport::tellAlert(const api::AlertView &alert)
{
    if (alert.number <= m_lastAlert) {
        return;
    }
    m_lastAlert = alert.number;
    const auto level = alert.severity == api::Severity::Info ? config::LogLevel::Info
        : alert.severity == api::Severity::Warning           ? config::LogLevel::Warning
                                                             : config::LogLevel::Error;
    if (level >= m_level) {
        say(clock(alert.time) + "  " + std::string(enumName(alert.severity)) + ": " + alert.text + " [" + alert.code
            + ']');
    }
}

void ConsoleReport::tellPulse(const api::SessionStatus &status)
{
    say(clock(status.now) + "  equity    " + decimals(status.account.equity.toDouble(), 2) + ", drawdown "
        + decimals(status.account.drawdown.toDouble() * 100, 2) + " %, " + std::to_string(m_decisions) + " decisions ("
        + std::to_string(m_holds) + " hold), " + std::to_string(m_fills) + " fills, "
        + std::to_string(status.pendingApprovals) + " approvals waiting, " + decimals(status.eventsPerSecond, 0)
        + " events/s");
}

std::string ConsoleReport::summary() const
{
    const Account &account = m_status.account;
    std::string out = "session   " + m_info.session + ", " + std::string(enumName(m_status.state)) + ", "
        + std::to_string(m_status.events) + " events\n";
    out += "decisions " + std::to_string(m_decisions) + ", " + std::to_string(m_holds)
        + " of them hold; approvals asked " + std::to_string(m_approvals.size()) + "; fills " + std::to_string(m_fills)
        + "; trades closed " + std::to_string(m_trades) + '\n';
    out += "equity    " + decimals(account.equity.toDouble(), 2) + " from "
        + decimals(account.startingCash.toDouble(), 2) + ", fees " + decimals(account.fees.toDouble(), 2)
        + ", drawdown " + decimals(account.drawdown.toDouble() * 100, 2) + " %\n";
    return out + "journal   " + m_info.journal + "  (coinswarm-cli journal verify " + m_info.journal + ")\n";
}

} // namespace coinswarm::daemon
