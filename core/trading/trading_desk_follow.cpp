// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "trading/trading_desk.h"

#include <algorithm>

namespace coinswarm::trading {

// What follows from the venue's reports: books, protection, exits that waited, the end of reconciliation.

void TradingDesk::onReport(const VenueReport &report, Timestamp now)
{
    beginEvent(now);
    if (report.kind == ReportKind::Reconnected) {
        for (const OrderId id : m_orders.askAll(now)) {
            m_listener.query(m_orders.find(id)->order);
        }
        endEvent(now);
        return;
    }
    const OrderRecord *known = m_orders.findByClientId(report.clientId);
    if (report.kind == ReportKind::Filled && known != nullptr
        && m_portfolio.hasFill(known->order.instrument, report.venueFillId))
    {
        ++m_counters.duplicateFills;
        if (known->asked) {
            return; // An answer repeats what is known.
        }
        alert(AlertSeverity::Info, "duplicate_fill",
              "fill " + report.venueFillId + " of order " + report.clientId
                  + " was reported again and not booked again");
        return;
    }
    const OrderState before = known != nullptr ? known->order.state : OrderState::Proposed;
    const bool wasReconciling = m_orders.isReconciling();
    const ReportOutcome outcome = m_orders.apply(report, now);
    for (const TradingAlert &raised : outcome.alerts) {
        m_listener.alert(raised);
    }
    if (outcome.order) {
        const OrderRecord &record = *m_orders.find(outcome.order);
        const InstrumentId id = record.order.instrument;
        if (outcome.changed) {
            m_listener.orderChanged(record.order);
        }
        if (outcome.fill) {
            book(*outcome.fill, record, now);
        }
        if (outcome.query) {
            m_listener.query(record.order);
        }
        if (outcome.cancel) {
            m_listener.cancel(record.order);
        }
        const bool gaveUpCancelling = before == OrderState::CancelRequested && !isFinal(record.order.state)
            && record.order.state != OrderState::CancelRequested;
        if (gaveUpCancelling && record.order.reduceOnly) {
            endWaitingExits(id, "its stop or target could not be cancelled", now);
        }
        if (isFinal(record.order.state) && !isFinal(before)) {
            onOrderEnded(record, outcome.unsolicitedCancel, report.kind == ReportKind::NotFound, now);
        }
        if (outcome.fill || isFinal(record.order.state)) {
            releaseWaitingExits(id, now);
            protect(id, now);
        }
    }
    if (wasReconciling && !m_orders.isReconciling()) {
        onReconciled(now);
    }
    endEvent(now);
}

void TradingDesk::book(const Fill &fill, const OrderRecord &record, Timestamp now)
{
    const FillContext context{record.order.referencePrice, record.order.decision, record.agent, record.regime};
    const Portfolio::Booking booking = m_portfolio.book(fill, context);
    ++m_counters.fills;
    m_listener.fillBooked(fill, m_portfolio.position(fill.instrument));
    if (booking.closed) {
        m_listener.roundTripClosed(*booking.closed);
    }
    if (record.order.purpose == OrderPurpose::Entry) {
        onEntryFill(record, now);
    } else if (isFinal(record.order.state) && !m_portfolio.position(fill.instrument).quantity.isZero()
               && isDust(fill.instrument))
    {
        alert(AlertSeverity::Info, "dust_left",
              "a rest of " + toString(m_portfolio.position(fill.instrument).quantity) + " "
                  + instrument(fill.instrument).base + " is too small to be sold; it stays until more is bought");
    }
}

void TradingDesk::onEntryFill(const OrderRecord &record, Timestamp now)
{
    const Order &entry = record.order;
    Protection &protection = m_protections[entry.instrument];
    const bool fresh = protection.entry != entry.id;
    protection.side = entry.side;
    protection.entry = entry.id;
    protection.decision = entry.decision;
    protection.agent = record.agent;
    protection.regime = record.regime;
    protection.stop = entry.protectiveStop;
    if (fresh) {
        protection.target = entry.protectiveTarget;
    }
    // A larger position deserves a fresh try at protecting it: the part that was too small may be large enough now.
    protection.suspended = false;
    protection.remindAt = Timestamp();
    if (isFinal(entry.state)) {
        protection.due = Timestamp();
    } else if (protection.due == Timestamp()) {
        protection.due = now + m_config.protectionDelay;
    }
}

void TradingDesk::onOrderEnded(const OrderRecord &record, bool unsolicited, bool neverArrived, Timestamp now)
{
    const Order order = record.order;
    const InstrumentId id = order.instrument;
    const bool refused = order.state == OrderState::VenueRejected;
    switch (order.purpose) {
    case OrderPurpose::Entry:
        if (refused) {
            alert(AlertSeverity::Warning, "entry_refused", "entry " + order.clientId + ": " + order.reason);
        }
        if (const auto it = m_protections.find(id); it != m_protections.end()) {
            it->second.due = Timestamp();
        }
        break;
    case OrderPurpose::Exit:
        if (order.remaining().isPositive() && !m_portfolio.position(id).quantity.isZero()) {
            alert(AlertSeverity::Danger, "exit_failed",
                  "exit " + order.clientId + " ended with a position still open: " + order.reason);
        }
        break;
    case OrderPurpose::StopLoss:
        if (refused && neverArrived) {
            // Nobody has refused it: a crash or the network has lost it. protect() sends another one.
            alert(AlertSeverity::Warning, "stop_lost", "stop " + order.clientId + " never arrived and is placed anew");
        } else if (refused) {
            suspendProtection(id, true, "stop_refused", "the stop was not taken: " + order.reason, now);
            if (m_config.flattenWhenStopRefused) {
                proposeExit(id, nullptr, "its stop was refused", record.regime, now);
            }
        } else if (unsolicited) {
            suspendProtection(id, false, "stop_ended_by_venue",
                              "the stop ended at the venue without our asking (" + order.reason
                                  + "); if the position was closed by hand, no stop must be added to it",
                              now);
        }
        break;
    case OrderPurpose::TakeProfit:
        if (unsolicited) {
            suspendProtection(id, false, "target_ended_by_venue",
                              "the target ended at the venue without our asking (" + order.reason + ")", now);
        } else if (refused && !neverArrived) {
            // The stop still protects; without its target the position waits for the committee.
            m_protections[id].target = Price();
            alert(AlertSeverity::Warning, "target_refused", "target " + order.clientId + ": " + order.reason);
        }
        break;
    }
}

void TradingDesk::protect(InstrumentId id, Timestamp now)
{
    const auto it = m_protections.find(id);
    if (it == m_protections.end()) {
        return;
    }
    Protection &protection = it->second;
    const Position &position = m_portfolio.position(id);
    ProtectionPlan plan = planProtection(protection, position, instrument(id), m_orders);
    for (const OrderId excess : plan.cancel) {
        requestCancel(excess, position.quantity.isZero() ? "the position is closed" : "the position has become smaller",
                      now);
    }
    bool anyOpen = false;
    bool exitOpen = false;
    for (const OrderId active : m_orders.active()) {
        const Order &open = m_orders.find(active)->order;
        anyOpen = anyOpen || open.instrument == id;
        exitOpen = exitOpen || (open.instrument == id && open.purpose == OrderPurpose::Exit);
    }
    if (position.quantity.isZero()) {
        protection.due = Timestamp();
        protection.remindAt = Timestamp();
        if (!anyOpen) {
            m_protections.erase(it);
        }
        return;
    }
    if (isDust(id)) {
        protection.remindAt = Timestamp();
        return;
    }
    const bool withheld = m_halt.halted && !m_config.keepProtectiveOnHalt;
    if (exitOpen || withheld || protection.suspended || protection.due != Timestamp() || m_orders.isReconciling()) {
        return;
    }
    if (position.quantity.isPositive() != (protection.side == Side::Buy)) {
        suspendProtection(id, true, "position_turned",
                          "the position has turned round, because more was filled than was held; close it by hand",
                          now);
        return;
    }
    if (plan.stop && !sendProtective(*plan.stop, protection, now)) {
        return;
    }
    if (plan.target) {
        sendProtective(*plan.target, protection, now);
    }
}

bool TradingDesk::sendProtective(const Order &draft, Protection &protection, Timestamp now)
{
    const OrderId id = judge(draft, protection.agent, protection.regime, now);
    const Order &sent = m_orders.find(id)->order;
    if (sent.state != OrderState::Denied) {
        return true;
    }
    if (draft.purpose == OrderPurpose::StopLoss) {
        suspendProtection(draft.instrument, true, "stop_denied", "the risk gate denies the stop: " + sent.reason, now);
    } else {
        protection.target = Price();
        alert(AlertSeverity::Warning, "target_denied", "target " + sent.clientId + ": " + sent.reason);
    }
    return false;
}

void TradingDesk::suspendProtection(InstrumentId id, bool refused, const std::string &code, const std::string &reason,
                                    Timestamp now)
{
    Protection &protection = m_protections[id];
    protection.suspended = true;
    protection.refused = refused;
    protection.reason = reason;
    const Position &position = m_portfolio.position(id);
    if (position.quantity.isZero()) {
        return;
    }
    protection.remindAt = now + m_config.reminderInterval;
    alert(AlertSeverity::Danger, code,
          instrument(id).symbol + ": " + reason + ". The position of " + toString(position.quantity) + " "
              + instrument(id).base + " is not fully protected: restore the protection or close it");
}

void TradingDesk::remind(InstrumentId id, Protection &protection, Timestamp now)
{
    protection.remindAt = now + m_config.reminderInterval;
    alert(AlertSeverity::Danger, "position_unprotected",
          instrument(id).symbol + " is still not fully protected (" + protection.reason
              + "): restore the protection or close the position");
}

Result<void> TradingDesk::restoreProtection(InstrumentId id, const std::string &operatorName, Timestamp now)
{
    const auto it = m_protections.find(id);
    if (it == m_protections.end() || !it->second.suspended || m_portfolio.position(id).quantity.isZero()) {
        return Error{ErrorKind::Refused, instrument(id).symbol + " has no suspended protection to restore"};
    }
    if (m_markets[id.value].mismatch) {
        return Error{ErrorKind::Refused,
                     instrument(id).symbol
                         + ": the venue reports another position than the one booked; set that right first"};
    }
    beginEvent(now);
    it->second.suspended = false;
    it->second.refused = false;
    it->second.remindAt = Timestamp();
    alert(AlertSeverity::Info, "protection_restored",
          instrument(id).symbol + ": " + operatorName + " has confirmed the position and asked for its protection");
    protect(id, now);
    endEvent(now);
    return {};
}

void TradingDesk::releaseWaitingExits(InstrumentId id, Timestamp now)
{
    if (m_orders.isReconciling()) {
        return;
    }
    OrderId waiting;
    for (const OrderId active : m_orders.active()) {
        const Order &open = m_orders.find(active)->order;
        if (open.instrument != id) {
            continue;
        }
        if (open.purpose == OrderPurpose::StopLoss || open.purpose == OrderPurpose::TakeProfit) {
            return;
        }
        if (open.state == OrderState::WaitingForCancels) {
            waiting = active;
        }
    }
    if (!waiting) {
        return;
    }
    const Quantity held = m_portfolio.position(id).quantity;
    const bool sells = m_orders.find(waiting)->order.side == Side::Sell;
    if (held.isZero() || held.isPositive() != sells) {
        endUnsent(waiting, OrderState::Cancelled, "its stop or target has closed the position meanwhile", now);
        return;
    }
    m_orders.resize(waiting, roundedDownTo(abs(held), instrument(id).lot), now);
    if (!release(waiting, nullptr, now)) {
        alert(AlertSeverity::Danger, "exit_failed",
              instrument(id).symbol + ": the exit was denied: " + m_orders.find(waiting)->order.reason);
    }
}

void TradingDesk::endWaitingExits(InstrumentId id, const std::string &reason, Timestamp now)
{
    for (const OrderId active : std::set<OrderId>(m_orders.active())) {
        const Order &open = m_orders.find(active)->order;
        if (open.instrument == id && open.state == OrderState::WaitingForCancels) {
            endUnsent(active, OrderState::Cancelled, reason, now);
            alert(AlertSeverity::Danger, "exit_failed", instrument(id).symbol + ": the exit was given up: " + reason);
        }
    }
}

void TradingDesk::reconcile(Timestamp now)
{
    beginEvent(now);
    m_approvals.awaitPrices();
    for (const api::Approval *pending : m_approvals.pending()) {
        m_listener.approvalChanged(*pending);
    }
    for (const OrderId id : m_orders.beginReconcile(now)) {
        m_listener.orderChanged(m_orders.find(id)->order);
        m_listener.query(m_orders.find(id)->order);
    }
    if (!m_orders.isReconciling()) {
        onReconciled(now);
    }
    endEvent(now);
}

void TradingDesk::onReconciled(Timestamp now)
{
    alert(AlertSeverity::Info, "reconciled", "the venue has answered for every order of the session before");
    for (std::uint32_t i = 1; i < m_markets.size(); ++i) {
        releaseWaitingExits(InstrumentId(i), now);
        protect(InstrumentId(i), now);
    }
}

void TradingDesk::onVenuePosition(InstrumentId id, Quantity quantity, Timestamp now)
{
    beginEvent(now);
    Market &market = m_markets[id.value];
    const Quantity booked = m_portfolio.position(id).quantity;
    const bool differs = quantity != booked;
    if (differs && !market.mismatch) {
        alert(AlertSeverity::Danger, "position_mismatch",
              instrument(id).symbol + ": the venue holds " + toString(quantity) + " and " + toString(booked)
                  + " is booked; nothing goes out for it until both agree. Was it traded by hand?");
    }
    market.mismatch = differs;
    const auto it = m_protections.find(id);
    if (it != m_protections.end() && !differs && it->second.suspended && !it->second.refused) {
        // The venue itself says that the position is there, so the stop it lost belongs to it.
        it->second.suspended = false;
        it->second.remindAt = Timestamp();
    }
    if (!differs) {
        protect(id, now);
    }
    endEvent(now);
}

} // namespace coinswarm::trading
