// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "venue_bench.h"

#include <QtTest/QTest>

using namespace coinswarm;
using namespace coinswarm::test;
using std::chrono::milliseconds;

/// What the simulated venue makes of books, trades and quotes.
class TestVenueBooks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void marketOrderWalksTheBook();
    void levelsTakenStayTakenUntilTheyAreUpdated();
    void B1_restingLimitWaitsForTheQueueBeforeIt();
    void tradeThroughFillsARestingLimit();
    void stopIsTriggeredByATradeAndWalksTheBook();
    void tradesAloneGiveWhatWasTraded();
    void quotesWithoutSizesFillAtBidAndAsk();
};

void TestVenueBooks::marketOrderWalksTheBook()
{
    Bench bench;
    bench.show(level(0, Side::Sell, "100", "1", false));
    bench.show(level(0, Side::Sell, "101", "2", false));
    bench.show(level(0, Side::Sell, "102", "5"));
    bench.submit(order("a", Side::Buy, OrderType::Market, "4"), 0);
    QCOMPARE(bench.said(30),
             lines({"accepted a", "filled a 1@100 taker", "filled a 2@101 taker", "filled a 1@102 taker"}));
}

void TestVenueBooks::levelsTakenStayTakenUntilTheyAreUpdated()
{
    Bench bench;
    bench.show(level(0, Side::Sell, "100", "1"));
    bench.submit(order("a", Side::Buy, OrderType::Market, "1"), 0);
    bench.submit(order("b", Side::Buy, OrderType::Market, "1"), 0);
    QCOMPARE(bench.said(30), lines({"accepted a", "filled a 1@100 taker", "accepted b"}));
    bench.show(level(50, Side::Sell, "100", "4"));
    QCOMPARE(bench.said(60), lines({"filled b 1@100 taker"}));
}

void TestVenueBooks::B1_restingLimitWaitsForTheQueueBeforeIt()
{
    Bench bench;
    bench.show(level(0, Side::Buy, "99", "3", false));
    bench.show(level(0, Side::Sell, "100", "3"));
    bench.submit(order("a", Side::Buy, OrderType::Limit, "2", "99"), 0);
    QCOMPARE(bench.said(30), lines({"accepted a"}));
    bench.show(trade(40, Side::Sell, "99", "2.5"));
    bench.show(trade(41, Side::Buy, "99", "9"));
    QVERIFY(bench.said(60).isEmpty());
    bench.show(trade(70, Side::Sell, "99", "1"));
    QCOMPARE(bench.said(80), lines({"filled a 0.5@99 maker"}));
    bench.show(trade(90, Side::Sell, "99", "10"));
    QCOMPARE(bench.said(100), lines({"filled a 1.5@99 maker"}));
}

void TestVenueBooks::tradeThroughFillsARestingLimit()
{
    Bench bench;
    bench.show(level(0, Side::Buy, "99", "300", false));
    bench.show(level(0, Side::Sell, "100", "3"));
    bench.submit(order("a", Side::Buy, OrderType::Limit, "2", "99"), 0);
    bench.show(trade(40, Side::Sell, "98.99", "0.001"));
    QCOMPARE(bench.said(50), lines({"accepted a", "filled a 2@99 maker"}));
}

void TestVenueBooks::stopIsTriggeredByATradeAndWalksTheBook()
{
    Bench bench;
    bench.show(level(0, Side::Buy, "99", "1", false));
    bench.show(level(0, Side::Buy, "98", "5"));
    bench.show(trade(1, Side::Buy, "100", "1"));
    bench.submit(order("s", Side::Sell, OrderType::Stop, "2", "99.5"), 10);
    bench.show(trade(40, Side::Sell, "99.51", "1"));
    QCOMPARE(bench.said(60), lines({"accepted s"}));
    bench.show(trade(70, Side::Sell, "99.5", "1"));
    QCOMPARE(bench.said(80), lines({"filled s 1@99 taker", "filled s 1@98 taker"}));
}

void TestVenueBooks::tradesAloneGiveWhatWasTraded()
{
    Bench bench;
    bench.show(trade(0, Side::Buy, "100", "1"));
    bench.submit(order("a", Side::Buy, OrderType::Market, "3"), 0);
    bench.show(trade(40, Side::Buy, "100", "1"));
    bench.show(trade(41, Side::Sell, "101", "5"));
    QCOMPARE(bench.said(60), lines({"accepted a", "filled a 1@100.02 taker", "filled a 2@101.03 taker"}));
}

void TestVenueBooks::quotesWithoutSizesFillAtBidAndAsk()
{
    Bench bench;
    bench.show(Quote{kBtc, price("99"), price("101"), {}, {}, at(0)});
    bench.submit(order("a", Side::Buy, OrderType::Market, "300"), 0);
    bench.submit(order("b", Side::Sell, OrderType::Limit, "1", "102"), 0);
    QCOMPARE(bench.said(30), lines({"accepted a", "filled a 300@101 taker", "accepted b"}));
    bench.show(Quote{kBtc, price("102"), price("103"), {}, {}, at(100)});
    QVERIFY(bench.said(120).isEmpty());
    bench.show(Quote{kBtc, price("102.01"), price("103"), {}, {}, at(200)});
    QCOMPARE(bench.said(210), lines({"filled b 1@102 maker"}));
}

QTEST_GUILESS_MAIN(TestVenueBooks)
#include "tst_venue_books.moc"
