// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine_bench.h"

#include <QtTest/QTest>

#include <algorithm>

using namespace coinswarm;
using namespace coinswarm::api;
using namespace coinswarm::engine;
using namespace coinswarm::test;
using namespace coinswarm::trading;

namespace {

Quote quote(double seconds, const char *bid, const char *ask)
{
    Quote made;
    made.instrument = InstrumentId(1);
    made.bid = *Price::parse(bid);
    made.ask = *Price::parse(ask);
    made.bidQuantity = made.askQuantity = Quantity::fromInteger(1);
    made.time = at(seconds);
    return made;
}

const RiskCheck &checked(const RiskReport &report, DenialCode code)
{
    for (const RiskCheck &check : report.checks) {
        if (check.code == code) {
            return check;
        }
    }
    throw std::runtime_error("the report has no such check");
}

/// How many seconds after a bar of one minute the market is stale.
double staleAfter(const EngineBench &bench)
{
    return 60 + std::chrono::duration<double>(bench.engine->config().desk.limits.maxMarketAge).count();
}

} // namespace

/// Only a trade makes a price fresh; and what is absurd in a vote or a market must not stop the engine.
class TestPriceAge : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void quotesDoNotFreshenTheLastPrice();
    void S6_aQuoteIsNoFreshPriceForAnApprovalAfterARestart();
    void lateTradesAreNoNews();
    void aMarketOfBarsIsNotStaleBeforeTheNextIsDue();
    void absurdStopsDoNotStopTheEngine();
    void absurdSizesAreDeniedNotTurnedRound();
    void aCoinThatCostsNothingDoesNotStopTheEngine();
    void aRepeatingCommitteeKeepsTheEntryInMemory();
};

void TestPriceAge::quotesDoNotFreshenTheLastPrice()
{
    EngineBench bench;
    bench.bar(0, "1000");
    const double age = staleAfter(bench);
    bench.apply(60 + age + 1, quote(60 + age + 1, "1999", "2001"));
    bench.answer(vote(Action::Buy, "0.1", "900"), vote(Action::Buy, "0.1", "900"));
    QVERIFY(!checked(bench.last<engine::effect::RiskChecked>().report, DenialCode::StaleMarket).passed);
    QCOMPARE(bench.count<engine::effect::Submit>(), std::size_t{0});
}

void TestPriceAge::S6_aQuoteIsNoFreshPriceForAnApprovalAfterARestart()
{
    EngineConfig config = smallConfig();
    config.desk.approvals.rule = ApprovalRule::All;
    EngineBench bench(config);
    bench.bar(0, "1000");
    bench.answer(vote(Action::Buy, "0.1", "900"), vote(Action::Buy, "0.1", "900"));
    const Approval asked = bench.last<engine::effect::ApprovalChanged>().approval;
    QCOMPARE(asked.state, ApprovalState::Pending);
    bench.apply(61, engine::event::SessionRestarted{1});
    bench.apply(62, quote(62, "1999", "2001"));
    const OperatorDecision yes{asked.id, asked.orderHash, true, "ann", ""};
    bench.apply(63, yes);
    QCOMPARE(bench.engine->lastAnswer().refusal, ApprovalRefusal::AwaitingPrice);
    QCOMPARE(bench.count<engine::effect::Submit>(), std::size_t{0});
    bench.apply(64, trade(64, "1000"));
    bench.apply(65, yes);
    QCOMPARE(bench.engine->lastAnswer().refusal, ApprovalRefusal::None);
    QCOMPARE(bench.count<engine::effect::Submit>(), std::size_t{1});
}

void TestPriceAge::lateTradesAreNoNews()
{
    EngineBench bench;
    bench.bar(0, "1000");
    const double age = staleAfter(bench);
    bench.apply(60 + age + 1, trade(10, "2000")); // of a bar that has closed
    bench.answer(vote(Action::Buy, "0.1", "900"), vote(Action::Buy, "0.1", "900"));
    QVERIFY(!checked(bench.last<engine::effect::RiskChecked>().report, DenialCode::StaleMarket).passed);
}

