// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "venue_bench.h"

#include <QtCore/QFileInfo>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <csignal>

#include <sys/resource.h>

using namespace coinswarm;
using namespace coinswarm::simulated;
using namespace coinswarm::test;
using std::chrono::milliseconds;

/// What it takes and refuses, remembers and answers, whatever market it is shown.
class TestSimulatedVenue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusalsSayWhatIsWrong_data();
    void refusalsSayWhatIsWrong();
    void spotNeverGoesBelowFlat();
    void reduceOnlyIsCutToThePosition();
    void feeIsRoundedUpInTheVenuesFavour();
    void submittingTwiceHasNoFurtherEffect();
    void cancelsTakeTimeAndSayWhenTheyAreLate();
    void L2_questionsAreAnsweredTruthfully();
    void L7_afterARestartTheSameFillsHaveTheSameIds();
    void aTornLastLineIsIgnoredAndABadOneRefused();
    void aDiskThatWasFullLeavesNoHoles();
    void anEndIsNeededOnlyOnce();
    void nextReportTellsWhenToAsk();
    void equalInputGivesEqualReports();
};

void TestSimulatedVenue::refusalsSayWhatIsWrong_data()
{
    QTest::addColumn<Order>("bad");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char *name, Order bad, const char *reason) {
        QTest::newRow(name) << bad << QString::fromLatin1(reason);
    };
    row("lot", order("x", Side::Buy, OrderType::Market, "1.000001"),
        "quantity 1.000001 is not a multiple of the lot 0.00001");
    row("too small", order("x", Side::Buy, OrderType::Market, "0.000001"),
        "quantity 0.000001 is below the minimum of 0.00001 BTC");
    row("notional", order("x", Side::Buy, OrderType::Market, "0.04999"),
        "notional 4.999 is below the minimum of 5 USDT");
    row("tick", order("x", Side::Buy, OrderType::Limit, "1", "99.999"),
        "price 99.999 is not a positive multiple of the tick 0.01");
    row("no stop price", order("x", Side::Sell, OrderType::Stop, "1"),
        "price 0 is not a positive multiple of the tick 0.01");
    Order unknown = order("x", Side::Buy, OrderType::Market, "1");
    unknown.instrument = InstrumentId(7);
    row("instrument", unknown, "unknown instrument 7");
    Order post = order("x", Side::Buy, OrderType::Limit, "1", "100");
    post.postOnly = true;
    row("post-only that takes", post, "post-only: it would take liquidity at 100");
    Order huge = order("x", Side::Buy, OrderType::Limit, "90000000000", "90000000000");
    row("beyond numbers", huge, "price times quantity is beyond what can be settled");
}

void TestSimulatedVenue::refusalsSayWhatIsWrong()
{
    QFETCH(Order, bad);
    QFETCH(QString, reason);
    Bench bench;
    bench.show(level(0, Side::Sell, "100", "1"));
    bench.submit(bad, 0);
    QCOMPARE(bench.said(30), lines({"rejected x"}));
    QCOMPARE(QString::fromStdString(bench.all[0].detail), reason);
}

void TestSimulatedVenue::spotNeverGoesBelowFlat()
{
    Bench bench(exactRules(), {}, false);
    bench.submit(order("none", Side::Sell, OrderType::Market, "1"), 0);
    bench.submit(order("buy", Side::Buy, OrderType::Market, "1"), 0);
    bench.show(bar(0, "100", "101", "99", "100"));
    QCOMPARE(bench.said(kMinute), lines({"rejected none", "accepted buy", "filled buy 1@100 taker"}));
    bench.submit(order("s1", Side::Sell, OrderType::Market, "0.6"), kMinute);
    bench.submit(order("s2", Side::Sell, OrderType::Market, "0.6"), kMinute);
    bench.show(bar(1, "100", "101", "99", "100"));
    QCOMPARE(
        bench.said(3 * kMinute),
        lines({"accepted s1", "accepted s2", "filled s1 0.6@100 taker", "filled s2 0.4@100 taker", "cancelled s2"}));
    QVERIFY(bench.venue.position(kBtc).isZero());
}

void TestSimulatedVenue::reduceOnlyIsCutToThePosition()
{
    Bench bench;
    bench.show(level(0, Side::Sell, "101", "9", false));
    bench.show(level(0, Side::Buy, "100", "9"));
    Order reduce = order("r", Side::Sell, OrderType::Market, "5");
    reduce.reduceOnly = true;
    bench.submit(reduce, 0);
    QCOMPARE(bench.said(30), lines({"accepted r", "cancelled r"}));
    bench.submit(order("b", Side::Buy, OrderType::Market, "2"), 100);
    reduce.clientId = "r2";
    bench.submit(reduce, 100);
    QCOMPARE(bench.said(130),
             lines({"accepted b", "filled b 2@101 taker", "accepted r2", "filled r2 2@100 taker", "cancelled r2"}));
    QCOMPARE(QString::fromStdString(bench.all.back().detail), QStringLiteral("nothing left to reduce"));
}

