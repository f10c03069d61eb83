// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "trading/order_manager.h"

namespace coinswarm::trading {

// What each kind of report does to an order. Reports can come twice, late, out of order, or about nothing we know.

namespace {

OrderState workingState(const Order &order)
{
    return order.filled.isPositive() ? OrderState::PartlyFilled : OrderState::Accepted;
}

TradingAlert alertAbout(const Order &order, AlertSeverity severity, std::string code, const std::string &text)
{
    return {severity, std::move(code), "order " + order.clientId + " " + text};
}

} // namespace

ReportOutcome OrderManager::apply(const VenueReport &report, Timestamp now)
{
    ReportOutcome outcome;
    OrderRecord *found = record(report.clientId);
    if (found == nullptr || !found->sent) {
        // Adopting it would mean trading on somebody else's intent.
        outcome.alerts.push_back(
            {AlertSeverity::Danger, "unknown_order",
             "the venue reports " + std::string(enumName(report.kind)) + " for order \"" + report.clientId
                 + "\", which this session has not sent; look at the venue's own " + "order list"});
        return outcome;
    }
    outcome.order = found->order.id;
    switch (report.kind) {
    case ReportKind::Accepted:
        onAccepted(*found, now, outcome);
        break;
    case ReportKind::Rejected:
        onRejected(*found, report, now, outcome);
        break;
    case ReportKind::Filled:
        onFilled(*found, report, now, outcome);
        break;
    case ReportKind::Cancelled:
        onCancelled(*found, report, now, outcome);
        break;
    case ReportKind::CancelRejected:
        onCancelRejected(*found, report, now, outcome);
        break;
    case ReportKind::NotFound:
        onNotFound(*found, now, outcome);
        break;
    case ReportKind::Working:
        onWorking(*found, report, now, outcome);
        break;
    case ReportKind::Reconnected:
        break; // About no order; the desk asks for all.
    }
    return outcome;
}

void OrderManager::lateArrival(OrderRecord &record, Timestamp now, ReportOutcome &outcome)
{
    if (!move(record, OrderState::CancelRequested, "the venue held it after all; it is being cancelled", now, &outcome))
    {
        return;
    }
    record.presumedGone = false;
    record.cancelAttempts = 1;
    record.deadline = submitDeadline(now);
    outcome.cancel = true;
    outcome.alerts.push_back(alertAbout(record.order, AlertSeverity::Danger, "late_arrival",
                                        "was given up, but the venue holds it; it is being cancelled"));
}

void OrderManager::onAccepted(OrderRecord &record, Timestamp now, ReportOutcome &outcome)
{
    record.acknowledged = true;
    const OrderState state = record.order.state;
    if (isFinal(state)) {
        if (record.presumedGone) {
            lateArrival(record, now, outcome);
        }
        return;
    }
    // While reconciling only an answer to the question counts: this may be an old report that was under way. A cancel
    // that is on its way stays so.
    if ((state == OrderState::Submitting || state == OrderState::Unknown) && !record.reconciling) {
        answered(record);
        record.deadline = nextAudit(now);
        move(record, workingState(record.order), "", now, &outcome);
    }
}

void OrderManager::onRejected(OrderRecord &record, const VenueReport &report, Timestamp now, ReportOutcome &outcome)
{
    if (isFinal(record.order.state)) {
        return;
    }
    const std::string reason = "the venue refused it: " + report.detail;
    // What has filled cannot have been refused; only the rest is.
    move(record, record.order.filled.isPositive() ? OrderState::Cancelled : OrderState::VenueRejected, reason, now,
         &outcome);
}

void OrderManager::onFilled(OrderRecord &record, const VenueReport &report, Timestamp now, ReportOutcome &outcome)
{
    Order &order = record.order;
    if (!report.price.isPositive() || !report.quantity.isPositive() || report.venueFillId.empty()) {
        outcome.alerts.push_back(
            alertAbout(order, AlertSeverity::Danger, "bad_fill",
                       "got a fill without a price, quantity or id; it was not booked, and the venue "
                       "is being asked"));
        record.asked = true;
        outcome.query = true;
        return;
    }
    record.acknowledged = true;
    record.venueFillIds.push_back(report.venueFillId);
    const Money amount = notional(report.price, report.quantity);
    outcome.fill = Fill{FillId(m_nextFill++), order.id, order.instrument, order.side,       report.price,
                        report.quantity,      amount,   report.fee,       report.liquidity, report.time,
                        report.venueFillId};
    if (report.time == Timestamp()) {
        outcome.fill->time = now;
    }
    order.filled += report.quantity;
    order.filledNotional += amount;
    order.fees += report.fee;
    order.updated = now;
    outcome.changed = true;
    if (order.filled > order.quantity) {
        outcome.alerts.push_back(alertAbout(order, AlertSeverity::Danger, "overfilled",
                                            "was filled for " + toString(order.filled) + " of "
                                                + toString(order.quantity)
                                                + "; everything is booked, as the venue has traded it"));
    }
    const bool complete = order.filled >= order.quantity;
    if (isFinal(order.state)) {
        // The money has moved, so it is booked whatever we believed.
        outcome.alerts.push_back(alertAbout(order, AlertSeverity::Danger, "late_fill",
                                            "was filled after it had ended as " + std::string(enumName(order.state))));
        if (order.state == OrderState::Filled) {
            return;
        }
        if (complete) {
            move(record, OrderState::Filled, "filled after it had been given up", now, &outcome);
        } else if (record.presumedGone || order.state == OrderState::VenueRejected) {
            lateArrival(record, now, outcome);
        }
        return;
    }
    if (complete) {
        move(record, OrderState::Filled, "", now, &outcome);
    } else if (order.state == OrderState::Submitting || order.state == OrderState::Accepted) {
        record.deadline = nextAudit(now);
        move(record, OrderState::PartlyFilled, "", now, &outcome);
    }
    // Unknown stays unknown until the venue has said what is left; CancelRequested waits for its answer.
}

void OrderManager::onCancelled(OrderRecord &record, const VenueReport &report, Timestamp now, ReportOutcome &outcome)
{
    const OrderState before = record.order.state;
    if (isFinal(before)) {
        return;
    }
    record.acknowledged = true;
    outcome.unsolicitedCancel = before != OrderState::CancelRequested;
    // A fill whose report was lost before would stay unknown: nobody asks about an order that has ended.
    const bool verify = !record.asked && m_settings.auditInterval > Duration::zero();
    const std::string reason = outcome.unsolicitedCancel
        ? "the venue ended it" + (report.detail.empty() ? std::string() : ": " + report.detail)
        : record.order.reason;
    move(record, OrderState::Cancelled, reason, now, &outcome);
    record.asked = verify;
    outcome.query = verify;
}

void OrderManager::onCancelRejected(OrderRecord &record, const VenueReport &report, Timestamp now,
                                    ReportOutcome &outcome)
{
    if (record.order.state != OrderState::CancelRequested) {
        return;
    }
    // Cancelling again would go on for ever if the order is gone: the venue is asked what it holds instead.
    record.asked = true;
    ++record.questions;
    record.deadline = now + patience(record);
    record.order.reason = "the venue refused to cancel it: " + report.detail;
    record.order.updated = now;
    outcome.changed = true;
    outcome.query = true;
}

void OrderManager::onNotFound(OrderRecord &record, Timestamp now, ReportOutcome &outcome)
{
    if (isFinal(record.order.state)) {
        return;
    }
    if (!record.asked) {
        outcome.alerts.push_back(alertAbout(record.order, AlertSeverity::Warning, "unasked_answer",
                                            "is said not to exist, but nobody asked; the report was not followed"));
        return;
    }
    record.presumedGone = true;
    if (record.acknowledged) {
        outcome.unsolicitedCancel = record.order.state != OrderState::CancelRequested;
        move(record, OrderState::Cancelled, "the venue does not hold it any more", now, &outcome);
        outcome.alerts.push_back(alertAbout(record.order, AlertSeverity::Warning, "order_gone",
                                            "is gone at the venue, which had accepted it; compare the fills with the "
                                            "venue's own list"));
    } else {
        move(record, OrderState::VenueRejected, "it never arrived at the venue", now, &outcome);
    }
}

void OrderManager::onWorking(OrderRecord &record, const VenueReport &report, Timestamp now, ReportOutcome &outcome)
{
    Order &order = record.order;
    record.acknowledged = true;
    if (isFinal(order.state)) {
        if (record.presumedGone) {
            lateArrival(record, now, outcome);
        }
        return;
    }
    if (report.filledSoFar > order.filled) {
        // Nothing is booked from a total: fills carry price, fee and id. The deadline asks again for them.
        if (record.questions <= 1) {
            outcome.alerts.push_back(alertAbout(order, AlertSeverity::Warning, "fills_missing",
                                                "has " + toString(report.filledSoFar) + " filled at the venue and "
                                                    + toString(order.filled)
                                                    + " here; the missing fills are being asked for"));
        }
        if (order.state == OrderState::Accepted || order.state == OrderState::PartlyFilled) {
            move(record, OrderState::Unknown, "fills are missing; the venue is being asked", now, &outcome);
        }
        record.asked = true;
        record.questions = std::max<std::uint32_t>(record.questions, 1);
        record.deadline = now + patience(record);
        return;
    }
    answered(record);
    record.deadline = nextAudit(now);
    if (order.state != OrderState::CancelRequested) {
        if (order.state == OrderState::Submitting || order.state == OrderState::Unknown) {
            move(record, workingState(order), "", now, &outcome);
        }
        return;
    }
    if (record.cancelAttempts < m_settings.maxCancelAttempts) {
        ++record.cancelAttempts;
        record.deadline = submitDeadline(now);
        outcome.cancel = true;
        return;
    }
    onNotCancelled(record, now, outcome);
}

void OrderManager::onNotCancelled(OrderRecord &record, Timestamp now, ReportOutcome &outcome)
{
    const auto restAfter = [this](std::uint32_t failures) {
        const Duration rest =
            m_pace.sessionTime(m_settings.cancelRest) * (1 << std::min<std::uint32_t>(failures - 1, 10));
        return std::min(rest, m_pace.sessionTime(m_settings.cancelRestMost));
    };
    const Duration rest = restAfter(++record.cancelFailures);
    record.cancelRestsUntil = now + rest;
    move(record, workingState(record.order),
         "the venue does not cancel it; asked again at " + toString(record.cancelRestsUntil), now, &outcome);
    const std::string still = "could not be cancelled in "
        + std::to_string(record.cancelFailures * static_cast<std::uint32_t>(record.cancelAttempts))
        + " attempts and is still working; cancel it at the venue. ";
    const bool isLongest = rest == m_pace.sessionTime(m_settings.cancelRestMost);
    if (record.cancelFailures == 1) {
        outcome.alerts.push_back(alertAbout(record.order, AlertSeverity::Danger, "cancel_failed",
                                            still + "The venue is asked again, less and less often"));
    } else if (isLongest && restAfter(record.cancelFailures - 1) < rest) {
        outcome.alerts.push_back(alertAbout(record.order, AlertSeverity::Danger, "cancel_given_up",
                                            still + "From now on it is asked every "
                                                + std::to_string(rest / std::chrono::minutes(1)) + " minutes"));
    }
}

} // namespace coinswarm::trading
