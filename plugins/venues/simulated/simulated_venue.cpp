// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulated_venue.h"

#include <algorithm>
#include <stdexcept>

namespace coinswarm {

namespace {

const char *const kBeyondFlat = "nothing left to reduce";

/// A bar may fill an order that was submitted at its open, when the bar before closed, and this much later at most, so
/// that a slow venue's latency never becomes a look at the bar.
constexpr Duration kLongestGrace = std::chrono::seconds(1);

bool isAtOnceOnly(const VenueOrder &order)
{
    return order.timeInForce != TimeInForce::GoodTilCancelled;
}

/// The first price that is strictly better than `limit` for an order that waits with it.
Price justThrough(Price limit, Side side)
{
    return Price::fromRaw(side == Side::Buy ? limit.raw - 1 : limit.raw + 1);
}

VenueOrder venueOrder(const Order &order, Timestamp submitted, Timestamp arrival)
{
    VenueOrder result;
    result.clientId = order.clientId;
    result.instrument = order.instrument;
    result.side = order.side;
    result.type = order.type;
    result.timeInForce = order.timeInForce;
    result.reduceOnly = order.reduceOnly;
    result.postOnly = order.postOnly;
    result.quantity = order.quantity;
    result.limitPrice = order.limitPrice;
    result.stopPrice = order.stopPrice;
    result.submitted = submitted;
    result.arrived = arrival;
    return result;
}

template <class Number>
bool isMultiple(Number value, Number step)
{
    return step.isZero() || value.raw % step.raw == 0;
}

} // namespace

SimulatedVenue::SimulatedVenue(VenueRules rules, std::string stateFolder)
    : m_rules(rules), m_stateFolder(std::move(stateFolder))
{}

Result<void> SimulatedVenue::open(const std::vector<Instrument> &instruments)
{
    for (const Instrument &instrument : instruments) {
        const std::size_t index = instrument.id.value;
        if (index == 0 || index > 100'000) {
            return invalid("instrument " + instrument.symbol + " has the id " + std::to_string(index)
                           + "; ids count from 1");
        }
        m_markets.resize(std::max(m_markets.size(), index));
        m_markets[index - 1].instrument = instrument;
    }
    return m_ledger.open(m_stateFolder, instruments);
}

void SimulatedVenue::submit(const ApprovedOrder &approved, Timestamp now)
{
    const Order &order = approved.order();
    const Timestamp arrival = now + m_rules.latency;
    m_requests.push_back({Request::Kind::Submit, arrival, venueOrder(order, now, arrival), order.referencePrice});
}

void SimulatedVenue::cancel(const std::string &clientId, Timestamp now)
{
    Request request{Request::Kind::Cancel, now + m_rules.latency, {}, {}};
    request.order.clientId = clientId;
    m_requests.push_back(std::move(request));
}

void SimulatedVenue::query(const std::string &clientId, Timestamp now)
{
    Request request{Request::Kind::Query, now + m_rules.latency, {}, {}};
    request.order.clientId = clientId;
    m_requests.push_back(std::move(request));
}

void SimulatedVenue::takeReports(Timestamp now, std::vector<VenueReport> &out)
{
    receive(now);
    while (!m_reports.empty() && m_reports.front().due <= now) {
        out.push_back(std::move(m_reports.front().report));
        m_reports.pop_front();
    }
}

std::optional<Timestamp> SimulatedVenue::nextReportAt() const
{
    std::optional<Timestamp> next;
    if (!m_reports.empty()) {
        next = m_reports.front().due;
    }
    if (!m_requests.empty()) {
        const Timestamp answer = m_requests.front().arrival + m_rules.reportLatency;
        next = next ? std::min(*next, answer) : answer;
    }
    return next;
}

void SimulatedVenue::onMarket(const MarketEvent &event, Timestamp now)
{
    // What has arrived by now stood before this event.
    if (!m_requests.empty()) {
        receive(now);
    }
    const bool idle = m_ledger.openOrders().empty();
    if (const auto *trade = std::get_if<Trade>(&event)) {
        if (MarketView *market = marketOf(trade->instrument)) {
            market->last = trade->price;
            market->source = std::max(market->source, MarketView::Source::Trades);
            if (!idle) {
                onTrade(*market, *trade, now);
            }
        }
    } else if (const auto *delta = std::get_if<BookDelta>(&event)) {
        if (MarketView *market = marketOf(delta->instrument)) {
            market->apply(*delta);
            if (!idle) {
                queueOnDelta(*market, *delta);
                onBook(*market, now);
            }
        }
    } else if (const auto *quote = std::get_if<Quote>(&event)) {
        if (MarketView *market = marketOf(quote->instrument)) {
            market->apply(*quote);
            if (!idle) {
                onBook(*market, now);
            }
        }
    } else if (const auto *candle = std::get_if<Candle>(&event)) {
        MarketView *market = marketOf(candle->instrument);
        if (market != nullptr && market->source <= MarketView::Source::Bars) {
            market->source = MarketView::Source::Bars;
            market->volumeKnown = market->volumeKnown || candle->volume.isPositive();
            if (!idle) {
                onBar(*market, *candle, now);
            }
            market->last = candle->close;
        }
    }
}

// ---- Requests -------------------------------------------------------------------------------------------------------

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

// ---- Books and trades -----------------------------------------------------------------------------------------------

bool SimulatedVenue::isTriggered(VenueOrder &order, Price price)
{
    if (order.triggersAt(price)) {
        m_ledger.trigger(order);
    }
    return order.triggered;
}

void SimulatedVenue::onBook(MarketView &market, Timestamp now)
{
    if (market.bookComplete) {
        for (VenueOrder *order : openOrdersOf(market.instrument.id)) {
            if (order->isOpen()) {
                workOnBook(*order, market, now);
            }
        }
    }
}

void SimulatedVenue::queueOnDelta(MarketView &market, const BookDelta &delta)
{
    for (VenueOrder *order : openOrdersOf(market.instrument.id)) {
        if (order->queueAhead.isPositive() && order->side == delta.side && order->limitPrice == delta.price) {
            order->queueAhead = std::min(order->queueAhead, delta.quantity);
        }
    }
}

void SimulatedVenue::workOnBook(VenueOrder &order, MarketView &market, Timestamp now)
{
    if (!market.bookComplete
        || (order.isStop() && !order.triggered && !isTriggered(order, market.triggerPrice(order.side))))
    {
        return;
    }
    const Quantity wanted = executable(order, now);
    if (wanted.isZero()) {
        return;
    }
    BookSide &opposite = market.opposite(order.side);
    const bool resting = order.type == OrderType::Limit && order.offered;
    const Price limit = order.isMarket() ? Price()
        : resting                        ? justThrough(order.limitPrice, order.side)
                                         : order.limitPrice;
    if (order.timeInForce == TimeInForce::FillOrKill && m_rules.partialFills && opposite.available(limit) < wanted) {
        finish(order, VenueOrderStatus::Cancelled, "fill-or-kill: the book is too thin", now + m_rules.reportLatency);
        return;
    }
    m_executions.clear();
    opposite.take(wanted, limit, m_executions);
    Quantity taken;
    for (const Execution &execution : m_executions) {
        taken += execution.quantity;
    }
    if (!m_rules.partialFills && !m_executions.empty() && taken < wanted) {
        m_executions.back().quantity += wanted - taken;
    }
    for (Execution &execution : m_executions) {
        if (resting) {
            execution = {order.limitPrice, execution.quantity, Liquidity::Maker};
        }
        execute(order, execution, now, now + m_rules.reportLatency);
    }
    order.offered = true;
    if (order.isOpen() && isAtOnceOnly(order)) {
        finish(order, VenueOrderStatus::Cancelled, "immediate-or-cancel: the book had no more",
               now + m_rules.reportLatency);
    } else if (order.queueAhead.isNegative() && order.type == OrderType::Limit) {
        order.queueAhead = market.own(order.side).at(order.limitPrice);
    }
}

void SimulatedVenue::onTrade(MarketView &market, const Trade &trade, Timestamp now)
{
    // Orders that follow trades share what was traded.
    Quantity budget = roundedDownTo(trade.quantity, market.instrument.lot);
    for (VenueOrder *order : openOrdersOf(trade.instrument)) {
        if (!order->isOpen()) {
            continue;
        }
        if (order->isStop() && !order->triggered) {
            // Without a book it is filled by the next trade: this one has already happened.
            if (isTriggered(*order, trade.price) && market.hasBook()) {
                workOnBook(*order, market, now);
            }
        } else if (order->type == OrderType::Limit && order->offered) {
            fillResting(*order, trade, now);
        } else if (!market.hasBook()) {
            followTrade(*order, market, trade, budget, now);
        }
    }
}

void SimulatedVenue::fillResting(VenueOrder &order, const Trade &trade, Timestamp now)
{
    const bool through = order.side == Side::Buy ? trade.price < order.limitPrice : trade.price > order.limitPrice;
    Quantity share = BookSide::kUnknownSize;
    if (!through) {
        // At its price an order is filled only after all that stood before it, and only by someone on the other side.
        if (trade.price != order.limitPrice || trade.aggressor == order.side || order.queueAhead.isNegative()) {
            return;
        }
        const Quantity ahead = std::min(order.queueAhead, trade.quantity);
        order.queueAhead -= ahead;
        share = trade.quantity - ahead;
    }
    const Quantity quantity = std::min(executable(order, now), share);
    execute(order, {order.limitPrice, quantity, Liquidity::Maker}, now, now + m_rules.reportLatency);
}

void SimulatedVenue::followTrade(VenueOrder &order, const MarketView &market, const Trade &trade, Quantity &budget,
                                 Timestamp now)
{
    const Timestamp due = now + m_rules.reportLatency;
    const bool limited = order.type == OrderType::Limit;
    const bool reached =
        !limited || (order.side == Side::Buy ? trade.price <= order.limitPrice : trade.price >= order.limitPrice);
    order.offered = true;
    const Quantity wanted = executable(order, now);
    const Quantity quantity = !reached ? Quantity() : m_rules.partialFills ? std::min(wanted, budget) : wanted;
    if (order.timeInForce == TimeInForce::FillOrKill && quantity < wanted) {
        finish(order, VenueOrderStatus::Cancelled, "fill-or-kill: too little was traded", due);
        return;
    }
    Price price = slipped(trade.price, order.side, m_rules.slippage, market.instrument.tick);
    if (limited) {
        price = order.side == Side::Buy ? std::min(price, order.limitPrice) : std::max(price, order.limitPrice);
    }
    budget -= std::min(quantity, budget);
    execute(order, {price, quantity, Liquidity::Taker}, now, due);
    if (order.isOpen() && isAtOnceOnly(order)) {
        finish(order, VenueOrderStatus::Cancelled, "immediate-or-cancel: no more was traded", due);
    }
}

// ---- Bars -----------------------------------------------------------------------------------------------------------

void SimulatedVenue::onBar(MarketView &market, const Candle &candle, Timestamp now)
{
    const Duration grace = std::min<Duration>(m_rules.latency, kLongestGrace);
    Quantity capacity = BookSide::kUnknownSize;
    if (market.volumeKnown && m_rules.partialFills) {
        const Money share = scaled(Money::fromRaw(candle.volume.raw), m_rules.volumeShare, Rounding::Down);
        capacity = roundedDownTo(Quantity::fromRaw(share.raw), market.instrument.lot);
    }
    const std::vector<VenueOrder *> &orders = openOrdersOf(candle.instrument);
    for (const BarPhase phase : {BarPhase::AtOpen, BarPhase::StopInside, BarPhase::Inside}) {
        for (VenueOrder *order : orders) {
            if (order->isOpen() && order->submitted <= candle.openTime + grace) {
                workOnBar(*order, market, candle, phase, capacity, now);
            }
        }
    }
}

void SimulatedVenue::workOnBar(VenueOrder &order, const MarketView &market, const Candle &candle, BarPhase phase,
                               Quantity &capacity, Timestamp now)
{
    const std::optional<BarOffer> offer = barOffer(order, candle, m_rules.slippage, market.instrument.tick);
    if (offer && offer->phase == phase) {
        const Quantity wanted = executable(order, now);
        if (wanted.isZero()) {
            return;
        }
        if (order.isStop() && !order.triggered) {
            m_ledger.trigger(order);
        }
        Quantity quantity = std::min(wanted, capacity);
        if (order.timeInForce == TimeInForce::FillOrKill && quantity < wanted) {
            quantity = {};
        }
        capacity = capacity == BookSide::kUnknownSize ? capacity : capacity - quantity;
        // A fill at the open happened when the bar opened, one inside it at some time before its last millisecond.
        const Timestamp time = phase == BarPhase::AtOpen
            ? std::max(candle.openTime, order.arrived) + m_rules.reportLatency
            : candle.closeTime() - std::chrono::milliseconds(1);
        execute(order, {offer->price, quantity, offer->liquidity}, std::min(time, now), now);
        // What is left of a triggered stop has missed this bar.
        if (order.isOpen() && order.isStop()) {
            order.offered = true;
        }
    }
    if (phase == BarPhase::Inside && order.isOpen()) {
        order.offered = true;
    }
    if (phase == BarPhase::AtOpen && order.isOpen() && isAtOnceOnly(order) && !order.isStop()) {
        finish(order, VenueOrderStatus::Cancelled, "the bar's open did not fill it at once", now);
    }
}

// ---- Effects --------------------------------------------------------------------------------------------------------

Quantity SimulatedVenue::executable(VenueOrder &order, Timestamp now)
{
    if (!order.isOpen()) {
        return {};
    }
    const bool toFlatOnly =
        order.reduceOnly || (order.side == Side::Sell && !marketOf(order.instrument)->instrument.shortAllowed);
    if (!toFlatOnly) {
        return order.remaining();
    }
    const Quantity position = m_ledger.position(order.instrument);
    const Quantity held = order.side == Side::Sell ? position : -position;
    if (!held.isPositive()) {
        finish(order, VenueOrderStatus::Cancelled, kBeyondFlat, now + m_rules.reportLatency);
        return {};
    }
    return std::min(order.remaining(), held);
}

void SimulatedVenue::execute(VenueOrder &order, const Execution &execution, Timestamp time, Timestamp due)
{
    if (!execution.quantity.isPositive() || !order.isOpen()) {
        return;
    }
    VenueReport fill = reportOn(order, ReportKind::Filled);
    fill.venueFillId = m_ledger.nextFillId();
    fill.price = execution.price;
    fill.quantity = execution.quantity;
    fill.liquidity = execution.liquidity;
    fill.fee = feeFor(notional(fill.price, fill.quantity),
                      fill.liquidity == Liquidity::Maker ? m_rules.makerFee : m_rules.takerFee);
    fill.time = time;
    m_ledger.fill(order, fill);
    order.lastReport = std::max(order.lastReport, due);
    report(std::move(fill), time, order.lastReport);
    // What would go beyond flat ends here rather than at the next look.
    static_cast<void>(executable(order, due - m_rules.reportLatency));
}

void SimulatedVenue::finish(VenueOrder &order, VenueOrderStatus status, const std::string &detail, Timestamp due)
{
    if (!order.isOpen()) {
        return;
    }
    m_ledger.close(order, status, detail);
    order.lastReport = std::max(order.lastReport, due);
    report(reportOn(order, ReportKind::Cancelled), order.lastReport, order.lastReport);
}

VenueReport SimulatedVenue::reportOn(const VenueOrder &order, ReportKind kind) const
{
    VenueReport report;
    report.kind = kind;
    report.clientId = order.clientId;
    report.venueOrderId = order.venueId;
    report.filledSoFar = order.filled;
    report.detail = order.detail;
    return report;
}

void SimulatedVenue::report(VenueReport report, Timestamp time, Timestamp due)
{
    report.time = time;
    // Of two that are due together the one made first goes first.
    const auto at = std::upper_bound(m_reports.begin(), m_reports.end(), due,
                                     [](Timestamp t, const Pending &pending) { return t < pending.due; });
    m_reports.insert(at, Pending{due, std::move(report)});
}

MarketView *SimulatedVenue::marketOf(InstrumentId id)
{
    const std::size_t index = static_cast<std::size_t>(id.value) - 1;
    return index < m_markets.size() && m_markets[index].instrument.id == id ? &m_markets[index] : nullptr;
}

const std::vector<VenueOrder *> &SimulatedVenue::openOrdersOf(InstrumentId id)
{
    m_working.clear();
    for (VenueOrder *order : m_ledger.openOrders()) {
        if (order->instrument == id) {
            m_working.push_back(order);
        }
    }
    return m_working;
}

} // namespace coinswarm
