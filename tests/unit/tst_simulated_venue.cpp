// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulated_venue.h"

#include <QtCore/QFileInfo>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <csignal>

#include <sys/resource.h>

namespace coinswarm {

/// Stands for the risk gate, which is the only one who can make an ApprovedOrder.
class RiskGate
{
public:
    static ApprovedOrder approve(Order order) { return ApprovedOrder(std::move(order), ApprovalId()); }
};

} // namespace coinswarm

using namespace coinswarm;
using std::chrono::milliseconds;

namespace {

constexpr InstrumentId kBtc(1);
constexpr std::int64_t kMinute = 60'000;

Price price(const char *text)
{
    return *Price::parse(text);
}
Quantity quantity(const char *text)
{
    return *Quantity::parse(text);
}
Timestamp at(std::int64_t ms)
{
    return Timestamp::fromMilliseconds(ms);
}

std::vector<Instrument> market(bool shortAllowed = true)
{
    Instrument btc;
    btc.id = kBtc;
    btc.symbol = "BTC-USDT";
    btc.base = "BTC";
    btc.quote = "USDT";
    btc.shortAllowed = shortAllowed;
    return {btc};
}

Order order(const char *id, Side side, OrderType type, const char *size, const char *trigger = "0")
{
    Order result;
    result.clientId = id;
    result.instrument = kBtc;
    result.side = side;
    result.type = type;
    result.quantity = quantity(size);
    (type == OrderType::Limit ? result.limitPrice : result.stopPrice) = price(trigger);
    result.referencePrice = price("100");
    return result;
}

/// A minute's bar that opens at `minute`.
Candle bar(std::int64_t minute, const char *open, const char *high, const char *low, const char *close,
           const char *volume = "1000")
{
    Candle candle;
    candle.instrument = kBtc;
    candle.interval = Interval{60};
    candle.openTime = at(minute * kMinute);
    candle.open = price(open);
    candle.high = price(high);
    candle.low = price(low);
    candle.close = price(close);
    candle.volume = quantity(volume);
    return candle;
}

Trade trade(std::int64_t ms, Side aggressor, const char *p, const char *q)
{
    return Trade{kBtc, aggressor, price(p), quantity(q), at(ms), 0};
}

BookDelta level(std::int64_t ms, Side side, const char *p, const char *q, bool completes = true)
{
    return BookDelta{kBtc, side, false, completes, price(p), quantity(q), at(ms)};
}

/// A venue and everything it said.
struct Bench {
    explicit Bench(VenueRules rules = {}, const std::string &folder = {}, bool shortAllowed = true)
        : venue(rules, folder)
    {
        opened = venue.open(market(shortAllowed)).ok();
    }

    void submit(Order o, std::int64_t ms) { venue.submit(RiskGate::approve(std::move(o)), at(ms)); }
    void show(const MarketEvent &event) { venue.onMarket(event, visibleAt(event)); }
    /// What arrived by `ms`, as text: kind, client id, and for fills quantity@price.
    QStringList said(std::int64_t ms)
    {
        std::vector<VenueReport> fresh;
        venue.takeReports(at(ms), fresh);
        QStringList lines;
        for (const VenueReport &report : fresh) {
            std::string line = std::string(enumName(report.kind)) + ' ' + report.clientId;
            if (report.kind == ReportKind::Filled) {
                line += ' ' + toString(report.quantity) + '@' + toString(report.price) + ' '
                    + std::string(enumName(report.liquidity));
            }
            lines << QString::fromStdString(line);
        }
        all.insert(all.end(), fresh.begin(), fresh.end());
        return lines;
    }

    SimulatedVenue venue;
    bool opened = false;
    std::vector<VenueReport> all;
};

VenueRules exactRules()
{
    VenueRules rules;
    rules.slippage = {};
    return rules;
}

QStringList lines(std::initializer_list<const char *> texts)
{
    QStringList result;
    for (const char *text : texts) {
        result << QString::fromLatin1(text);
    }
    return result;
}

} // namespace

class TestSimulatedVenue : public QObject
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
    void marketOrderWalksTheBook();
    void levelsTakenStayTakenUntilTheyAreUpdated();
    void B1_restingLimitWaitsForTheQueueBeforeIt();
    void tradeThroughFillsARestingLimit();
    void stopIsTriggeredByATradeAndWalksTheBook();
    void tradesAloneGiveWhatWasTraded();
    void quotesWithoutSizesFillAtBidAndAsk();
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

void TestSimulatedVenue::marketOrderPaysTheNextBarsOpenAndSlippage()
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

void TestSimulatedVenue::B4_aBarNeverFillsAnOrderSentAfterItOpened()
{
    Bench bench(exactRules());
    bench.submit(order("a", Side::Buy, OrderType::Market, "1"), kMinute + 21);
    bench.show(bar(1, "100", "105", "99", "104"));
    QCOMPARE(bench.said(2 * kMinute), lines({"accepted a"}));
    bench.show(bar(2, "104", "105", "99", "104"));
    QCOMPARE(bench.said(3 * kMinute), lines({"filled a 1@104 taker"}));
}

