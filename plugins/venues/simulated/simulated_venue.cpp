// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulated_venue.h"

#include <algorithm>

namespace coinswarm::simulated {

namespace {

const char *const kBeyondFlat = "nothing left to reduce";

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

} // namespace coinswarm::simulated
