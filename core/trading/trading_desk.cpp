// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "trading/trading_desk.h"

#include <algorithm>
#include <exception>

namespace coinswarm::trading {

namespace {

constexpr Duration kRateWindow = std::chrono::seconds(60);
constexpr std::uint32_t kUnansweredBeforeAlert = 3;

/// Runs one step of the kill switch; what it throws must not keep the next step from running.
template <class Step>
std::string attempt(Step step)
{
    try {
        step();
        return {};
    } catch (const std::exception &error) {
        return error.what();
    } catch (...) {
        return "unknown failure";
    }
}

} // namespace

TradingDesk::TradingDesk(DeskConfig config, std::vector<Instrument> instruments, DeskListener &listener)
    : m_config(std::move(config)),
      m_instruments(std::move(instruments)),
      m_listener(listener),
      m_gate(m_config.limits, m_config.approvals),
      m_portfolio(m_instruments.size(), m_config.startingCash),
      m_orders(m_config.orders),
      m_approvals(m_config.approvals),
      m_markets(m_instruments.size() + 1)
{}

void TradingDesk::beginEvent(Timestamp now)
{
    m_portfolio.onTime(now);
    if (now >= m_dayEnd) {
        m_dayEnd = startOfDay(now) + std::chrono::hours(24);
        m_counters.tradesToday = 0;
    }
    while (!m_sentTimes.empty() && m_sentTimes.front() + kRateWindow <= now) {
        m_sentTimes.pop_front();
    }
}

void TradingDesk::endEvent(Timestamp)
{
    while (const auto retired = m_orders.takeRetired()) {
        for (const std::string &id : retired->venueFillIds) {
            m_portfolio.forgetFill(retired->order.instrument, id);
        }
        m_approvals.forget(retired->order.id);
    }
    for (std::size_t i = 1; i < m_markets.size(); ++i) {
        m_markets[i].watched = m_approvals.hasPending(InstrumentId(static_cast<std::uint32_t>(i)));
    }
    m_nextWake = Timestamp{std::numeric_limits<std::int64_t>::max()};
    const auto wakeAt = [this](Timestamp time) { m_nextWake = std::min(m_nextWake, time); };
    if (const auto deadline = m_orders.nextDeadline()) {
        wakeAt(*deadline);
    }
    if (const auto expiry = m_approvals.nextExpiry()) {
        wakeAt(*expiry);
    }
    for (const auto &[id, protection] : m_protections) {
        if (protection.due != Timestamp()) {
            wakeAt(protection.due);
        }
        if (protection.remindAt != Timestamp()) {
            wakeAt(protection.remindAt);
        }
    }
    for (const OrderId id : m_orders.active()) {
        const Order &order = m_orders.find(id)->order;
        const Timestamp rest = m_orders.find(id)->cancelRestsUntil;
        if (rest != Timestamp()) {
            wakeAt(rest);
        }
        if (order.type == OrderType::Limit && order.purpose == OrderPurpose::Entry
            && (order.state == OrderState::Accepted || order.state == OrderState::PartlyFilled))
        {
            wakeAt(std::max(order.created + m_config.entryLifetime, rest));
        }
    }
}

void TradingDesk::alert(AlertSeverity severity, std::string code, std::string text)
{
    m_listener.alert({severity, std::move(code), std::move(text)});
}

void TradingDesk::transition(OrderId id, OrderState state, const std::string &reason, Timestamp now)
{
    if (const auto moved = m_orders.transition(id, state, reason, now); !moved) {
        alert(AlertSeverity::Danger, "illegal_transition", moved.error().message);
        return;
    }
    m_listener.orderChanged(m_orders.find(id)->order);
}

void TradingDesk::onWatchedPrice(InstrumentId id, Timestamp now)
{
    beginEvent(now);
    const Price last = m_markets[id.value].last;
    std::vector<ApprovalId> changed;
    for (const api::Approval *approval : m_approvals.pending()) {
        if (approval->instrument != id || !approval->awaitingPrice) {
            continue;
        }
        const Order &waiting = m_orders.find(approval->order)->order;
        const auto revalidated =
            m_approvals.revalidate(approval->id, waiting, last, worstCaseLoss(waiting, last, m_config.feeRate), now);
        changed.insert(changed.end(), revalidated.begin(), revalidated.end());
    }
    const auto left = m_approvals.onPrice(id, last, now);
    changed.insert(changed.end(), left.begin(), left.end());
    if (!changed.empty()) {
        onApprovalsEnded(changed, now);
        endEvent(now);
    }
}

void TradingDesk::onApprovalsEnded(const std::vector<ApprovalId> &ids, Timestamp now)
{
    for (const ApprovalId id : ids) {
        const api::Approval approval = *m_approvals.find(id);
        m_listener.approvalChanged(approval);
        if (approval.state == api::ApprovalState::Expired || approval.state == api::ApprovalState::OutsideBand) {
            transition(approval.order, OrderState::Expired, approval.reason, now);
        }
    }
}

void TradingDesk::setPace(Pace pace, Timestamp now)
{
    beginEvent(now);
    m_orders.setPace(pace, now);
    const auto orderOf = [this](OrderId id) -> const Order & { return m_orders.find(id)->order; };
    for (const ApprovalId id : m_approvals.setPace(pace, orderOf, now)) {
        m_listener.approvalChanged(*m_approvals.find(id));
    }
    endEvent(now);
}

void TradingDesk::onTimer(Timestamp now)
{
    beginEvent(now);
    onApprovalsEnded(m_approvals.expire(now), now);
    for (const OrderId id : m_orders.takeDue(now)) {
        const OrderRecord &record = *m_orders.find(id);
        m_listener.orderChanged(record.order);
        m_listener.query(record.order);
        if (record.questions == kUnansweredBeforeAlert) {
            alert(AlertSeverity::Danger, "venue_silent",
                  "the venue has not answered " + std::to_string(record.questions) + " questions about order "
                      + record.order.clientId + "; it counts as open until it does");
        }
    }
    for (const OrderId id : m_orders.takeRested(now)) {
        // Whether it is still to be cancelled is looked at afresh: here, below, or at the next decision.
        protect(m_orders.find(id)->order.instrument, now);
    }
    for (const OrderId id : std::set<OrderId>(m_orders.active())) {
        const Order &order = m_orders.find(id)->order;
        const bool resting = order.state == OrderState::Accepted || order.state == OrderState::PartlyFilled;
        if (resting && order.type == OrderType::Limit && order.purpose == OrderPurpose::Entry
            && now >= order.created + m_config.entryLifetime)
        {
            requestCancel(id, "it was not filled in time", now);
        }
    }
    for (std::uint32_t i = 1; i < m_markets.size(); ++i) {
        const InstrumentId id(i);
        const auto it = m_protections.find(id);
        if (it == m_protections.end()) {
            continue;
        }
        if (it->second.remindAt != Timestamp() && now >= it->second.remindAt) {
            remind(id, it->second, now);
        }
        if (it->second.due != Timestamp() && now >= it->second.due) {
            it->second.due = Timestamp();
            protect(id, now);
        }
    }
    endEvent(now);
}

ApprovalOutcome TradingDesk::onOperator(const api::OperatorDecision &decision, Timestamp now)
{
    beginEvent(now);
    const api::Approval *asked = m_approvals.find(decision.approval);
    if (asked != nullptr && m_halt.halted && decision.approve) {
        return {ApprovalRefusal::Halted, "the kill switch is on; re-arm it before anything is approved", *asked};
    }
    const bool wasPending = asked != nullptr && asked->state == api::ApprovalState::Pending;
    const Price last = asked != nullptr ? m_markets[asked->instrument.value].last : Price();
    ApprovalOutcome outcome = m_approvals.decide(decision, last, now);
    if (!wasPending) {
        return outcome;
    }
    const api::ApprovalState state = outcome.approval.state;
    const OrderId id = outcome.approval.order;
    if (state == api::ApprovalState::Approved) {
        if (!release(id, m_approvals.find(decision.approval), now)) {
            outcome.refusal = ApprovalRefusal::RiskDenied;
            outcome.text = "approved, but the risk gate denies it now: " + m_orders.find(id)->order.reason;
        }
    } else if (state == api::ApprovalState::Rejected) {
        transition(id, OrderState::Rejected, "rejected by " + decision.operatorName + ": " + decision.reason, now);
    } else if (state != api::ApprovalState::Pending) {
        transition(id, OrderState::Expired, outcome.approval.reason, now);
    }
    outcome.approval = *m_approvals.find(decision.approval);
    if (outcome.refusal == ApprovalRefusal::None || state != api::ApprovalState::Pending) {
        m_listener.approvalChanged(outcome.approval);
    }
    endEvent(now);
    return outcome;
}

HaltOutcome TradingDesk::halt(const std::string &reason, Timestamp now)
{
    // Nothing may come before this line: whatever fails below, new orders are already blocked.
    m_halt = {true, m_halt.paused, reason, now};
    beginEvent(now);
    HaltOutcome outcome;
    const auto step = [&](auto work) {
        if (const std::string failure = attempt(work); !failure.empty()) {
            ++outcome.failures;
            attempt([&] {
                alert(AlertSeverity::Danger, "halt_step_failed",
                      "a step of the kill switch failed: " + failure + "; check the venue's own order list");
            });
        }
    };
    for (const OrderId id : std::set<OrderId>(m_orders.active())) {
        const OrderRecord &record = *m_orders.find(id);
        if (record.order.reduceOnly && m_config.keepProtectiveOnHalt) {
            ++outcome.protectiveOrdersKept;
        } else if (record.sent) {
            m_orders.endCancelRest(id);
            if (m_orders.beginCancel(id, reason, now)) {
                ++outcome.ordersCancelled;
                step([&] { m_listener.cancel(record.order); });
                step([&] { m_listener.orderChanged(record.order); });
            }
        } else {
            ++outcome.ordersWithdrawn;
            outcome.approvalsWithdrawn += m_approvals.pendingFor(id) != nullptr ? 1 : 0;
            step([&] { endUnsent(id, OrderState::Cancelled, reason, now); });
        }
    }
    for (const Position &position : m_portfolio.positions()) {
        outcome.positionsLeftOpen += position.quantity.isZero() ? 0 : 1;
    }
    outcome.text = std::to_string(outcome.ordersCancelled) + " orders are being cancelled, "
        + std::to_string(outcome.ordersWithdrawn) + " withdrawn before they were sent ("
        + std::to_string(outcome.approvalsWithdrawn) + " approvals), " + std::to_string(outcome.protectiveOrdersKept)
        + " orders that only reduce a position kept, " + std::to_string(outcome.positionsLeftOpen)
        + " positions stay open";
    if (outcome.failures > 0) {
        outcome.text += "; " + std::to_string(outcome.failures) + " steps failed, check the venue's own order list";
    }
    step([&] { m_listener.haltChanged(m_halt); });
    endEvent(now);
    return outcome;
}

Result<void> TradingDesk::resume(const std::string &operatorName, Timestamp now)
{
    if (!m_halt.halted) {
        return Error{ErrorKind::Refused, "trading is not halted; there is nothing to re-arm"};
    }
    if (m_orders.isReconciling()) {
        return Error{ErrorKind::Refused, "the venue has not yet answered for every order; re-arm when it has"};
    }
    beginEvent(now);
    m_halt = {false, m_halt.paused, "re-armed by " + operatorName, now};
    m_listener.haltChanged(m_halt);
    for (std::uint32_t i = 1; i < m_markets.size(); ++i) {
        protect(InstrumentId(i), now);
    }
    endEvent(now);
    return {};
}

void TradingDesk::setPaused(bool paused, const std::string &reason, Timestamp now)
{
    if (paused == m_halt.paused) {
        return;
    }
    m_halt.paused = paused;
    if (!m_halt.halted) {
        m_halt.reason = reason;
        m_halt.since = now;
    }
    m_listener.haltChanged(m_halt);
}

const Order *TradingDesk::order(OrderId id) const
{
    const OrderRecord *record = m_orders.find(id);
    return record != nullptr ? &record->order : nullptr;
}

std::vector<Order> TradingDesk::openOrders() const
{
    std::vector<Order> open;
    for (const OrderId id : m_orders.active()) {
        open.push_back(m_orders.find(id)->order);
    }
    return open;
}

std::vector<Order> TradingDesk::orders() const
{
    std::vector<Order> all;
    for (const auto &[id, record] : m_orders.all()) {
        all.push_back(record.order);
    }
    return all;
}

DeskCounters TradingDesk::counters() const
{
    DeskCounters counters = m_counters;
    counters.ordersLastMinute = static_cast<std::int32_t>(m_sentTimes.size());
    counters.openOrders = static_cast<std::uint32_t>(m_orders.active().size());
    counters.pendingApprovals = static_cast<std::uint32_t>(m_approvals.pendingCount());
    counters.openPositions = 0;
    for (std::uint32_t i = 1; i < m_markets.size(); ++i) {
        counters.openPositions += m_portfolio.position(InstrumentId(i)).quantity.isZero() ? 0 : 1;
    }
    return counters;
}

TradingDesk::RiskUse TradingDesk::riskUse() const
{
    RiskUse use;
    const Account account = m_portfolio.account();
    const RiskLimits &limit = m_gate.limits();
    const auto consider = [&use](api::DenialCode code, double used, double of) {
        if (of > 0 && used / of > use.share) {
            use = {used / of, code};
        }
    };
    const double equity = account.equity.toDouble();
    consider(api::DenialCode::Drawdown, account.drawdown.toDouble(), limit.maxDrawdown.toDouble());
    consider(api::DenialCode::DailyLoss, (account.dayStartEquity - account.equity).toDouble(),
             account.dayStartEquity.toDouble() * limit.maxDailyLoss.toDouble());
    consider(api::DenialCode::GrossExposure, account.grossExposure.toDouble(),
             equity * limit.maxGrossExposure.toDouble());
    consider(api::DenialCode::TradesPerDay, m_counters.tradesToday, limit.maxTradesPerDay);
    consider(api::DenialCode::OpenOrders, static_cast<double>(m_orders.active().size()), limit.maxOpenOrders);
    const double positionLimit =
        std::min(limit.maxPositionNotional.toDouble(), equity * limit.maxPositionShare.toDouble());
    for (std::uint32_t i = 1; i < m_markets.size(); ++i) {
        const Position &position = m_portfolio.position(InstrumentId(i));
        consider(api::DenialCode::PositionSize, abs(position.quantity).toDouble() * position.markPrice.toDouble(),
                 positionLimit);
    }
    return use;
}

const Protection *TradingDesk::protection(InstrumentId id) const
{
    const auto it = m_protections.find(id);
    return it == m_protections.end() ? nullptr : &it->second;
}

} // namespace coinswarm::trading
