// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "../../plugins/agents/trend/trend_agent.h"
#include "plugin_fixture.h"
#include "plugins/vote_check.h"

#include <QtTest/QtTest>

#include <cmath>

using namespace coinswarm;
using namespace coinswarm::plugins;
using namespace coinswarm::trend;
using test::Market;

namespace {

const IndicatorSlots kSlots({{"sma:10", ""}, {"sma:20", ""}, {"adx:14", "adx"}, {"atr:14", ""}, {"rv:30", ""}});

std::unique_ptr<TrendAgent> agent(const GivenSettings &given = {})
{
    auto made = std::make_unique<TrendAgent>(test::agentSettings("trend", given));
    made->start(kSlots);
    return made;
}

/// Decides, and makes sure that the committee would count the vote.
Vote decide(TrendAgent &trend, const Market &market)
{
    const Result<Vote> vote = checkedVote(trend.decide(market.state), trend.spec(), market.state.candle.close);
    return vote.ok() ? *vote : Vote{Action::Hold, -1, false, {}, {}, {}, {vote.error().message}};
}

Vote decide(const Market &market)
{
    return decide(*agent(), market);
}

std::string text(auto fixed)
{
    return coinswarm::toString(fixed);
}

Outcome outcome(Action voted, const char *pnl)
{
    Outcome made;
    made.voted = voted;
    made.roundTrip.side = Side::Buy;
    made.roundTrip.quantity = Quantity::fromInteger(1);
    made.roundTrip.entryPrice = Price::fromInteger(100);
    made.roundTrip.pnl = Money::parse(pnl).value();
    return made;
}

} // namespace

