// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "trading/trading_desk.h"

#include <algorithm>
#include <cmath>

namespace coinswarm::trading {

// From a decision to an order on its way.

namespace {

bool isProtective(const Order &order)
{
    return order.purpose == OrderPurpose::StopLoss || order.purpose == OrderPurpose::TakeProfit;
}

/// The agent whose vote weighed most for what was decided; of equals the first.
AgentId leadingAgent(const Decision &decision)
{
    AgentId agent;
    double most = 0;
    for (const CountedVote &vote : decision.votes) {
        const double weight = decision.action == Action::Sell ? -vote.contribution : vote.contribution;
        if (weight > most) {
            most = weight;
            agent = vote.agent;
        }
    }
    return agent;
}

Price roundedUpTo(Price price, Price tick)
{
    const Price down = roundedDownTo(price, tick);
    // At the end of the range there is no tick above; an agent's nonsense must not end in an overflow.
    return down == price || price > Price::fromRaw(std::numeric_limits<std::int64_t>::max()) - tick ? down
                                                                                                    : down + tick;
}

} // namespace

std::optional<OrderId> TradingDesk::propose(const Decision &decision, const MarketFacts &facts, RegimeId regime,
                                            Timestamp now)
{
    beginEvent(now);
    const InstrumentId id = decision.instrument;
    Market &market = m_markets[id.value];
    if (facts.lastPrice.isPositive() && facts.lastUpdate >= market.lastUpdate) {
        market.last = facts.lastPrice;
        market.lastUpdate = facts.lastUpdate;
        m_portfolio.mark(id, facts.lastPrice, now);
    }
    if (decision.action == Action::Hold) {
        return std::nullopt;
    }
    const Side side = decision.action == Action::Buy ? Side::Buy : Side::Sell;
    // A committee that has turned round does not want its earlier entry any more, wherever that entry is.
    withdrawEntries(id, opposite(side), "the committee has decided the opposite since", now);
    const Quantity held = isDust(id) ? Quantity() : m_portfolio.position(id).quantity;
    const bool reduces = !held.isZero() && held.isPositive() == (side == Side::Sell);
    std::optional<OrderId> order;
    if (reduces) {
        order = proposeExit(id, &decision, decision.summary, regime, now);
    } else {
        const bool adds = !held.isZero();
        const bool opensShort = side == Side::Sell && !instrument(id).shortAllowed;
        // One undertaking at a time per instrument: a second entry, or an entry beside an exit, would be sized on a
        // position that is about to change.
        const bool busy = std::any_of(m_orders.active().begin(), m_orders.active().end(), [&](OrderId active) {
            const Order &open = m_orders.find(active)->order;
            return open.instrument == id && !isProtective(open);
        });
        if (!busy && !opensShort && (!adds || m_config.allowPyramiding)) {
            order = proposeEntry(decision, side, facts, regime, now);
        }
    }
    endEvent(now);
    return order;
}

std::optional<OrderId> TradingDesk::proposeEntry(const Decision &decision, Side side, const MarketFacts &facts,
                                                 RegimeId regime, Timestamp now)
{
    const Instrument &rules = instrument(decision.instrument);
    const Price last = m_markets[decision.instrument.value].last;
    const bool buys = side == Side::Buy;
    Order draft;
    draft.instrument = decision.instrument;
    draft.decision = decision.id;
    draft.side = side;
    draft.type = m_config.entryType;
    draft.purpose = OrderPurpose::Entry;
    draft.quantity = roundedDownTo(decision.size, rules.lot);
    draft.referencePrice = last;
    draft.reason = decision.summary;
    if (draft.type == OrderType::Limit) {
        const Price near = buys ? facts.bid : facts.ask;
        const Price wanted = near.isPositive() ? near : last;
        draft.limitPrice = buys ? roundedDownTo(wanted, rules.tick) : roundedUpTo(wanted, rules.tick);
        draft.postOnly = m_config.postOnly;
    }
    // Rounded before the gate sees them, so that the loss it judges is the loss that the stop will take.
    draft.protectiveStop = buys ? roundedDownTo(decision.stop, rules.tick) : roundedUpTo(decision.stop, rules.tick);
    draft.protectiveTarget =
        buys ? roundedUpTo(decision.target, rules.tick) : roundedDownTo(decision.target, rules.tick);
    return judge(std::move(draft), leadingAgent(decision), regime, now);
}

std::optional<OrderId> TradingDesk::proposeExit(InstrumentId id, const Decision *decision, const std::string &reason,
                                                RegimeId regime, Timestamp now)
{
    const Quantity held = m_portfolio.position(id).quantity;
    for (const OrderId active : m_orders.active()) {
        const Order &open = m_orders.find(active)->order;
        if (open.instrument == id && open.purpose == OrderPurpose::Exit) {
            return std::nullopt;
        }
    }
    Order draft;
    draft.instrument = id;
    draft.side = held.isPositive() ? Side::Sell : Side::Buy;
    draft.type = OrderType::Market;
    draft.purpose = OrderPurpose::Exit;
    draft.reduceOnly = true;
    draft.quantity = roundedDownTo(abs(held), instrument(id).lot);
    draft.referencePrice = m_markets[id.value].last;
    draft.reason = reason;
    if (decision != nullptr) {
        draft.decision = decision->id;
    }
    return judge(std::move(draft), decision != nullptr ? leadingAgent(*decision) : AgentId(), regime, now);
}

OrderId TradingDesk::judge(Order draft, AgentId agent, RegimeId regime, Timestamp now)
{
    const OrderId id = m_orders.create(std::move(draft), agent, regime, now);
    const Order proposed = m_orders.find(id)->order;
    m_listener.orderChanged(proposed);
    const RiskView seen = view(proposed, now);
    const api::RiskReport report = m_gate.check(proposed, seen);
    if (!report.passed) {
        m_listener.riskChecked(proposed, report);
        ++m_counters.ordersDenied;
        transition(id, OrderState::Denied, api::describe(report, &seen.instrument), now);
        return id;
    }
    if (m_gate.needsApproval(proposed, seen)) {
        m_listener.riskChecked(proposed, report);
        transition(id, OrderState::AwaitingApproval, "waits for an operator", now);
        const Money worst = worstCaseLoss(proposed, seen.lastPrice, m_config.feeRate);
        m_listener.approvalChanged(m_approvals.request(proposed, seen.lastPrice, worst, now));
        return id;
    }
    std::vector<OrderId> inTheWay;
    if (proposed.purpose == OrderPurpose::Exit) {
        for (const OrderId active : m_orders.active()) {
            const Order &open = m_orders.find(active)->order;
            if (open.instrument == proposed.instrument && isProtective(open)) {
                inTheWay.push_back(active);
            }
        }
    }
    if (inTheWay.empty()) {
        // Approving an entry approved its stop and target.
        release(id, isProtective(proposed) ? m_approvals.latestFor(proposed.parent) : nullptr, now);
        return id;
    }
    const auto rests = [&](OrderId protective) { return m_orders.cancelRests(protective, now); };
    if (std::any_of(inTheWay.begin(), inTheWay.end(), rests)) {
        m_listener.riskChecked(proposed, report);
        ++m_counters.ordersDenied;
        transition(id, OrderState::Denied, "the venue does not cancel the stop or target, which goes on to protect it",
                   now);
        return id;
    }
    // Sent beside a working stop, the exit and the stop could both fill and leave a position the other way round.
    m_listener.riskChecked(proposed, report);
    transition(id, OrderState::WaitingForCancels, "waits until its stop and target are gone", now);
    for (const OrderId protective : inTheWay) {
        requestCancel(protective, "the position is being closed", now);
    }
    return id;
}

bool TradingDesk::release(OrderId id, const api::Approval *approval, Timestamp now)
{
    const Order before = m_orders.find(id)->order;
    const RiskView seen = view(before, now);
    RiskGate::Release released = m_gate.release(before, seen, approval);
    m_listener.riskChecked(before, released.report);
    if (approval != nullptr && approval->order == id) {
        m_approvals.recordRelease(approval->id, released.report);
    }
    if (!released.order) {
        ++m_counters.ordersDenied;
        transition(id, OrderState::Denied, api::describe(released.report, &seen.instrument), now);
        return false;
    }
    if (const auto begun = m_orders.beginSubmit(id, now); !begun) {
        alert(AlertSeverity::Danger, "illegal_transition", begun.error().message);
        return false;
    }
    m_sentTimes.push_back(now);
    ++m_counters.ordersSent;
    m_counters.tradesToday += before.purpose == OrderPurpose::Entry ? 1 : 0;
    m_listener.orderChanged(m_orders.find(id)->order);
    m_listener.submit(*released.order);
    return true;
}

void TradingDesk::withdrawEntries(InstrumentId id, Side side, const std::string &reason, Timestamp now)
{
    for (const OrderId active : std::set<OrderId>(m_orders.active())) {
        const OrderRecord &record = *m_orders.find(active);
        if (record.order.instrument != id || record.order.purpose != OrderPurpose::Entry || record.order.side != side) {
            continue;
        }
        if (record.sent) {
            requestCancel(active, reason, now);
        } else {
            endUnsent(active, OrderState::Cancelled, reason, now);
        }
    }
}

void TradingDesk::endUnsent(OrderId id, OrderState state, const std::string &reason, Timestamp now)
{
    if (const api::Approval *pending = m_approvals.pendingFor(id)) {
        const ApprovalId approval = pending->id;
        m_approvals.withdraw(approval, m_halt.halted ? api::ApprovalState::Expired : api::ApprovalState::Superseded,
                             reason, now);
        m_listener.approvalChanged(*m_approvals.find(approval));
    }
    transition(id, state, reason, now);
}

void TradingDesk::requestCancel(OrderId id, const std::string &reason, Timestamp now)
{
    if (!m_orders.cancelRests(id, now) && m_orders.beginCancel(id, reason, now)) {
        m_listener.orderChanged(m_orders.find(id)->order);
        m_listener.cancel(m_orders.find(id)->order);
    }
}

bool TradingDesk::isDust(InstrumentId id) const
{
    const Quantity held = abs(m_portfolio.position(id).quantity);
    const Instrument &rules = instrument(id);
    return held < rules.minimumQuantity
        || notional(m_markets[id.value].last, held, Rounding::Down) < rules.minimumNotional;
}

RiskView TradingDesk::view(const Order &order, Timestamp now) const
{
    const Market &market = m_markets[order.instrument.value];
    RiskView seen;
    seen.now = now;
    seen.mode = m_config.mode;
    seen.instrument = instrument(order.instrument);
    seen.account = m_portfolio.account();
    seen.position = m_portfolio.position(order.instrument);
    seen.lastPrice = market.last;
    seen.marketAge = now - market.lastUpdate;
    seen.marketCadence = market.cadence;
    seen.pending = pendingOrders(order);
    seen.tradesToday = m_counters.tradesToday;
    seen.ordersLastMinute = static_cast<std::int32_t>(m_sentTimes.size());
    seen.feeRate = m_config.feeRate;
    seen.halted = m_halt.halted;
    seen.paused = m_halt.paused;
    seen.reconciling = m_orders.isReconciling();
    seen.positionMismatch = market.mismatch;
    return seen;
}

PendingOrders TradingDesk::pendingOrders(const Order &order) const
{
    PendingOrders pending;
    for (const OrderId id : m_orders.active()) {
        if (id == order.id) {
            continue;
        }
        const OrderRecord &record = *m_orders.find(id);
        const Order &other = record.order;
        ++pending.count;
        const bool same = other.instrument == order.instrument;
        if (other.purpose == OrderPurpose::Exit && same) {
            pending.exits += other.remaining();
        }
        if (other.purpose != OrderPurpose::Entry) {
            continue;
        }
        const Money moves = riskNotional(other, m_markets[other.instrument.value].last);
        pending.entryNotional += moves;
        pending.entriesNotCounted += record.sent ? 0 : 1;
        if (other.side == Side::Buy) {
            pending.cash += moves + scaled(moves, m_config.feeRate, Rounding::Up);
        }
        if (same) {
            (other.side == Side::Buy ? pending.entryBuys : pending.entrySells) += other.remaining();
        }
    }
    return pending;
}

} // namespace coinswarm::trading
