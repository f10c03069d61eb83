// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "../../plugins/agents/mean_reversion/mean_reversion_agent.h"
#include "plugin_fixture.h"
#include "plugins/vote_check.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::mean_reversion;
using namespace coinswarm::plugins;
using test::Market;

namespace {

const IndicatorSlots kSlots({{"bb:20:2", "upper"},
                             {"bb:20:2", "middle"},
                             {"bb:20:2", "lower"},
                             {"rsi:14", ""},
                             {"adx:14", "adx"},
                             {"atr:14", ""}});

Vote decide(const Market &market)
{
    MeanReversionAgent agent(test::agentSettings("mean_reversion"));
    agent.start(kSlots);
    const Result<Vote> vote = checkedVote(agent.decide(market.state), agent.spec(), market.state.candle.close);
    return vote.ok() ? *vote : Vote{Action::Hold, -1, false, {}, {}, {}, {vote.error().message}};
}

std::string text(auto fixed)
{
    return coinswarm::toString(fixed);
}

} // namespace

class TestMeanReversionAgent : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void declaresWhatItNeeds()
    {
        const AgentSpec spec = MeanReversionAgent(test::agentSettings("mean_reversion")).spec();
        QCOMPARE(spec.indicators, (std::vector<std::string>{"bb:20:2", "rsi:14", "adx:14", "atr:14"}));
        QCOMPARE(spec.warmupBars, std::uint64_t{28});
    }

    void buysWhatIsOversoldInARange()
    {
        Market market("95");
        market.read({104, 100, 96, 24, 15, 1.5});
        const Vote vote = decide(market);
        QCOMPARE(vote.action, Action::Buy);
        // Half a deviation of 2 below the band, 6 of 30 below the RSI's limit.
        QCOMPARE(vote.confidence, 0.5 + 0.25 * 0.5 + 0.25 * 0.2);
        QCOMPARE(text(vote.stop), std::string("92"));
        QCOMPARE(text(vote.target), std::string("100"));
        QCOMPARE(text(vote.size), std::string("16.66666")); // 0.5 % of 10,000 ÷ 3
        QCOMPARE(vote.reasons,
                 (std::vector<std::string>{
                     "Price 95.00 is below the lower band 96.00; RSI(14) 24.0 is below 30.0: oversold.",
                     "16.66666 BTC lose at most 0.50% of the equity at the stop 92.00, 2.0 ATR away; the target is the "
                     "average 100.00."}));
    }

    void sellsWhatIsOverboughtWhereShortsAreAllowed()
    {
        Market market("105");
        market.rules.shortAllowed = true;
        market.read({104, 100, 96, 76, 15, 1.5});
        const Vote vote = decide(market);
        QCOMPARE(vote.action, Action::Sell);
        QCOMPARE(text(vote.stop), std::string("108.01"));
        QCOMPARE(text(vote.target), std::string("100"));
        QVERIFY(vote.size.isPositive());
    }

    void onSpotOverboughtLeavesOrSpeaksAgainstBuying()
    {
        Market market("105");
        market.read({104, 100, 96, 76, 15, 1.5});
        QCOMPARE(decide(market).action, Action::Sell);
        QVERIFY(decide(market).size.isZero());
        market.hold("2");
        QCOMPARE(text(decide(market).size), std::string("2"));
        QVERIFY(decide(market).stop.isZero());
    }

    void holds_data()
    {
        QTest::addColumn<QByteArray>("close");
        QTest::addColumn<double>("rsi");
        QTest::addColumn<double>("adx");
        QTest::addColumn<QString>("reason");
        QTest::newRow("trend") << QByteArray("95") << 20.0 << 30.0
                               << "ADX(14) 30.0 is above 25.0: in a trend a return to the average cannot be expected.";
        QTest::newRow("within") << QByteArray("99") << 20.0 << 15.0
                                << "Price 99.00 is within the bands 96.00 to 104.00; RSI(14) 20.0: nothing to return "
                                   "from.";
        QTest::newRow("rsi") << QByteArray("95") << 30.0 << 15.0
                             << "Price 95.00 is below the lower band 96.00; RSI(14) 30.0 is not below 30.0: not "
                                "oversold enough.";
        QTest::newRow("on the band") << QByteArray("96") << 20.0 << 15.0
                                     << "Price 96.00 is within the bands 96.00 to 104.00; RSI(14) 20.0: nothing to "
                                        "return from.";
    }
    void holds()
    {
        QFETCH(QByteArray, close);
        QFETCH(double, rsi);
        QFETCH(double, adx);
        Market market(close.constData());
        market.read({104, 100, 96, rsi, adx, 1.5});
        const Vote vote = decide(market);
        QCOMPARE(vote.action, Action::Hold);
        QCOMPARE(vote.confidence, 0.5);
        QTEST(QString::fromStdString(vote.reasons.front()), "reason");
    }

    void leavesAtTheAverage()
    {
        Market market("100");
        market.read({104, 100, 96, 50, 15, 1.5});
        market.hold("2");
        const Vote vote = decide(market);
        QCOMPARE(vote.action, Action::Sell);
        QCOMPARE(text(vote.size), std::string("2"));
        QCOMPARE(vote.confidence, 0.75);
        market.hold("-2");
        QCOMPARE(decide(market).action, Action::Buy);
        market.read({104, 100, 96, 50, 30, 1.5});
        QCOMPARE(decide(market).action, Action::Hold); // a trend is not its business
    }

    void doesNotAddToWhatItHolds()
    {
        Market market("95");
        market.read({104, 100, 96, 24, 15, 1.5});
        market.hold("1");
        QCOMPARE(decide(market).action, Action::Hold);
        QVERIFY(decide(market).size.isZero());
    }

    void withoutRangeItHasNoSize()
    {
        Market market("95");
        market.read({104, 100, 96, 24, 15, 0});
        const Vote vote = decide(market);
        QCOMPARE(vote.action, Action::Buy);
        QVERIFY(vote.size.isZero() && vote.stop.isZero());
    }

    void unreadyIndicatorsHold()
    {
        Market market;
        market.state.indicators.count = 6;
        QCOMPARE(decide(market).action, Action::Hold);
    }
};

QTEST_GUILESS_MAIN(TestMeanReversionAgent)
#include "tst_mean_reversion_agent.moc"
