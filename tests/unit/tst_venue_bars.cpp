// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "venue_bench.h"

#include <QtTest/QTest>

using namespace coinswarm;
using namespace coinswarm::test;
using std::chrono::milliseconds;

/// What the simulated venue makes of bars.
class TestVenueBars : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void marketOrderPaysTheNextBarsOpenAndSlippage();
    void B4_aBarNeverFillsAnOrderSentAfterItOpened();
    void B3_reportsTakeTheirTime();
    void aBarGivesOnlyItsShareOfVolume();
    void aFeedWithoutVolumesFillsCompletely();
    void stopsPayTheWorseOfTriggerAndOpen_data();
    void stopsPayTheWorseOfTriggerAndOpen();
    void stopComesBeforeTargetInsideOneBar();
    void B1_restingLimitNeedsABarThatTradesThrough();
    void marketableLimitNeverPaysMoreThanItsLimit();
    void immediateOrCancelAndFillOrKillDoNotWait();
};

void TestVenueBars::marketOrderPaysTheNextBarsOpenAndSlippage()
{
    Bench bench;
    QVERIFY(bench.opened);
    bench.show(bar(0, "99", "101", "98", "100"));
    bench.submit(order("a", Side::Buy, OrderType::Market, "2"), kMinute);
    bench.show(bar(1, "100", "105", "99", "104"));
    QCOMPARE(bench.said(2 * kMinute), lines({"accepted a", "filled a 2@100.02 taker"}));
    QCOMPARE(bench.all[1].time.milliseconds(), kMinute + 30);
    QCOMPARE(toString(bench.all[1].fee), std::string("0.20004"));
}

void TestVenueBars::B4_aBarNeverFillsAnOrderSentAfterItOpened()
{
    Bench bench(exactRules());
    bench.submit(order("a", Side::Buy, OrderType::Market, "1"), kMinute + 21);
    bench.show(bar(1, "100", "105", "99", "104"));
    QCOMPARE(bench.said(2 * kMinute), lines({"accepted a"}));
    bench.show(bar(2, "104", "105", "99", "104"));
    QCOMPARE(bench.said(3 * kMinute), lines({"filled a 1@104 taker"}));
}

