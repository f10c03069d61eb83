// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugin_fixture.h"
#include "plugins/market_snapshot.h"
#include "plugins/vote_check.h"

#include <coinswarm/text.h>

#include <QtTest/QtTest>

#include <clocale>
#include <limits>

using namespace coinswarm;
using namespace coinswarm::plugins;

namespace {

const Price kClose = Price::fromInteger(100);

Vote vote(Action action, double confidence, int size = 0, int stop = 0, int target = 0)
{
    Vote made;
    made.action = action;
    made.confidence = confidence;
    made.size = Quantity::fromInteger(size);
    made.stop = Price::fromInteger(stop);
    made.target = Price::fromInteger(target);
    return made;
}

Vote veto(Action action)
{
    Vote made = vote(action, 1);
    made.veto = true;
    return made;
}

AgentSpec mayVeto()
{
    AgentSpec spec;
    spec.mayVeto = true;
    return spec;
}

} // namespace

Q_DECLARE_METATYPE(coinswarm::Vote)

class TestPluginVotes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wrongVotesAreRefused_data()
    {
        QTest::addColumn<Vote>("wrong");
        QTest::addColumn<QString>("because");
        const double nan = std::numeric_limits<double>::quiet_NaN();
        QTest::newRow("nan") << vote(Action::Hold, nan) << "confidence nan";
        QTest::newRow("two") << vote(Action::Hold, 2) << "confidence 2.0000";
        QTest::newRow("negative") << vote(Action::Hold, -0.1) << "confidence -0.1000";
        QTest::newRow("infinite") << vote(Action::Hold, std::numeric_limits<double>::infinity()) << "confidence huge";
        QTest::newRow("size") << vote(Action::Buy, 1, -1) << "negative size -1";
        QTest::newRow("buy stop above") << vote(Action::Buy, 1, 1, 101) << "stop of 101, which is not below";
        QTest::newRow("buy stop at") << vote(Action::Buy, 1, 1, 100) << "stop of 100, which is not below";
        QTest::newRow("buy target below") << vote(Action::Buy, 1, 1, 90, 99) << "target of 99, which is not above";
        QTest::newRow("sell stop below") << vote(Action::Sell, 1, 1, 99) << "stop of 99, which is not above";
        QTest::newRow("sell target above") << vote(Action::Sell, 1, 1, 0, 101) << "target of 101, which is not below";
        QTest::newRow("negative stop") << vote(Action::Buy, 1, 1, -1) << "negative stop";
        QTest::newRow("hold with size") << vote(Action::Hold, 1, 1) << "HOLD with a size";
        QTest::newRow("no action") << vote(static_cast<Action>(7), 1) << "does not exist (7)";
        QTest::newRow("veto") << veto(Action::Hold) << "without having declared";
    }
    void wrongVotesAreRefused()
    {
        QFETCH(Vote, wrong);
        QFETCH(QString, because);
        const Result<Vote> checked = checkedVote(wrong, AgentSpec(), kClose);
        QVERIFY(!checked.ok());
        QVERIFY2(QString::fromStdString(checked.error().message).contains(because), checked.error().message.c_str());
    }

    void rightVotesPassUnchanged_data()
    {
        QTest::addColumn<Vote>("right");
        QTest::newRow("hold") << vote(Action::Hold, 0);
        QTest::newRow("buy") << vote(Action::Buy, 1, 2, 98, 103);
        QTest::newRow("sell") << vote(Action::Sell, 0.5, 2, 102, 97);
        QTest::newRow("sell without levels") << vote(Action::Sell, 0.5);
        QTest::newRow("veto") << veto(Action::Hold);
    }
    void rightVotesPassUnchanged()
    {
        QFETCH(Vote, right);
        const Result<Vote> checked = checkedVote(right, mayVeto(), kClose);
        QVERIFY(checked.ok());
        QCOMPARE(*checked, right);
    }

    void aVetoIsNoTrade() { QVERIFY(!checkedVote(veto(Action::Buy), mayVeto(), kClose).ok()); }

    void manyAndLongReasonsAreCut()
    {
        Vote talkative = vote(Action::Hold, 0.5);
        talkative.reasons.assign(20, std::string(239, 'x') + "ä and more");
        const Vote checked = checkedVote(talkative, AgentSpec(), kClose).value();
        QCOMPARE(checked.reasons.size(), kMaxReasons);
        QCOMPARE(checked.reasons.back(), std::string("… and 13 more reasons."));
        QVERIFY(checked.reasons.front().size() <= kMaxReasonBytes);
        const QString text = QString::fromStdString(checked.reasons.front());
        QVERIFY(text.endsWith(QString::fromUtf8("…")));
        QVERIFY(!text.contains(QChar::ReplacementCharacter));
    }

    void cuttingNeverSplitsACharacter()
    {
        for (std::size_t before = 230; before < 240; ++before) {
            Vote talkative = vote(Action::Hold, 0.5);
            talkative.reasons = {std::string(before, 'x') + "€€€€€€€€€€"};
            const Vote checked = checkedVote(talkative, AgentSpec(), kClose).value();
            QVERIFY(checked.reasons.front().size() <= kMaxReasonBytes);
            QVERIFY(!QString::fromStdString(checked.reasons.front()).contains(QChar::ReplacementCharacter));
        }
    }

    void specsBeyondTheLimitsAreRefused()
    {
        AgentSpec spec;
        QVERIFY(checkedSpec(spec).ok());
        spec.historyBars = 1'025;
        QVERIFY(!checkedSpec(spec).ok());
        spec.historyBars = 1'024;
        spec.indicators.assign(49, "sma:10");
        QVERIFY(!checkedSpec(spec).ok());
    }

    void aSnapshotOwnsWhatItShows()
    {
        auto market = std::make_unique<test::Market>("100");
        auto bars = std::make_unique<std::vector<Candle>>(3, market->state.candle);
        market->state.recent = *bars;
        const std::shared_ptr<const MarketSnapshot> copy = snapshotOf(market->state);
        bars.reset();
        market.reset();
        QCOMPARE(copy->state.rules->symbol, std::string("BTC-USDT"));
        QCOMPARE(copy->state.recent.size(), std::size_t{3});
        QVERIFY(copy->state.recent[2].close == kClose);
    }

    void numbersReadTheSameEverywhere_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<int>("decimals");
        QTest::addColumn<QString>("text");
        QTest::newRow("zero") << 0.0 << 2 << "0.00";
        QTest::newRow("thousands") << 61824.1 << 2 << "61,824.10";
        QTest::newRow("millions") << 1234567.0 << 0 << "1,234,567";
        QTest::newRow("rounded up") << 0.999 << 2 << "1.00";
        QTest::newRow("negative") << -1234.5 << 1 << "-1,234.5";
        QTest::newRow("negative nothing") << -0.001 << 2 << "0.00";
        QTest::newRow("eight decimals") << 0.00000001 << 8 << "0.00000001";
        QTest::newRow("nan") << std::numeric_limits<double>::quiet_NaN() << 2 << "nan";
        QTest::newRow("largest") << 9e9 << 8 << "9,000,000,000.00000000";
        QTest::newRow("beyond") << -1e10 << 2 << "-huge";
    }
    void numbersReadTheSameEverywhere()
    {
        QFETCH(double, value);
        QFETCH(int, decimals);
        const std::string before = std::setlocale(LC_ALL, nullptr);
        std::setlocale(LC_ALL, "de_DE.UTF-8");
        const std::string written(number(value, decimals));
        std::setlocale(LC_ALL, before.c_str());
        QTEST(QString::fromStdString(written), "text");
    }

    void decimalsOfAStep()
    {
        QCOMPARE(decimalsOf(Price::parse("0.01").value().raw), 2);
        QCOMPARE(decimalsOf(Price::parse("0.5").value().raw), 1);
        QCOMPARE(decimalsOf(Price::parse("10").value().raw), 0);
        QCOMPARE(decimalsOf(1), 8);
    }
};

QTEST_GUILESS_MAIN(TestPluginVotes)
#include "tst_plugin_votes.moc"
