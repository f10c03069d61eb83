// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "api/explanation_text.h"

#include <QtTest/QTest>

namespace coinswarm::control {

namespace {

Price price(const char *text)
{
    return *Price::parse(text);
}

Quantity quantity(const char *text)
{
    return *Quantity::parse(text);
}

/// A bought, approved and filled entry with a dissenting voter.
api::Explanation example()
{
    api::Explanation e;
    e.instrument.id = InstrumentId(1);
    e.instrument.symbol = "BTC-USDT";
    e.instrument.base = "BTC";
    e.instrument.quote = "USDT";
    e.agents = {"trend", "mean_reversion", "risk"};
    e.indicators = {{"sma:10", ""}, {"adx:14", "adx"}};

    e.order.id = OrderId(17);
    e.order.decision = DecisionId(5);
    e.order.state = OrderState::Filled;
    e.order.quantity = e.order.filled = quantity("0.5");
    e.order.filledNotional = *Money::parse("20010");
    e.order.referencePrice = price("40000");
    e.order.protectiveStop = price("39000");

    Fill fill;
    fill.id = FillId(3);
    fill.price = price("40020");
    fill.quantity = quantity("0.5");
    fill.fee = *Money::parse("20.01");
    e.fills = {fill};

    e.approval = api::Approval();
    e.approval->id = ApprovalId(2);
    e.approval->state = api::ApprovalState::Approved;
    e.approval->decidedBy = {"alice"};
    e.approval->reason = "fine";
    e.approval->orderHash = "c0ffee";

    api::RiskReport report;
    report.passed = false;
    report.checks = {{api::DenialCode::OrderNotional, false, false, api::CheckUnit::Money, api::CheckRule::AtMost,
                      Money::fromInteger(1'204).raw, Money::fromInteger(1'000).raw},
                     {api::DenialCode::Halted, true, false, api::CheckUnit::Flag, api::CheckRule::Equal, 0, 0}};
    e.riskReports = {report, report};

    e.decision.id = DecisionId(5);
    e.decision.ask = AskId(9);
    e.decision.action = Action::Buy;
    e.decision.score = 0.52;
    e.decision.threshold = 0.25;
    e.decision.summary = "BUY: most want it.";
    CountedVote yes;
    yes.agent = AgentId(1);
    yes.status = VoteStatus::Voted;
    yes.weight = 0.4;
    yes.contribution = 0.3;
    yes.vote.action = Action::Buy;
    yes.vote.confidence = 0.75;
    yes.vote.reasons = {"SMA(10) is above SMA(20)."};
    CountedVote no = yes;
    no.agent = AgentId(2);
    no.dissents = true;
    no.vote.action = Action::Sell;
    CountedVote silent;
    silent.agent = AgentId(3);
    silent.status = VoteStatus::WarmingUp;
    e.decision.votes = {yes, no, silent};

    e.state.ask = AskId(9);
    e.state.recall.slot = 42;
    Neighbour alike;
    alike.episode = EpisodeId(1'234);
    alike.distance = 51'000;
    alike.tags.symbol = "BTC-USDT";
    alike.tags.action = Action::Buy;
    alike.tags.reward = 0.0021;
    alike.tags.pattern = PatternId(6);
    alike.tags.promoted = true;
    e.state.recall.neighbours = {alike};
    e.state.candle.interval = {300};
    e.state.candle.close = price("40000");
    e.state.regime.trend = TrendRegime::Up;
    e.state.indicators.count = 2;
    e.state.indicators.set(0, 39'950.25);
    return e;
}

} // namespace

/// The chain behind an order as a person reads it.
class TestExplanationText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void says_data();
    void says();
    void headingsStandAtTheMarginInTheOrderOfTheChain();
    void saysWhatIsMissing();
    void describesOrders_data();
    void describesOrders();
};

void TestExplanationText::says_data()
{
    QTest::addColumn<QString>("line");
    const auto row = [](const char *name, const char *line) { QTest::newRow(name) << QString::fromUtf8(line); };
    row("the order", "Order 17: buy 0.50000 BTC-USDT at market, stop 39,000.00");
    row("the fill", "fill 3  buy 0.50000 BTC at 40,020.00, taker, fee 20.0100 USDT");
    row("slippage", "average 40,020.00, +5.0 bp against the price at decision (40,000.00)");
    row("who approved", "Approval 2: approved by alice: fine");
    row("what was shown", "order hash c0ffee");
    row("a failed check with its numbers",
        "NO     order_notional     order notional 1,204.00 USDT is above the limit 1,000.00 USDT");
    row("a passed check", "ok     halted             the kill switch is off");
    row("both runs of the gate", "Risk gate: 2 runs");
    row("the decision", "Decision 5 of the committee: BUY with score +0.520, 0.250 needed");
    row("a vote", "trend           BUY  confidence 0.75 × weight 0.40 → +0.300");
    row("its reason", "    - SMA(10) is above SMA(20).");
    row("dissent", "DISSENTS");
    row("a silent agent", "risk            warming up");
    row("memory", "Memory as of slot 42: 1 similar episode");
    row("what was recalled",
        "episode 1234    distance 51000      BUY BTC-USDT    +0.21 %   closed 1970-01-01T00:00:00.000Z, pattern 6 "
        "(promoted)");
    row("the bar", "bar of 5m");
    row("the regime", "trend up");
    row("an indicator", "sma:10                  39,950.2500");
    row("an indicator without a value", "adx:14.adx              not ready");
}

void TestExplanationText::says()
{
    QFETCH(const QString, line);
    const QString text = QString::fromStdString(api::explanationText(example()));
    QVERIFY2(text.contains(line), qPrintable(text));
}

void TestExplanationText::headingsStandAtTheMarginInTheOrderOfTheChain()
{
    QStringList headings;
    for (const QString &line : QString::fromStdString(api::explanationText(example())).split(QLatin1Char('\n'))) {
        if (!line.isEmpty() && !line.startsWith(QLatin1Char(' '))) {
            headings.append(line.section(QLatin1Char(' '), 0, 0).remove(QLatin1Char(':')));
        }
    }
    QCOMPARE(headings,
             (QStringList{QStringLiteral("Order"), QStringLiteral("Fills"), QStringLiteral("Approval"),
                          QStringLiteral("Risk"), QStringLiteral("Decision"), QStringLiteral("Votes"),
                          QStringLiteral("Memory"), QStringLiteral("Market")}));
}

void TestExplanationText::saysWhatIsMissing()
{
    const QString text = QString::fromStdString(api::explanationText({}));
    QVERIFY(text.contains(QStringLiteral("Fills: none")));
    QVERIFY(text.contains(QStringLiteral("Approval: none was needed")));
    QVERIFY(text.contains(QStringLiteral("no run is recorded")));
    QVERIFY(text.contains(QStringLiteral("Decision: none")));
}

void TestExplanationText::describesOrders_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("line");
    QTest::newRow("market") << 0 << QStringLiteral("sell 1.00000 BTC-USDT at market");
    QTest::newRow("limit") << 1 << QStringLiteral("sell 1.00000 BTC-USDT at 41,000.00 or better");
    QTest::newRow("stop") << 2 << QStringLiteral("sell 1.00000 BTC-USDT at market when it trades at 39,000.00 (stop)");
    QTest::newRow("target") << 3
                            << QStringLiteral("sell 1.00000 BTC-USDT at market when it trades at 39,000.00 (target)");
}

void TestExplanationText::describesOrders()
{
    QFETCH(const int, type);
    QFETCH(const QString, line);
    Order order;
    order.side = Side::Sell;
    order.type = static_cast<OrderType>(type);
    order.quantity = quantity("1");
    order.limitPrice = price("41000");
    order.stopPrice = price("39000");
    QCOMPARE(QString::fromStdString(api::orderLine(order, example().instrument)), line);
}

} // namespace coinswarm::control

QTEST_GUILESS_MAIN(coinswarm::control::TestExplanationText)
#include "tst_explanation_text.moc"
