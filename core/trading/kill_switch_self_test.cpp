// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "trading/kill_switch_self_test.h"

#include "trading/trading_desk.h"

namespace coinswarm::trading {

namespace {

/// Remembers what the desk would have done.
class Recorder : public DeskListener
{
public:
    void submit(const ApprovedOrder &order) override { submitted.push_back(order.order()); }
    void cancel(const Order &order) override { cancelled.push_back(order.id); }
    void query(const Order &) override {}
    void orderChanged(const Order &) override {}
    void riskChecked(const Order &, const api::RiskReport &report) override { lastReport = report; }
    void approvalChanged(const api::Approval &) override {}
    void fillBooked(const Fill &, const Position &) override {}
    void roundTripClosed(const RoundTrip &) override {}
    void alert(const TradingAlert &) override {}
    void haltChanged(const HaltState &) override {}

    std::vector<Order> submitted;
    std::vector<OrderId> cancelled;
    api::RiskReport lastReport;
};

Instrument testInstrument(std::uint32_t id)
{
    Instrument instrument;
    instrument.id = InstrumentId(id);
    instrument.symbol = "TEST-" + std::to_string(id);
    instrument.lot = Quantity::fromRaw(1);
    instrument.minimumQuantity = Quantity::fromRaw(1);
    instrument.minimumNotional = Money::fromRaw(1);
    return instrument;
}

Decision buy(std::uint32_t instrument)
{
    Decision decision;
    decision.id = DecisionId(instrument);
    decision.instrument = InstrumentId(instrument);
    decision.action = Action::Buy;
    decision.size = Quantity::fromRaw(100); // worth 0.0001: below any sensible limit
    decision.stop = Price::fromInteger(99);
    return decision;
}

Error failed(const std::string &what)
{
    return {ErrorKind::Environment, "the kill switch failed its self-test: " + what + "; trading must not start"};
}

} // namespace

Result<void> selfTestKillSwitch(const DeskConfig &config)
{
    DeskConfig tested = config;
    tested.mode = api::TradingMode::Paper;
    tested.approvals.rule = ApprovalRule::None;
    tested.entryType = OrderType::Limit;
    tested.postOnly = false;
    Recorder recorder;
    TradingDesk desk(tested, {testInstrument(1), testInstrument(2)}, recorder);
    const Timestamp now = Timestamp::fromMilliseconds(1'000);
    const Price price = Price::fromInteger(100);
    const MarketFacts facts{price, price, price, now};
    for (const std::uint32_t id : {1U, 2U}) {
        desk.onMarket(InstrumentId(id), price, now);
    }

    const auto placed = desk.propose(buy(1), facts, RegimeId(), now);
    if (!placed || recorder.submitted.size() != 1) {
        return failed("its test order was not sent (" + api::describe(recorder.lastReport) + ")");
    }
    VenueReport accepted;
    accepted.clientId = recorder.submitted.front().clientId;
    desk.onReport(accepted, now);
    const HaltOutcome outcome = desk.halt("self-test", now);
    if (recorder.cancelled != std::vector<OrderId>{*placed} || outcome.ordersCancelled != 1) {
        return failed("it did not cancel an open order");
    }
    const auto refused = desk.propose(buy(2), facts, RegimeId(), now);
    if (!refused || desk.order(*refused)->state != OrderState::Denied || recorder.submitted.size() != 1) {
        return failed("it let a new entry pass");
    }
    return {};
}

} // namespace coinswarm::trading