void TestVenueBars::B3_reportsTakeTheirTime()
{
    Bench bench;
    bench.show(level(0, Side::Sell, "100", "5"));
    bench.submit(order("a", Side::Buy, OrderType::Market, "1"), 1'000);
    QVERIFY(bench.said(1'029).isEmpty());
    QCOMPARE(bench.said(1'030), lines({"accepted a", "filled a 1@100 taker"}));
}

void TestVenueBars::aBarGivesOnlyItsShareOfVolume()
{
    Bench bench(exactRules());
    bench.submit(order("a", Side::Buy, OrderType::Market, "15"), 0);
    bench.submit(order("b", Side::Buy, OrderType::Market, "1"), 0);
    bench.show(bar(0, "100", "101", "99", "100", "100"));
    QCOMPARE(bench.said(kMinute), lines({"accepted a", "accepted b", "filled a 10@100 taker"}));
    bench.show(bar(1, "101", "101", "99", "100", "0"));
    QVERIFY(bench.said(2 * kMinute).isEmpty());
    bench.show(bar(2, "102", "103", "99", "100", "100"));
    QCOMPARE(bench.said(3 * kMinute), lines({"filled a 5@102 taker", "filled b 1@102 taker"}));
}

void TestVenueBars::aFeedWithoutVolumesFillsCompletely()
{
    Bench bench(exactRules());
    bench.submit(order("a", Side::Buy, OrderType::Market, "15"), 0);
    bench.show(bar(0, "100", "101", "99", "100", "0"));
    QCOMPARE(bench.said(kMinute), lines({"accepted a", "filled a 15@100 taker"}));
}

void TestVenueBars::stopsPayTheWorseOfTriggerAndOpen_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("trigger");
    QTest::addColumn<QString>("open");
    QTest::addColumn<QString>("expected");
    const int stop = static_cast<int>(OrderType::Stop);
    const int target = static_cast<int>(OrderType::TakeProfit);
    QTest::newRow("inside the bar") << stop << "95"
                                    << "100"
                                    << "filled x 1@95 taker";
    QTest::newRow("gap through the stop") << stop << "95"
                                          << "93"
                                          << "filled x 1@93 taker";
    QTest::newRow("touched exactly") << stop << "90"
                                     << "100"
                                     << "filled x 1@90 taker";
    QTest::newRow("not reached") << stop << "89"
                                 << "100"
                                 << "";
    QTest::newRow("target inside") << target << "108"
                                   << "100"
                                   << "filled x 1@108 taker";
    QTest::newRow("target below the open") << target << "98"
                                           << "100"
                                           << "filled x 1@100 taker";
    QTest::newRow("target not reached") << target << "111"
                                        << "100"
                                        << "";
}

void TestVenueBars::stopsPayTheWorseOfTriggerAndOpen()
{
    QFETCH(int, type);
    QFETCH(QString, trigger);
    QFETCH(QString, open);
    QFETCH(QString, expected);
    Bench bench(exactRules());
    bench.submit(order("x", Side::Sell, static_cast<OrderType>(type), "1", trigger.toLatin1().constData()), 0);
    bench.show(bar(0, open.toLatin1().constData(), "110", "90", "100"));
    const QStringList said = bench.said(kMinute);
    QCOMPARE(said.size(), expected.isEmpty() ? 1 : 2);
    QVERIFY(expected.isEmpty() || said.last() == expected);
}

void TestVenueBars::stopComesBeforeTargetInsideOneBar()
{
    Bench bench(exactRules());
    bench.submit(order("entry", Side::Buy, OrderType::Market, "1"), 0);
    bench.show(bar(0, "100", "101", "99", "100"));
    Order target = order("target", Side::Sell, OrderType::TakeProfit, "1", "105");
    Order stop = order("stop", Side::Sell, OrderType::Stop, "1", "95");
    target.reduceOnly = stop.reduceOnly = true;
    bench.submit(target, kMinute);
    bench.submit(stop, kMinute);
    bench.show(bar(1, "100", "106", "94", "100"));
    QVERIFY(bench.said(2 * kMinute).endsWith(QStringLiteral("filled stop 1@95 taker")));
    QCOMPARE(bench.said(2 * kMinute + 10), lines({"cancelled target"}));
    QVERIFY(bench.venue.position(kBtc).isZero());
}

void TestVenueBars::B1_restingLimitNeedsABarThatTradesThrough()
{
    Bench bench(exactRules());
    bench.submit(order("a", Side::Buy, OrderType::Limit, "1", "95"), 0);
    bench.show(bar(0, "100", "101", "95", "100"));
    QCOMPARE(bench.said(kMinute), lines({"accepted a"}));
    bench.show(bar(1, "100", "101", "94.99", "100"));
    QCOMPARE(bench.said(2 * kMinute), lines({"filled a 1@95 maker"}));
}

void TestVenueBars::marketableLimitNeverPaysMoreThanItsLimit()
{
    Bench bench;
    bench.submit(order("a", Side::Buy, OrderType::Limit, "1", "100.01"), 0);
    bench.submit(order("b", Side::Buy, OrderType::Limit, "1", "103"), 0);
    bench.show(bar(0, "100", "101", "99", "100"));
    QCOMPARE(bench.said(kMinute),
             lines({"accepted a", "accepted b", "filled a 1@100.01 taker", "filled b 1@100.02 taker"}));
}

void TestVenueBars::immediateOrCancelAndFillOrKillDoNotWait()
{
    Bench bench(exactRules());
    Order ioc = order("ioc", Side::Buy, OrderType::Limit, "3", "100");
    ioc.timeInForce = TimeInForce::ImmediateOrCancel;
    Order fok = order("fok", Side::Buy, OrderType::Limit, "3", "101");
    fok.timeInForce = TimeInForce::FillOrKill;
    bench.show(level(0, Side::Sell, "100", "2"));
    bench.submit(fok, 0);
    bench.submit(ioc, 0);
    QCOMPARE(bench.said(30),
             lines({"accepted fok", "cancelled fok", "accepted ioc", "filled ioc 2@100 taker", "cancelled ioc"}));
}

QTEST_GUILESS_MAIN(TestVenueBars)
#include "tst_venue_bars.moc"
