// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The trading half of ScriptedEngine: decisions, orders, approvals, fills, money.
#include "scripted_engine.h"

#include <cmath>

namespace coinswarm::ui {

using namespace coinswarm::api;

namespace {

std::string numberText(double value, int decimals)
{
    return QString::number(value, 'f', decimals).toStdString();
}

} // namespace

Decision ScriptedEngine::vote(const Traded &traded, Action action, double strength)
{
    Decision decision;
    decision.id = DecisionId(++m_decisionIds);
    decision.ask = AskId(m_decisionIds);
    decision.instrument = traded.market.instrument.id;
    decision.time = m_status.now;
    decision.action = action;
    decision.threshold = 0.3;
    const double gap = (traded.fast / traded.slow - 1) * 100;
    const double rsi = 50 + std::clamp(gap * 60, -35.0, 35.0);
    const Action against = action == Action::Buy ? Action::Sell : action == Action::Sell ? Action::Buy : Action::Hold;
    const Action votes[]{action, strength > 0.55 ? against : Action::Hold,
                         action == Action::Hold ? Action::Hold : action};
    const double confidence[]{0.55 + 0.4 * strength, 0.35 + 0.2 * strength, 0.6 + 0.2 * strength};
    const double weights[]{0.4, 0.35, 0.25};
    const std::string reasons[]{"fast average " + numberText(std::abs(gap), 2) + " % " + (gap > 0 ? "above" : "below")
                                    + " the slow one, ADX 31.4",
                                "RSI " + numberText(rsi, 0) + ", price " + numberText(std::abs(gap) * 2.1, 1)
                                    + " deviations from its mean",
                                "exposure 38 % of the limit, drawdown small"};
    for (std::size_t i = 0; i < 3; ++i) {
        CountedVote counted;
        counted.agent = AgentId(static_cast<std::uint32_t>(i + 1));
        counted.status = VoteStatus::Voted;
        counted.weight = weights[i];
        counted.vote.action = votes[i];
        counted.vote.confidence = votes[i] == Action::Hold ? 0.4 : confidence[i];
        const double sign = votes[i] == Action::Buy ? 1 : votes[i] == Action::Sell ? -1 : 0;
        counted.contribution = sign * weights[i] * counted.vote.confidence;
        counted.dissents = votes[i] != Action::Hold && votes[i] != action;
        counted.vote.reasons = {reasons[i]};
        decision.score += counted.contribution;
        decision.votes.push_back(counted);
    }
    decision.summary = action == Action::Hold
        ? "HOLD: the score " + numberText(decision.score, 2) + " does not reach 0.30"
        : std::string(action == Action::Buy ? "BUY" : "SELL") + ": trend and risk agree, score "
            + numberText(decision.score, 2);
    m_all.decisions.push_back(decision);
    m_next.decisions.push_back(decision);
    return decision;
}

void ScriptedEngine::decide(Traded &traded, const Candle &candle)
{
    const double gap = traded.fast / traded.slow - 1;
    const bool isFlat = traded.position.quantity.isZero();
    const double strength = std::min(1.0, std::abs(gap) / 0.004);
    Action action = Action::Hold;
    if (m_status.state == RunState::Running && isFlat && gap > 0.0008) {
        action = Action::Buy;
    } else if (!isFlat && gap < -0.0002) {
        action = Action::Sell;
    }
    const Decision decision = vote(traded, action, strength);
    if (action == Action::Hold) {
        return;
    }
    if (action == Action::Sell) {
        cancelProtection(traded);
        fill(traded, makeOrder(traded, decision, Side::Sell, traded.position.quantity));
        return;
    }
    const bool large = traded.market.uniform() < 0.6;
    const Money budget = Money::fromInteger(large ? 2'600 : 800);
    const Order order = makeOrder(traded, decision, Side::Buy,
                                  roundedDownTo(quantityFor(budget, candle.close), traded.market.instrument.lot));
    if (large) {
        ask(order, std::chrono::seconds(3'600));
    } else {
        fill(traded, order);
        protect(traded, order);
    }
}

Order ScriptedEngine::makeOrder(const Traded &traded, const Decision &decision, Side side, Quantity quantity)
{
    Order order;
    order.id = OrderId(++m_ids);
    order.clientId = "cs-20260112-" + std::to_string(order.id.value);
    order.instrument = traded.market.instrument.id;
    order.decision = decision.id;
    order.side = side;
    order.type = side == Side::Buy ? OrderType::Limit : OrderType::Market;
    order.purpose = side == Side::Buy ? OrderPurpose::Entry : OrderPurpose::Exit;
    order.quantity = quantity;
    order.referencePrice = traded.market.rounded(traded.market.price());
    if (side == Side::Buy) {
        order.limitPrice = order.referencePrice;
        order.protectiveStop = traded.market.rounded(traded.market.price() * 0.985);
        order.protectiveTarget = traded.market.rounded(traded.market.price() * 1.025);
    }
    order.created = order.updated = m_status.now;
    const RiskReport made = report(order, traded);
    m_all.riskReports.push_back(made);
    m_next.riskReports.push_back(made);
    return order;
}

RiskReport ScriptedEngine::report(const Order &order, const Traded &traded) const
{
    RiskReport made;
    made.order = order.id;
    made.time = m_status.now;
    made.passed = true;
    const std::int64_t value = notional(order.referencePrice, order.quantity).raw;
    for (std::size_t i = 0; i < kEnumNames<DenialCode>.size(); ++i) {
        RiskCheck check;
        check.code = static_cast<DenialCode>(i);
        check.passed = true;
        check.unit = i == 0 ? CheckUnit::Quantity : i % 3 == 0 ? CheckUnit::Count : CheckUnit::Money;
        check.actual = i == 0 ? order.quantity.raw
            : i % 3 == 0      ? static_cast<std::int64_t>(i)
                              : value / static_cast<std::int64_t>(i + 1);
        check.limit = i == 0 ? order.quantity.raw * 3 : i % 3 == 0 ? 20 : 500'000'000'000;
        made.checks.push_back(check);
    }
    if (made.checks.empty()) {
        made.passed = traded.market.price() > 0;
    }
    return made;
}

void ScriptedEngine::put(const Order &order)
{
    const auto found =
        std::find_if(m_all.orders.begin(), m_all.orders.end(), [&](const Order &o) { return o.id == order.id; });
    if (found == m_all.orders.end()) {
        m_all.orders.push_back(order);
    } else {
        *found = order;
    }
    m_next.orders.push_back(order);
}

void ScriptedEngine::ask(const Order &given, std::chrono::seconds left)
{
    Order order = given;
    order.state = OrderState::AwaitingApproval;
    order.reason = "notional above 1,000.00 USDT: waits for the operator";
    put(order);
    Approval approval;
    approval.id = ApprovalId(m_all.approvals.size() + 1);
    approval.order = order.id;
    approval.instrument = order.instrument;
    approval.orderHash = "hash-of-order-" + std::to_string(order.id.value);
    approval.requested = m_status.now;
    approval.expires = m_status.now + left;
    approval.referencePrice = order.referencePrice;
    approval.bandLow = Price::fromRaw(order.referencePrice.raw / 1000 * 995);
    approval.bandHigh = Price::fromRaw(order.referencePrice.raw / 1000 * 1005);
    approval.worstCase = notional(order.referencePrice - order.protectiveStop, order.quantity);
    m_all.approvals.push_back(approval);
    m_next.approvals.push_back(approval);
}

Approval ScriptedEngine::addApproval(std::chrono::seconds left)
{
    Traded &traded = m_traded.front();
    const Decision decision = vote(traded, Action::Buy, 0.7);
    ask(makeOrder(traded, decision, Side::Buy, Quantity::fromRaw(4'200'000)), left);
    return m_all.approvals.back();
}

void ScriptedEngine::expireApprovals()
{
    for (Approval &approval : m_all.approvals) {
        if (approval.state == ApprovalState::Pending && approval.expires < m_status.now) {
            approval.state = ApprovalState::Expired;
            approval.decidedAt = m_status.now;
            m_next.approvals.push_back(approval);
            for (Order order : std::vector<Order>(m_all.orders)) {
                if (order.id == approval.order) {
                    order.state = OrderState::Expired;
                    order.reason = "nobody answered in time";
                    put(order);
                }
            }
        }
    }
}

void ScriptedEngine::fill(Traded &traded, Order order)
{
    const Price price =
        order.type == OrderType::Limit ? order.limitPrice : traded.market.rounded(traded.market.price());
    Fill made;
    made.id = FillId(m_all.fills.size() + 1);
    made.order = order.id;
    made.instrument = order.instrument;
    made.side = order.side;
    made.price = price;
    made.quantity = order.quantity;
    made.notional = notional(price, order.quantity);
    made.fee = scaled(made.notional, Ratio::fromRaw(100'000));
    made.liquidity = order.type == OrderType::Limit ? Liquidity::Maker : Liquidity::Taker;
    made.time = m_status.now;
    order.state = OrderState::Filled;
    order.filled = order.quantity;
    order.filledNotional = made.notional;
    order.fees = made.fee;
    order.updated = m_status.now;
    order.reason = "filled at " + toString(price, 2);
    put(order);
    m_all.fills.push_back(made);
    m_next.fills.push_back(made);
    Position &p = traded.position;
    p.fees += made.fee;
    m_status.account.fees += made.fee;
    m_status.account.cash -= made.fee;
    if (order.side == Side::Buy) {
        p.quantity += order.quantity;
        p.cost += made.notional;
        p.averagePrice = price;
        p.opened = m_status.now;
        m_status.account.cash -= made.notional;
    } else {
        const Money gain = made.notional - p.cost;
        p.realised += gain;
        m_status.account.realised += gain;
        m_status.account.cash += made.notional;
        p.quantity = {};
        p.cost = {};
        p.averagePrice = {};
    }
}

void ScriptedEngine::protect(Traded &traded, const Order &entry)
{
    for (const OrderPurpose purpose : {OrderPurpose::StopLoss, OrderPurpose::TakeProfit}) {
        Order order;
        order.id = OrderId(++m_ids);
        order.clientId = entry.clientId + (purpose == OrderPurpose::StopLoss ? "-sl" : "-tp");
        order.instrument = entry.instrument;
        order.decision = entry.decision;
        order.parent = entry.id;
        order.side = Side::Sell;
        order.type = purpose == OrderPurpose::StopLoss ? OrderType::Stop : OrderType::TakeProfit;
        order.purpose = purpose;
        order.reduceOnly = true;
        order.quantity = entry.quantity;
        order.stopPrice = purpose == OrderPurpose::StopLoss ? entry.protectiveStop : entry.protectiveTarget;
        order.referencePrice = entry.referencePrice;
        order.state = OrderState::Accepted;
        order.reason = "protects order " + std::to_string(entry.id.value);
        order.created = order.updated = m_status.now;
        put(order);
    }
    traded.position.markPrice = entry.referencePrice;
}

void ScriptedEngine::cancelProtection(Traded &traded)
{
    for (Order order : std::vector<Order>(m_all.orders)) {
        if (order.instrument == traded.market.instrument.id && !isFinal(order.state) && order.reduceOnly) {
            order.state = OrderState::Cancelled;
            order.reason = "its position was closed";
            put(order);
        }
    }
}

void ScriptedEngine::checkProtection(Traded &traded)
{
    if (traded.position.quantity.isZero()) {
        return;
    }
    const Price last = traded.market.rounded(traded.market.price());
    for (const Order &order : std::vector<Order>(m_all.orders)) {
        if (order.instrument != traded.market.instrument.id || isFinal(order.state) || !order.reduceOnly) {
            continue;
        }
        const bool hit = order.purpose == OrderPurpose::StopLoss ? last <= order.stopPrice : last >= order.stopPrice;
        if (hit) {
            fill(traded, order);
            cancelProtection(traded);
            addAlert(order.purpose == OrderPurpose::StopLoss ? Severity::Warning : Severity::Info, "protection_filled",
                     traded.market.instrument.symbol + ": "
                         + (order.purpose == OrderPurpose::StopLoss ? "stop" : "target") + " at "
                         + toString(order.stopPrice, 2) + " filled, position is flat");
            return;
        }
    }
}

void ScriptedEngine::updateAccount()
{
    Account &a = m_status.account;
    a.equity = a.cash;
    a.unrealised = {};
    a.grossExposure = {};
    m_status.openPositions = 0;
    for (Traded &traded : m_traded) {
        Position &p = traded.position;
        p.markPrice = traded.market.rounded(traded.market.price());
        const Money value = notional(p.markPrice, p.quantity);
        p.unrealised = value - p.cost;
        a.equity += value;
        a.unrealised += p.unrealised;
        a.grossExposure += value;
        m_status.openPositions += p.quantity.isZero() ? 0 : 1;
    }
    a.peakEquity = std::max(a.peakEquity, a.equity);
    a.drawdown = Ratio::fromRaw(static_cast<std::int64_t>((1 - a.equity.toDouble() / a.peakEquity.toDouble()) * 1e8));
    m_status.riskUsed = std::min(1.0, a.grossExposure.toDouble() / 8'000);
    m_status.riskUsedBy = "gross_exposure";
    m_status.openOrders = static_cast<std::uint32_t>(
        std::count_if(m_all.orders.begin(), m_all.orders.end(), [](const Order &o) { return mayBeAtVenue(o.state); }));
    m_status.pendingApprovals =
        static_cast<std::uint32_t>(std::count_if(m_all.approvals.begin(), m_all.approvals.end(),
                                                 [](const Approval &x) { return x.state == ApprovalState::Pending; }));
}

QFuture<Result<Explanation>> ScriptedEngine::explain(OrderId id)
{
    Explanation e;
    for (const Order &order : m_all.orders) {
        if (order.id == id) {
            e.order = order;
        }
    }
    if (!e.order.id) {
        return answer<Explanation>(
            Error{ErrorKind::NotFound, "no order " + std::to_string(id.value) + " in this session"});
    }
    const Traded &traded = tradedOf(e.order.instrument);
    e.instrument = traded.market.instrument;
    e.agents = m_info.agents;
    e.indicators = m_info.indicators;
    for (const Fill &made : m_all.fills) {
        if (made.order == id) {
            e.fills.push_back(made);
        }
    }
    for (const Approval &approval : m_all.approvals) {
        if (approval.order == id) {
            e.approval = approval;
        }
    }
    for (const RiskReport &made : m_all.riskReports) {
        if (made.order == id) {
            e.riskReports.push_back(made);
        }
    }
    for (const Decision &decision : m_all.decisions) {
        if (decision.id == e.order.decision) {
            e.decision = decision;
        }
    }
    e.state.ask = e.decision.ask;
    e.state.now = e.decision.time;
    e.state.instrument = e.order.instrument;
    const auto &bars = traded.history.at(m_info.decisionInterval.seconds);
    e.state.candle = bars.back();
    e.state.account = m_status.account;
    e.state.indicators.count = static_cast<std::uint32_t>(m_info.indicators.size());
    const double values[]{traded.fast, 31.4, 27.8, 61.2, traded.market.price() * 0.0021};
    for (std::size_t i = 0; i < 5; ++i) {
        e.state.indicators.set(i, values[i]);
    }
    return answer<Explanation>(std::move(e));
}

QFuture<Result<Approval>> ScriptedEngine::answerApproval(ApprovalAnswer given)
{
    answers.push_back(given);
    if (!m_refusal.empty()) {
        return answer<Approval>(Error{ErrorKind::Refused, m_refusal});
    }
    for (Approval &approval : m_all.approvals) {
        if (approval.id != given.approval || approval.state != ApprovalState::Pending
            || approval.orderHash != given.orderHash) {
            continue;
        }
        approval.state = given.approve ? ApprovalState::Approved : ApprovalState::Rejected;
        approval.decidedBy = {given.operatorName};
        approval.decidedAt = m_status.now;
        approval.reason = given.reason;
        m_next.approvals.push_back(approval);
        for (Order order : std::vector<Order>(m_all.orders)) {
            if (order.id == approval.order && given.approve) {
                fill(tradedOf(order.instrument), order);
                protect(tradedOf(order.instrument), order);
            } else if (order.id == approval.order) {
                order.state = OrderState::Rejected;
                order.reason = given.reason;
                put(order);
            }
        }
        return answer<Approval>(approval);
    }
    return answer<Approval>(Error{ErrorKind::Refused, "no such approval is waiting"});
}

QFuture<Result<HaltReport>> ScriptedEngine::halt(std::string operatorName, std::string)
{
    ++halts;
    HaltReport made;
    m_status.state = RunState::Halted;
    m_status.stateReason = "Halted by " + operatorName + ".";
    for (Approval &approval : m_all.approvals) {
        if (approval.state == ApprovalState::Pending) {
            approval.state = ApprovalState::Expired;
            approval.decidedAt = m_status.now;
            m_next.approvals.push_back(approval);
            ++made.approvalsWithdrawn;
        }
    }
    updateAccount();
    made.positionsLeftOpen = m_status.openPositions;
    made.protectiveOrdersKept = m_status.openOrders;
    made.text = "Halted: 0 orders cancelled, " + std::to_string(made.approvalsWithdrawn) + " approvals withdrawn, "
        + std::to_string(made.protectiveOrdersKept) + " protective orders kept, "
        + std::to_string(made.positionsLeftOpen) + " positions left open.";
    deliver();
    return answer<HaltReport>(made);
}

} // namespace coinswarm::ui