void TestPriceAge::aMarketOfBarsIsNotStaleBeforeTheNextIsDue()
{
    const auto staleAt = [](bool barsOnly, double seconds) {
        EngineBench bench;
        bench.bar(0, "1000");
        if (!barsOnly) {
            bench.apply(60, trade(60, "1000")); // It trades: silence means something again.
        }
        bench.apply(seconds, quote(seconds, "999", "1001"));
        bench.answer(vote(Action::Buy, "0.1", "900"), vote(Action::Buy, "0.1", "900"));
        return !checked(bench.last<engine::effect::RiskChecked>().report, DenialCode::StaleMarket).passed;
    };
    QVERIFY(!staleAt(true, 60 + 119));
    QVERIFY(staleAt(true, 60 + 121));
    QVERIFY(!staleAt(false, 60 + 59));
    QVERIFY(staleAt(false, 60 + 61));
}

void TestPriceAge::absurdStopsDoNotStopTheEngine()
{
    EngineBench bench;
    bench.bar(0, "1000");
    Vote absurd = vote(Action::Buy, "0.1", "900");
    absurd.target = Price::fromRaw(std::numeric_limits<std::int64_t>::max());
    bench.answer(absurd, absurd);
    QCOMPARE(bench.engine->failed(), std::string());
    QCOMPARE(bench.count<engine::effect::Submit>(), std::size_t{1});
    bench.report(ReportKind::Accepted, bench.sent());
    bench.report(ReportKind::Filled, bench.sent(), "1000", toString(bench.sent().quantity).c_str());
    QCOMPARE(bench.engine->failed(), std::string());
    const std::vector<Order> open = bench.engine->desk().openOrders();
    QVERIFY(std::any_of(open.begin(), open.end(), [](const Order &o) { return o.purpose == OrderPurpose::StopLoss; }));
}

void TestPriceAge::absurdSizesAreDeniedNotTurnedRound()
{
    EngineBench bench;
    bench.bar(0, "1000");
    Vote absurd = vote(Action::Buy, "0.1", "900");
    absurd.size = Quantity::fromRaw(std::numeric_limits<std::int64_t>::max());
    bench.answer(absurd, absurd);
    QCOMPARE(bench.engine->failed(), std::string());
    QVERIFY(bench.decided().size.isPositive());
    QCOMPARE(bench.last<engine::effect::OrderChanged>().order.state, OrderState::Denied);
}

void TestPriceAge::aCoinThatCostsNothingDoesNotStopTheEngine()
{
    EngineConfig config = smallConfig();
    config.desk.startingCash = Money::fromInteger(1'000'000);
    config.desk.limits.maxPositionNotional = config.desk.limits.maxOrderNotional = Money::fromInteger(1'000'000);
    config.desk.limits.maxPositionShare = Ratio::fromInteger(1);
    config.instruments[0].tick = Price::fromRaw(1);
    EngineBench bench(config);
    bench.bar(0, "0.00000001");
    QCOMPARE(bench.engine->failed(), std::string());
    QVERIFY(bench.asked().state.maximumPosition.isPositive());
}

void TestPriceAge::aRepeatingCommitteeKeepsTheEntryInMemory()
{
    EngineBench bench;
    bench.bar(0, "1000");
    bench.answer(vote(Action::Buy, "0.1", "900"), vote(Action::Buy, "0.1", "900"));
    const Order entry = bench.sent();
    bench.report(ReportKind::Accepted, entry);
    bench.report(ReportKind::Filled, entry, "1000", toString(entry.quantity).c_str());
    for (int minute = 1; minute <= 1'100; ++minute) {
        bench.bar(60.0 * minute, "1000");
        bench.answer(vote(Action::Buy, "0.1", "900"), vote(Action::Buy, "0.1", "900"));
    }
    QCOMPARE(bench.engine->advisor().votedAtEntry(entry.decision, AgentId(1)), Action::Buy);
}

QTEST_GUILESS_MAIN(TestPriceAge)
#include "tst_price_age.moc"