void TestSimulatedVenue::B3_reportsTakeTheirTime()
{
    Bench bench;
    bench.show(level(0, Side::Sell, "100", "5"));
    bench.submit(order("a", Side::Buy, OrderType::Market, "1"), 1'000);
    QVERIFY(bench.said(1'029).isEmpty());
    QCOMPARE(bench.said(1'030), lines({"accepted a", "filled a 1@100 taker"}));
}

void TestSimulatedVenue::aBarGivesOnlyItsShareOfVolume()
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

void TestSimulatedVenue::aFeedWithoutVolumesFillsCompletely()
{
    Bench bench(exactRules());
    bench.submit(order("a", Side::Buy, OrderType::Market, "15"), 0);
    bench.show(bar(0, "100", "101", "99", "100", "0"));
    QCOMPARE(bench.said(kMinute), lines({"accepted a", "filled a 15@100 taker"}));
}

void TestSimulatedVenue::stopsPayTheWorseOfTriggerAndOpen_data()
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

void TestSimulatedVenue::stopsPayTheWorseOfTriggerAndOpen()
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

void TestSimulatedVenue::stopComesBeforeTargetInsideOneBar()
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

void TestSimulatedVenue::B1_restingLimitNeedsABarThatTradesThrough()
{
    Bench bench(exactRules());
    bench.submit(order("a", Side::Buy, OrderType::Limit, "1", "95"), 0);
    bench.show(bar(0, "100", "101", "95", "100"));
    QCOMPARE(bench.said(kMinute), lines({"accepted a"}));
    bench.show(bar(1, "100", "101", "94.99", "100"));
    QCOMPARE(bench.said(2 * kMinute), lines({"filled a 1@95 maker"}));
}

void TestSimulatedVenue::marketableLimitNeverPaysMoreThanItsLimit()
{
    Bench bench;
    bench.submit(order("a", Side::Buy, OrderType::Limit, "1", "100.01"), 0);
    bench.submit(order("b", Side::Buy, OrderType::Limit, "1", "103"), 0);
    bench.show(bar(0, "100", "101", "99", "100"));
    QCOMPARE(bench.said(kMinute),
             lines({"accepted a", "accepted b", "filled a 1@100.01 taker", "filled b 1@100.02 taker"}));
}

void TestSimulatedVenue::immediateOrCancelAndFillOrKillDoNotWait()
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

void TestSimulatedVenue::marketOrderWalksTheBook()
{
    Bench bench;
    bench.show(level(0, Side::Sell, "100", "1", false));
    bench.show(level(0, Side::Sell, "101", "2", false));
    bench.show(level(0, Side::Sell, "102", "5"));
    bench.submit(order("a", Side::Buy, OrderType::Market, "4"), 0);
    QCOMPARE(bench.said(30),
             lines({"accepted a", "filled a 1@100 taker", "filled a 2@101 taker", "filled a 1@102 taker"}));
}

void TestSimulatedVenue::levelsTakenStayTakenUntilTheyAreUpdated()
{
    Bench bench;
    bench.show(level(0, Side::Sell, "100", "1"));
    bench.submit(order("a", Side::Buy, OrderType::Market, "1"), 0);
    bench.submit(order("b", Side::Buy, OrderType::Market, "1"), 0);
    QCOMPARE(bench.said(30), lines({"accepted a", "filled a 1@100 taker", "accepted b"}));
    bench.show(level(50, Side::Sell, "100", "4"));
    QCOMPARE(bench.said(60), lines({"filled b 1@100 taker"}));
}

void TestSimulatedVenue::B1_restingLimitWaitsForTheQueueBeforeIt()
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

void TestSimulatedVenue::tradeThroughFillsARestingLimit()
{
    Bench bench;
    bench.show(level(0, Side::Buy, "99", "300", false));
    bench.show(level(0, Side::Sell, "100", "3"));
    bench.submit(order("a", Side::Buy, OrderType::Limit, "2", "99"), 0);
    bench.show(trade(40, Side::Sell, "98.99", "0.001"));
    QCOMPARE(bench.said(50), lines({"accepted a", "filled a 2@99 maker"}));
}

void TestSimulatedVenue::stopIsTriggeredByATradeAndWalksTheBook()
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

void TestSimulatedVenue::tradesAloneGiveWhatWasTraded()
{
    Bench bench;
    bench.show(trade(0, Side::Buy, "100", "1"));
    bench.submit(order("a", Side::Buy, OrderType::Market, "3"), 0);
    bench.show(trade(40, Side::Buy, "100", "1"));
    bench.show(trade(41, Side::Sell, "101", "5"));
    QCOMPARE(bench.said(60), lines({"accepted a", "filled a 1@100.02 taker", "filled a 2@101.03 taker"}));
}

void TestSimulatedVenue::quotesWithoutSizesFillAtBidAndAsk()
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
