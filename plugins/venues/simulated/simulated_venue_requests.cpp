// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulated_venue.h"

#include <algorithm>
#include <stdexcept>

namespace coinswarm::simulated {

// What arrives at the venue after its latency: orders, cancels, questions.

namespace {

template <class Number>
bool isMultiple(Number value, Number step)
{
    return step.isZero() || value.raw % step.raw == 0;
}

} // namespace

void SimulatedVenue::receive(Timestamp now)
{
    while (!m_requests.empty() && m_requests.front().arrival <= now) {
        Request request = std::move(m_requests.front());
        m_requests.pop_front();
        switch (request.kind) {
        case Request::Kind::Submit:
            receiveOrder(request);
            break;
        case Request::Kind::Cancel:
            receiveCancel(request.order.clientId, request.arrival);
            break;
        case Request::Kind::Query:
            receiveQuery(request.order.clientId, request.arrival);
            break;
        }
    }
}

void SimulatedVenue::receiveOrder(Request &request)
{
    if (m_ledger.find(request.order.clientId) != nullptr) {
        return;
    }
    const Timestamp due = request.arrival + m_rules.reportLatency;
    request.order.venueId = m_ledger.nextVenueId();
    const std::string refused = refusal(request);
    if (!refused.empty()) {
        request.order.status = VenueOrderStatus::Rejected;
        request.order.detail = refused;
        VenueOrder &order = m_ledger.add(std::move(request.order));
        order.lastReport = due;
        report(reportOn(order, ReportKind::Rejected), due, due);
        return;
    }
    VenueOrder &order = m_ledger.add(std::move(request.order));
    order.lastReport = due;
    report(reportOn(order, ReportKind::Accepted), due, due);
    MarketView &market = *marketOf(order.instrument);
    if (executable(order, request.arrival).isPositive() && market.hasBook()) {
        workOnBook(order, market, request.arrival);
    }
}

void SimulatedVenue::receiveCancel(const std::string &clientId, Timestamp at)
{
    const Timestamp due = at + m_rules.reportLatency;
    VenueOrder *order = m_ledger.find(clientId);
    if (order != nullptr && order->isOpen()) {
        finish(*order, VenueOrderStatus::Cancelled, "cancelled on request", due);
        return;
    }
    VenueReport answer;
    if (order != nullptr) {
        answer = reportOn(*order, ReportKind::CancelRejected);
        answer.detail = "the order is already " + std::string(enumName(order->status));
    } else {
        answer.kind = ReportKind::CancelRejected;
        answer.clientId = clientId;
        answer.detail = "no order with this client id ever arrived";
    }
    report(std::move(answer), due, due);
}

void SimulatedVenue::receiveQuery(const std::string &clientId, Timestamp at)
{
    const Timestamp due = at + m_rules.reportLatency;
    const VenueOrder *order = m_ledger.find(clientId);
    if (order == nullptr) {
        VenueReport answer;
        answer.kind = ReportKind::NotFound;
        answer.clientId = clientId;
        answer.detail = "no order with this client id ever arrived";
        report(std::move(answer), due, due);
        return;
    }
    // The same fills under the same ids: whoever has booked them already books nothing.
    for (const VenueReport &fill : order->fills) {
        report(fill, fill.time, due);
    }
    if (order->status == VenueOrderStatus::Open) {
        report(reportOn(*order, ReportKind::Working), due, due);
    } else if (order->status != VenueOrderStatus::Filled) {
        const bool rejected = order->status == VenueOrderStatus::Rejected;
        report(reportOn(*order, rejected ? ReportKind::Rejected : ReportKind::Cancelled), due, due);
    }
}

/// Why the venue will not have the order; empty if it will.
std::string SimulatedVenue::refusal(const Request &request)
{
    const VenueOrder &order = request.order;
    MarketView *market = marketOf(order.instrument);
    if (market == nullptr) {
        return "unknown instrument " + std::to_string(order.instrument.value);
    }
    if (m_ledger.failure()) {
        return "the venue cannot record orders: " + m_ledger.failure()->message;
    }
    const Instrument &rules = market->instrument;
    if (!order.quantity.isPositive() || order.quantity < rules.minimumQuantity) {
        return "quantity " + toString(order.quantity) + " is below the minimum of " + toString(rules.minimumQuantity)
            + " " + rules.base;
    }
    if (!isMultiple(order.quantity, rules.lot)) {
        return "quantity " + toString(order.quantity) + " is not a multiple of the lot " + toString(rules.lot);
    }
    const Price own = order.type == OrderType::Limit ? order.limitPrice : order.isStop() ? order.stopPrice : Price();
    if (order.type != OrderType::Market && (!own.isPositive() || !isMultiple(own, rules.tick))) {
        return "price " + toString(own) + " is not a positive multiple of the tick " + toString(rules.tick);
    }
    const Price worth = !own.isZero() ? own : !market->last.isZero() ? market->last : request.referencePrice;
    // Reducing a position to flat is always possible, however little is left of it.
    if (!order.reduceOnly && !worth.isZero()) {
        try {
            const Money amount = notional(worth, order.quantity);
            if (amount < rules.minimumNotional) {
                return "notional " + toString(amount) + " is below the minimum of " + toString(rules.minimumNotional)
                    + " " + rules.quote;
            }
        } catch (const std::overflow_error &) {
            return "price times quantity is beyond what can be settled";
        }
    }
    const Quantity held = m_ledger.position(order.instrument);
    if (order.side == Side::Sell && !rules.shortAllowed && !order.reduceOnly && order.quantity > held) {
        return "the account holds " + toString(held) + " " + rules.base + ", too little to sell "
            + toString(order.quantity);
    }
    if (order.postOnly) {
        if (order.type != OrderType::Limit) {
            return "only limit orders can be post-only";
        }
        const Price best = market->hasBook() ? market->opposite(order.side).best() : market->last;
        if (!best.isZero() && market->opposite(order.side).reaches(best, order.limitPrice)) {
            return "post-only: it would take liquidity at " + toString(best);
        }
    }
    return {};
}

} // namespace coinswarm::simulated