class TestTrendAgent : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void declaresWhatItNeeds()
    {
        const AgentSpec spec = agent()->spec();
        QCOMPARE(spec.indicators, (std::vector<std::string>{"sma:10", "sma:20", "adx:14", "atr:14", "rv:30"}));
        QCOMPARE(spec.warmupBars, std::uint64_t{31});
        QVERIFY(!spec.mayVeto);
    }

    void directionAndConfidence_data()
    {
        QTest::addColumn<double>("fast");
        QTest::addColumn<double>("slow");
        QTest::addColumn<double>("adx");
        QTest::addColumn<int>("action");
        QTest::addColumn<double>("confidence");
        const int hold = static_cast<int>(Action::Hold);
        const int buy = static_cast<int>(Action::Buy);
        const int sell = static_cast<int>(Action::Sell);
        QTest::newRow("up") << 101.0 << 99.0 << 30.0 << buy << 0.6;
        QTest::newRow("down") << 99.0 << 101.0 << 40.0 << sell << 0.8;
        QTest::newRow("confidence ends at 1") << 101.0 << 99.0 << 70.0 << buy << 1.0;
        QTest::newRow("at the threshold") << 101.0 << 99.0 << 25.0 << hold << 0.5;
        QTest::newRow("just above it") << 101.0 << 99.0 << 25.5 << buy << 0.51;
        QTest::newRow("weak") << 99.0 << 101.0 << 10.0 << hold << 0.5;
        QTest::newRow("equal averages") << 100.0 << 100.0 << 40.0 << hold << 0.5;
    }
    void directionAndConfidence()
    {
        QFETCH(double, fast);
        QFETCH(double, slow);
        QFETCH(double, adx);
        Market market;
        market.rules.shortAllowed = true;
        market.read({fast, slow, adx, 1, 0});
        const Vote vote = decide(market);
        QTEST(static_cast<int>(vote.action), "action");
        QTEST(vote.confidence, "confidence");
    }

    void similarEpisodesAdjustTheConfidence()
    {
        Market market;
        market.read({101, 99, 40, 1, 0});
        Neighbour won;
        won.tags.action = Action::Buy;
        won.tags.reward = 0.002;
        market.state.recall = {3, std::vector<Neighbour>(10, won), {}};
        const Vote vote = decide(market);
        QCOMPARE(vote.confidence, 0.8 * 1.1);
        QCOMPARE(vote.reasons.at(1),
                 std::string("10 similar episodes, 10 won, mean +0.20 %: confidence 0.80 × 1.10 = 0.88."));
        // The stake follows: c = 0.88, p = 0.614, f = (0.614 × 1.5 − 0.386) ÷ 1.5 × 0.25 = 0.0891666…
        QCOMPARE(text(vote.size), std::string("8.91666"));

        for (std::size_t i = 0; i < 5; ++i) {
            market.state.recall.neighbours[i].tags.reward = -0.002;
        }
        const Vote even = decide(market);
        QCOMPARE(even.confidence, 0.8);
        // b = 1 by memory: p = 0.59, f = (0.59 − 0.41) × 0.25
        QCOMPARE(text(even.size), std::string("4.5"));

        market.read({101, 99, 50, 1, 0});
        market.state.recall = {3, std::vector<Neighbour>(10, won), {}};
        QCOMPARE(decide(market).confidence, 1.0);
    }

    void memoryThatIsAwayIsNamed()
    {
        Market market;
        market.read({101, 99, 40, 1, 0});
        market.state.recall.unavailable = "it is being rebuilt";
        const Vote vote = decide(market);
        QCOMPARE(vote.confidence, 0.8);
        QCOMPARE(vote.reasons.at(1), std::string("Memory was not used: it is being rebuilt."));
    }

    void leavingIsNotAdjusted()
    {
        Market market;
        market.hold("1");
        market.read({99, 101, 40, 1, 0});
        const Vote plain = decide(market);
        Neighbour lost;
        lost.tags.action = Action::Sell;
        lost.tags.reward = -0.1;
        market.state.recall = {3, std::vector<Neighbour>(10, lost), {}};
        QVERIFY(decide(market) == plain);
    }

    void sizeIsFractionalKelly()
    {
        Market market;
        market.read({101, 99, 40, 1, 0});
        // c = 0.8, p = 0.5 + 0.3 × 0.3 = 0.59, b = 1.5, f = (0.59 × 1.5 − 0.41) ÷ 1.5 × 0.25 = 0.0791666…
        QCOMPARE(text(decide(market).size), std::string("7.91666"));
    }

    void volatilityMakesItSmaller()
    {
        Market market;
        market.read({101, 99, 40, 1, 0.01});
        // σ of a year = 0.01 × √(365 × 288) = 3.2422…, so 7.91666… ÷ 4.2422…
        const double expected = 7.9166666666 / (1 + 0.01 * std::sqrt(105'120.0));
        QVERIFY(std::abs(decide(market).size.toDouble() - expected) < 0.0001);
    }

    void sizeEndsAtTheLargestPosition()
    {
        Market market;
        market.read({101, 99, 40, 1, 0});
        market.state.maximumPosition = Quantity::parse("1.234567").value();
        QCOMPARE(text(decide(market).size), std::string("1.23456")); // in whole lots
    }

    void tooLittleToTradeIsNoSize()
    {
        Market market;
        market.read({101, 99, 40, 1, 0});
        market.state.account.equity = Money::fromInteger(50); // 3.96 at stake, 5 are needed
        const Vote vote = decide(market);
        QCOMPARE(vote.action, Action::Buy);
        QVERIFY(vote.size.isZero());
        QVERIFY(vote.reasons.at(1).find("too little to trade") != std::string::npos);
    }

    void stopAndTargetOfALong()
    {
        Market market;
        market.read({101, 99, 40, 1.507, 0});
        const Vote vote = decide(market);
        QCOMPARE(text(vote.stop), std::string("96.98")); // 96.986
        QCOMPARE(text(vote.target), std::string("104.53")); // 104.521
    }

    void stopAndTargetOfAShort()
    {
        Market market;
        market.rules.shortAllowed = true;
        market.read({99, 101, 40, 1.507, 0});
        const Vote vote = decide(market);
        QCOMPARE(text(vote.stop), std::string("103.02"));
        QCOMPARE(text(vote.target), std::string("95.47"));
        QCOMPARE(text(vote.size), std::string("7.91666"));
    }

    void withoutRangeThereAreNoLevels()
    {
        Market market;
        market.read({101, 99, 40, 0, 0});
        const Vote vote = decide(market);
        QVERIFY(vote.stop.isZero() && vote.target.isZero());
        QVERIFY(vote.confidence > 0);
    }

    void onSpotADownTrendOnlySpeaksAgainstBuying()
    {
        Market market;
        market.read({99, 101, 40, 1, 0});
        const Vote vote = decide(market);
        QCOMPARE(vote.action, Action::Sell);
        QVERIFY(vote.size.isZero() && vote.stop.isZero() && vote.target.isZero());
        QCOMPARE(vote.reasons.back(),
                 std::string("Nothing is held and BTC-USDT cannot be sold short: this only speaks against buying."));
    }

    void theOppositeCrossLeavesEvenWithoutATrend()
    {
        Market market;
        market.read({99, 101, 12, 1, 0});
        market.hold("0.5");
        const Vote vote = decide(market);
        QCOMPARE(vote.action, Action::Sell);
        QCOMPARE(text(vote.size), std::string("0.5"));
        QCOMPARE(vote.confidence, 0.75);
        QVERIFY(vote.stop.isZero() && vote.target.isZero());
        market.hold("-0.5");
        market.read({101, 99, 45, 1, 0});
        QCOMPARE(decide(market).action, Action::Buy);
        QCOMPARE(decide(market).confidence, 0.9);
    }

    void whatIsHeldIsKeptAndToppedUpOnlyIfLittle()
    {
        Market market;
        market.read({101, 99, 40, 1, 0}); // wants 7.91666
        market.hold("4");
        QCOMPARE(decide(market).action, Action::Hold);
        QVERIFY(decide(market).size.isZero());
        market.hold("3");
        QCOMPARE(decide(market).action, Action::Buy);
        QCOMPARE(text(decide(market).size), std::string("4.91666"));
        market.hold("100");
        QCOMPARE(decide(market).action, Action::Hold);
    }

    void reasonsReadLikeSentences()
    {
        Market market("61824.10");
        market.read({61824.1, 61700.551, 31.24, 462.1, 0.002});
        QCOMPARE(decide(market).reasons,
                 (std::vector<std::string>{
                     "SMA(10) 61,824.10 is above SMA(20) 61,700.55; ADX(14) 31.2 is above 25.0: up-trend.",
                     "Kelly stakes 3.47% of the equity (p 0.54, win/loss 1.50, volatility 65% a year): 0.00561 BTC.",
                     "Stop 60,899.90 is 2.0 ATR away, target 63,210.40 is 3.0 ATR away (ATR 462.10)."}));
    }

    void unreadyIndicatorsHold()
    {
        Market market;
        market.state.indicators.count = 5;
        const Vote vote = decide(market);
        QCOMPARE(vote.action, Action::Hold);
        QCOMPARE(vote.confidence, 0.5);
        TrendAgent without(test::agentSettings("trend")); // whose indicators the session does not have
        without.start(IndicatorSlots({}));
        market.read({101, 99, 40, 1, 0});
        QCOMPARE(without.decide(market.state).action, Action::Hold);
    }

    void winLossRatioComesFromItsOwnTradesOnceThereAreEnough()
    {
        Market market;
        market.read({101, 99, 50, 1, 0}); // p = 0.65
        const auto trend = agent();
        for (int i = 0; i < 10; ++i) {
            trend->learn(outcome(Action::Buy, "6"));
            trend->learn(outcome(Action::Hold, "-50")); // not its trade
        }
        for (int i = 0; i < 9; ++i) {
            trend->learn(outcome(Action::Buy, "-2"));
        }
        const std::string before = text(decide(*trend, market).size);
        QCOMPARE(before, text(decide(market).size)); // 19 trades: still 1.5
        trend->learn(outcome(Action::Buy, "-2"));
        // b = 3: (0.65 × 3 − 0.35) ÷ 3 × 0.25 = 0.13333…
        QCOMPARE(text(decide(*trend, market).size), std::string("13.33333"));

        const auto restored = agent();
        restored->restoreState(trend->saveState());
        QCOMPARE(restored->saveState(), trend->saveState());
        QCOMPARE(decide(*restored, market), decide(*trend, market));
    }

    void damagedStateIsRefused()
    {
        QVERIFY_EXCEPTION_THROWN(agent()->restoreState(""), std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(agent()->restoreState("1 2 3"), std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(agent()->restoreState("2 1 1 1 1"), std::invalid_argument);
    }

    void decidingIsFast()
    {
        Market market("61824.10");
        market.read({61824.1, 61700.551, 31.24, 462.1, 0.002});
        const auto trend = agent();
        QBENCHMARK
        {
            static_cast<void>(trend->decide(market.state));
        }
    }
};

QTEST_GUILESS_MAIN(TestTrendAgent)
#include "tst_trend_agent.moc"
