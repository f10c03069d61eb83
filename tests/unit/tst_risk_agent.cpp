// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "../../plugins/agents/risk/risk_agent.h"
#include "plugin_fixture.h"
#include "plugins/vote_check.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::plugins;
using namespace coinswarm::risk;
using namespace std::chrono_literals;
using test::Market;

namespace {

std::unique_ptr<RiskAgent> agent()
{
    auto made = std::make_unique<RiskAgent>(test::agentSettings("risk"));
    made->start(IndicatorSlots(std::vector<IndicatorName>{{"atr:14", ""}}));
    return made;
}

Vote decide(RiskAgent &risk, const Market &market)
{
    const Result<Vote> vote = checkedVote(risk.decide(market.state), risk.spec(), market.state.candle.close);
    return vote.ok() ? *vote : Vote{Action::Buy, -1, false, {}, {}, {}, {vote.error().message}};
}

Outcome trade(std::uint32_t instrument, int pnl, Timestamp exit)
{
    Outcome made;
    made.roundTrip.instrument = InstrumentId(instrument);
    made.roundTrip.pnl = Money::fromInteger(pnl);
    made.roundTrip.exitTime = exit;
    return made;
}

} // namespace

class TestRiskAgent : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutObjectionItHasNoOpinion()
    {
        Market market;
        market.read({1});
        const auto risk = agent();
        QVERIFY(risk->spec().mayVeto);
        const Vote vote = decide(*risk, market);
        QCOMPARE(vote.action, Action::Hold);
        QCOMPARE(vote.confidence, 0.0);
        QVERIFY(!vote.veto);
        QCOMPARE(vote.reasons,
                 std::vector<std::string>{"No objection: drawdown 0.00% of 10.00%, loss today 0.00% of "
                                          "3.00%, exposure 0.00% of 95.00%."});
    }

    void vetoes_data()
    {
        QTest::addColumn<int>("trouble");
        QTest::addColumn<QString>("reason");
        QTest::newRow("drawdown") << 0 << "The equity is 10.00% below its peak of 10,000.00; the limit is 10.00%.";
        QTest::newRow("daily loss") << 1 << "The account has lost 3.00% today; the limit is 3.00%.";
        QTest::newRow("exposure") << 2 << "95.00% of the equity is in the market; the limit is 95.00%.";
        QTest::newRow("range") << 3 << "A bar moves by 3.00% on average; the limit is 3.00%.";
        QTest::newRow("stale") << 4 << "The last bar closed 301 s ago, more than its own length.";
        QTest::newRow("spread") << 5 << "The spread is 100.0 basis points; the limit is 50.0.";
        QTest::newRow("unready") << 6 << "The market's range is not known yet: too few bars.";
        QTest::newRow("ruined") << 7 << "The account is worth 0.00 USDT: there is nothing to trade with.";
    }
    void vetoes()
    {
        QFETCH(int, trouble);
        Market market;
        market.read({1});
        Account &account = market.state.account;
        switch (trouble) {
        case 0:
            account.drawdown = Ratio::parse("0.1").value();
            break;
        case 1:
            account.equity = Money::fromInteger(9'700);
            break;
        case 2:
            account.grossExposure = Money::fromInteger(9'500);
            break;
        case 3:
            market.read({3});
            break;
        case 4:
            market.state.now = market.state.candle.closeTime() + 301s;
            break;
        case 5:
            market.state.bid = Price::parse("99.5").value();
            market.state.bestAsk = Price::parse("100.5").value();
            break;
        case 6:
            market.state.indicators = {};
            break;
        default:
            account.equity = account.dayStartEquity = Money();
            break;
        }
        const Vote vote = decide(*agent(), market);
        QVERIFY(vote.veto);
        QCOMPARE(vote.action, Action::Hold);
        QCOMPARE(vote.confidence, 1.0);
        QCOMPARE(vote.reasons.size(), std::size_t{1});
        QTEST(QString::fromStdString(vote.reasons.front()), "reason");
    }

    void allObjectionsAreNamed()
    {
        Market market;
        market.read({5});
        market.state.account.drawdown = Ratio::parse("0.2").value();
        market.state.account.equity = Money::fromInteger(8'000);
        QCOMPARE(decide(*agent(), market).reasons.size(), std::size_t{3});
    }

    void aLosingStreakPausesItsInstrument()
    {
        Market market;
        market.read({1});
        const Timestamp now = market.state.now;
        const auto risk = agent();
        for (int i = 0; i < 4; ++i) {
            risk->learn(trade(1, -1, now));
        }
        QVERIFY(!decide(*risk, market).veto);
        risk->learn(trade(1, -1, now));
        QVERIFY(decide(*risk, market).veto);
        QCOMPARE(decide(*risk, market).reasons.front(),
                 "The last 5 trades in BTC-USDT lost: no new risk before " + toString(now + 240min) + ".");
        market.state.instrument = InstrumentId(2);
        QVERIFY(!decide(*risk, market).veto);

        const auto restored = agent();
        restored->restoreState(risk->saveState());
        market.state.instrument = InstrumentId(1);
        QCOMPARE(decide(*restored, market), decide(*risk, market));

        market.state.candle.openTime = market.state.candle.openTime + 240min;
        market.state.now = now + 240min;
        QVERIFY(!decide(*risk, market).veto);
        risk->learn(trade(1, 1, now));
        risk->learn(trade(1, -1, market.state.now));
        QVERIFY(!decide(*risk, market).veto); // the win began a new count
    }

    void damagedStateIsRefused()
    {
        QVERIFY_EXCEPTION_THROWN(agent()->restoreState("1 2"), std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(agent()->restoreState(""), std::invalid_argument);
        agent()->restoreState("1");
    }
};

QTEST_GUILESS_MAIN(TestRiskAgent)
#include "tst_risk_agent.moc"