void TestSimulatedVenue::feeIsRoundedUpInTheVenuesFavour()
{
    const Money notional = *Money::parse("0.00000001");
    QCOMPARE(feeFor(notional, Ratio::fromRaw(100'000)).raw, std::int64_t{1});
    QCOMPARE(feeFor(notional, Ratio::fromRaw(-100'000)).raw, std::int64_t{0});
    QCOMPARE(feeFor(*Money::parse("1000"), Ratio::fromRaw(100'000)).raw, Money::fromInteger(1).raw);
}

void TestSimulatedVenue::submittingTwiceHasNoFurtherEffect()
{
    Bench bench;
    bench.show(level(0, Side::Sell, "100", "9"));
    bench.submit(order("a", Side::Buy, OrderType::Market, "1"), 0);
    bench.submit(order("a", Side::Buy, OrderType::Market, "1"), 5);
    QCOMPARE(bench.said(100), lines({"accepted a", "filled a 1@100 taker"}));
    QCOMPARE(toString(bench.venue.position(kBtc)), std::string("1"));
}

void TestSimulatedVenue::cancelsTakeTimeAndSayWhenTheyAreLate()
{
    Bench bench;
    bench.show(level(0, Side::Sell, "100", "9"));
    bench.submit(order("a", Side::Buy, OrderType::Limit, "1", "99"), 0);
    bench.venue.cancel("a", at(100));
    QCOMPARE(bench.said(129), lines({"accepted a"}));
    QCOMPARE(bench.said(130), lines({"cancelled a"}));
    bench.venue.cancel("a", at(200));
    bench.venue.cancel("ghost", at(200));
    QCOMPARE(bench.said(230), lines({"cancel_rejected a", "cancel_rejected ghost"}));
}

void TestSimulatedVenue::L2_questionsAreAnsweredTruthfully()
{
    Bench bench;
    bench.show(level(0, Side::Sell, "100", "1"));
    bench.submit(order("a", Side::Buy, OrderType::Limit, "3", "100"), 0);
    QCOMPARE(bench.said(30), lines({"accepted a", "filled a 1@100 taker"}));
    bench.venue.query("a", at(100));
    bench.venue.query("ghost", at(100));
    QCOMPARE(bench.said(130), lines({"filled a 1@100 taker", "working a", "not_found ghost"}));
    QCOMPARE(bench.all[2].venueFillId, bench.all[1].venueFillId);
    QCOMPARE(toString(bench.all[3].filledSoFar), std::string("1"));
    bench.venue.cancel("a", at(200));
    bench.venue.query("a", at(200));
    QCOMPARE(bench.said(230), lines({"cancelled a", "filled a 1@100 taker", "cancelled a"}));
}

void TestSimulatedVenue::L7_afterARestartTheSameFillsHaveTheSameIds()
{
    const QTemporaryDir folder;
    const std::string path = folder.path().toStdString();
    std::string fillId;
    {
        Bench bench({}, path);
        bench.show(level(0, Side::Sell, "100", "1"));
        bench.submit(order("a", Side::Buy, OrderType::Limit, "3", "100"), 0);
        bench.submit(order("done", Side::Buy, OrderType::Limit, "1", "50"), 0);
        bench.venue.cancel("done", at(1));
        bench.said(100);
        fillId = bench.all[1].venueFillId;
        // No orderly end: the object is dropped as a killed process would drop it.
    }
    for (int restart = 0; restart < 2; ++restart) {
        Bench again({}, path);
        QVERIFY(again.opened);
        again.venue.query("a", at(1'000));
        again.venue.query("done", at(1'000));
        QCOMPARE(again.said(1'030), lines({"filled a 1@100 taker", "working a", "cancelled done"}));
        QCOMPARE(again.all[0].venueFillId, fillId);
        QCOMPARE(toString(again.venue.position(kBtc)), std::string("1"));
    }
    Bench last({}, path);
    last.show(level(2'000, Side::Sell, "99", "9"));
    const QStringList said = last.said(2'010);
    QCOMPARE(said, lines({"filled a 2@100 maker"}));
    QVERIFY(last.all[0].venueFillId != fillId);
}

void TestSimulatedVenue::aTornLastLineIsIgnoredAndABadOneRefused()
{
    const QTemporaryDir folder;
    const std::string path = folder.path().toStdString();
    {
        Bench bench({}, path);
        bench.submit(order("a", Side::Buy, OrderType::Limit, "3", "100"), 0);
        bench.said(100);
    }
    QFile file(folder.filePath(QStringLiteral("venue.jsonl")));
    QVERIFY(file.open(QIODevice::Append));
    file.write("{\"record\":\"closed\",\"client_id\":\"a\",\"sta");
    file.close();
    {
        Bench bench({}, path);
        QVERIFY(bench.opened);
        bench.venue.query("a", at(0));
        QCOMPARE(bench.said(30), lines({"working a"}));
    }
    QVERIFY(file.open(QIODevice::Append));
    file.write("nonsense\n");
    file.close();
    QVERIFY(!Bench({}, path).opened);
}

void TestSimulatedVenue::aDiskThatWasFullLeavesNoHoles()
{
    const QTemporaryDir folder;
    const std::string path = folder.path().toStdString();
    {
        Bench bench(exactRules(), path);
        bench.submit(order("a", Side::Buy, OrderType::Market, "2"), 0);
        bench.show(bar(1, "100", "101", "99", "100"));
        QVERIFY(bench.said(3 * kMinute).contains(QStringLiteral("filled a 2@100 taker")));

        // Writes fail in the middle of the line that says that half is sold.
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit before{};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
        rlimit full = before;
        full.rlim_cur = static_cast<rlim_t>(QFileInfo(folder.filePath(QStringLiteral("venue.jsonl"))).size() + 10);
        bench.submit(order("b", Side::Sell, OrderType::Market, "1"), 3 * kMinute);
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &full), 0);
        bench.show(bar(4, "100", "101", "99", "100"));
        bench.submit(order("c", Side::Sell, OrderType::Market, "1"), 5 * kMinute);
        const QStringList said = bench.said(6 * kMinute);
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);
        QVERIFY(said.contains(QStringLiteral("filled b 1@100 taker")));
        QVERIFY2(said.contains(QStringLiteral("rejected c")), qPrintable(said.join(u'|')));

        bench.submit(order("d", Side::Buy, OrderType::Limit, "1", "50"), 7 * kMinute);
        QCOMPARE(bench.said(8 * kMinute), lines({"rejected d"})); // the ledger learns only now that there is room
        bench.submit(order("e", Side::Buy, OrderType::Limit, "1", "50"), 8 * kMinute);
        QCOMPARE(bench.said(9 * kMinute), lines({"accepted e"}));
    }
    Bench again(exactRules(), path);
    QVERIFY(again.opened);
    QCOMPARE(toString(again.venue.position(kBtc)), std::string("1"));
    again.venue.query("b", at(10 * kMinute));
    again.venue.query("e", at(10 * kMinute));
    QCOMPARE(again.said(11 * kMinute), lines({"filled b 1@100 taker", "working e"}));
}

void TestSimulatedVenue::anEndIsNeededOnlyOnce()
{
    const QTemporaryDir folder;
    const QString name = folder.filePath(QStringLiteral("venue.jsonl"));
    {
        Bench bench(exactRules(), folder.path().toStdString());
        bench.submit(order("a", Side::Buy, OrderType::Market, "1"), 0);
        bench.show(bar(1, "100", "101", "99", "100"));
    }
    // As a process leaves it that is killed before it could record the end of the order it had filled …
    QFile file(name);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QByteArray text = file.readAll();
    file.close();
    const qsizetype end = text.indexOf("{\"client_id\":\"a\",\"detail\"");
    QVERIFY(end > 0);
    const QByteArray line = text.mid(end, text.indexOf('\n', end) + 1 - end);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text.replace(line, QByteArray()));
    file.close();
    {
        Bench bench(exactRules(), folder.path().toStdString());
        bench.venue.query("a", at(5 * kMinute));
        QCOMPARE(bench.said(6 * kMinute), lines({"filled a 1@100 taker"})); // and not "working"
    }
    // … or one that has written the file anew in between, so that it says the end twice.
    QVERIFY(file.open(QIODevice::Append));
    file.write(line);
    file.close();
    for (int restart = 0; restart < 2; ++restart) {
        QVERIFY(Bench(exactRules(), folder.path().toStdString()).opened);
    }
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll().count("\"record\":\"order\""), 1);
}

void TestSimulatedVenue::nextReportTellsWhenToAsk()
{
    Bench bench;
    QVERIFY(!bench.venue.nextReportAt());
    bench.submit(order("a", Side::Buy, OrderType::Market, "1"), 100);
    QCOMPARE(bench.venue.nextReportAt()->milliseconds(), std::int64_t{130});
    bench.said(130);
    QVERIFY(!bench.venue.nextReportAt());
}

void TestSimulatedVenue::equalInputGivesEqualReports()
{
    std::vector<VenueReport> first;
    for (int run = 0; run < 2; ++run) {
        Bench bench;
        for (int i = 0; i < 200; ++i) {
            const std::string id = "o" + std::to_string(i);
            const bool buys = i % 3 != 0;
            bench.submit(order(id.c_str(), buys ? Side::Buy : Side::Sell,
                               i % 2 == 0 ? OrderType::Market : OrderType::Limit, "1.5", i % 2 == 0 ? "0" : "100"),
                         i * kMinute);
            bench.show(bar(i, "100", i % 5 == 0 ? "103" : "101", i % 7 == 0 ? "97" : "99", "100", "13"));
            bench.said((i + 1) * kMinute);
        }
        QVERIFY(bench.all.size() > 200);
        if (run == 0) {
            first = bench.all;
        } else {
            QVERIFY(first == bench.all);
        }
    }
}

QTEST_GUILESS_MAIN(TestSimulatedVenue)
#include "tst_simulated_venue.moc"
