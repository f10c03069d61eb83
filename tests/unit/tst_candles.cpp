// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "codec/binary_writer.h"
#include "market/candle_builder.h"
#include "market/candle_ring.h"
#include "shared_data.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::market;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
const InstrumentId kBtc(1);

Timestamp at(double seconds)
{
    return {static_cast<std::int64_t>(seconds * 1e9)};
}

Trade trade(double seconds, int price, int quantity = 1)
{
    Trade t;
    t.instrument = kBtc;
    t.price = Price::fromInteger(price);
    t.quantity = Quantity::fromInteger(quantity);
    t.time = at(seconds);
    return t;
}

Candle candle(int seconds, int openSeconds, int open, int high, int low, int last)
{
    Candle c;
    c.instrument = kBtc;
    c.interval = {seconds};
    c.openTime = at(openSeconds);
    c.open = Price::fromInteger(open);
    c.high = Price::fromInteger(high);
    c.low = Price::fromInteger(low);
    c.close = Price::fromInteger(last);
    c.volume = Quantity::fromInteger(1);
    return c;
}

/// "interval@open: o h l c v n"
QString text(const Candle &c)
{
    const auto s = [](auto value) { return QString::fromStdString(toString(value)); };
    return QStringLiteral("%1@%2: %3 %4 %5 %6 %7 %8")
        .arg(c.interval.seconds)
        .arg(c.openTime.ns / kSecond)
        .arg(s(c.open), s(c.high), s(c.low), s(c.close), s(c.volume))
        .arg(c.trades);
}

QStringList texts(const std::vector<Candle> &candles)
{
    QStringList list;
    for (const Candle &c : candles) {
        list << text(c);
    }
    return list;
}

QStringList lines(std::initializer_list<const char *> list)
{
    QStringList result;
    for (const char *line : list) {
        result << QString::fromLatin1(line);
    }
    return result;
}

} // namespace

class TestCandles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tradeOfALaterBucketClosesTheBar();
    void timeClosesTheBar();
    void emptyIntervalsMakeNoBar();
    void lateTradesAreNotUsed();
    void largerIntervalsAreRolledUp();
    void largerBarClosesWhenTimeIsUpThoughItsLastPartIsMissing();
    void openCandleShowsEverythingSoFar();
    void closedBarsOfAFeedRollUp();
    void volumesThatAddUpToMoreThanCanBeSaidEndThere();
    void feedsOwnLargerBarAfterTheRolledUpOneIsLate();
    void dayThatBeginsAnHourEarlierIsNotLate();
    void timesBefore1970AreAligned();
    void wrongIntervalsAreRefused_data();
    void wrongIntervalsAreRefused();
    void ringGivesContiguousSpans();

    void recordedTradesMakeTheExpectedBars_data();
    void recordedTradesMakeTheExpectedBars();
    void hoursMakeTheExchangesDays();
    void restoredBuilderContinuesBitForBit();
};

void TestCandles::tradeOfALaterBucketClosesTheBar()
{
    CandleBuilder builder(kBtc, {{10}});
    std::vector<Candle> closed;
    QVERIFY(!builder.nextClose());
    QVERIFY(builder.onTrade(trade(12, 100), closed));
    QVERIFY(builder.onTrade(trade(15, 103, 2), closed));
    QVERIFY(builder.onTrade(trade(13, 99), closed)); // out of order, but the bar is open
    QVERIFY(builder.onTrade(trade(19.999999999, 101), closed));
    QVERIFY(closed.empty());
    QCOMPARE(builder.nextClose()->ns, 20 * kSecond);
    QVERIFY(builder.onTrade(trade(20, 105), closed));
    QCOMPARE(texts(closed), lines({"10@10: 100 103 99 101 5 4"}));
    QCOMPARE(closed.front().instrument, kBtc);
    QCOMPARE(builder.nextClose()->ns, 30 * kSecond);
}

void TestCandles::timeClosesTheBar()
{
    CandleBuilder builder(kBtc, {{10}});
    std::vector<Candle> closed;
    builder.onTrade(trade(12, 100), closed);
    builder.advanceTo(at(19.999999999), closed);
    QVERIFY(closed.empty());
    builder.advanceTo(at(20), closed);
    QCOMPARE(texts(closed), lines({"10@10: 100 100 100 100 1 1"}));
    QVERIFY(!builder.nextClose());
    builder.advanceTo(at(40), closed);
    QCOMPARE(closed.size(), std::size_t{1});
}

void TestCandles::emptyIntervalsMakeNoBar()
{
    CandleBuilder builder(kBtc, {{10}});
    std::vector<Candle> closed;
    builder.onTrade(trade(5, 100), closed);
    builder.onTrade(trade(95, 200), closed);
    builder.advanceTo(at(100), closed);
    QCOMPARE(texts(closed), lines({"10@0: 100 100 100 100 1 1", "10@90: 200 200 200 200 1 1"}));
}

void TestCandles::lateTradesAreNotUsed()
{
    CandleBuilder builder(kBtc, {{10}});
    std::vector<Candle> closed;
    builder.onTrade(trade(25, 100), closed);
    QVERIFY(!builder.onTrade(trade(19, 999), closed)); // older than the open bar
    builder.advanceTo(at(30), closed);
    QVERIFY(!builder.onTrade(trade(29, 999), closed)); // its bar has closed
    QVERIFY(builder.onTrade(trade(30, 101), closed));
    builder.advanceTo(at(40), closed);
    QCOMPARE(texts(closed), lines({"10@20: 100 100 100 100 1 1", "10@30: 101 101 101 101 1 1"}));
}

void TestCandles::largerIntervalsAreRolledUp()
{
    CandleBuilder builder(kBtc, {{10}, {20}, {30}, {60}});
    std::vector<Candle> closed;
    for (int i = 0; i < 6; ++i) {
        builder.onTrade(trade(10 * i + 1, 100 + i), closed);
        builder.onTrade(trade(10 * i + 2, 90 - i), closed);
    }
    builder.advanceTo(at(60), closed);
    QCOMPARE(texts(closed),
             lines({"10@0: 100 100 90 90 2 2", "10@10: 101 101 89 89 2 2", "20@0: 100 101 89 89 4 4",
                    "10@20: 102 102 88 88 2 2", "30@0: 100 102 88 88 6 6", "10@30: 103 103 87 87 2 2",
                    "20@20: 102 103 87 87 4 4", "10@40: 104 104 86 86 2 2", "10@50: 105 105 85 85 2 2",
                    "20@40: 104 105 85 85 4 4", "30@30: 103 105 85 85 6 6", "60@0: 100 105 85 85 12 12"}));
}

void TestCandles::largerBarClosesWhenTimeIsUpThoughItsLastPartIsMissing()
{
    CandleBuilder builder(kBtc, {{10}, {60}});
    std::vector<Candle> closed;
    builder.onTrade(trade(5, 100), closed);
    builder.advanceTo(at(10), closed);
    QCOMPARE(builder.nextClose()->ns, 60 * kSecond);
    builder.advanceTo(at(60), closed);
    QCOMPARE(texts(closed), lines({"10@0: 100 100 100 100 1 1", "60@0: 100 100 100 100 1 1"}));

    closed.clear();
    builder.onTrade(trade(65, 101), closed);
    builder.onTrade(trade(200, 102), closed); // a later bucket at both intervals
    QCOMPARE(texts(closed), lines({"10@60: 101 101 101 101 1 1", "60@60: 101 101 101 101 1 1"}));
}

void TestCandles::openCandleShowsEverythingSoFar()
{
    CandleBuilder builder(kBtc, {{10}, {60}});
    std::vector<Candle> closed;
    QVERIFY(!builder.openCandle({60}));
    builder.onTrade(trade(5, 100), closed);
    QCOMPARE(text(*builder.openCandle({60})), QStringLiteral("60@0: 100 100 100 100 1 1"));
    builder.onTrade(trade(15, 110), closed);
    builder.onTrade(trade(16, 105), closed);
    QCOMPARE(text(*builder.openCandle({10})), QStringLiteral("10@10: 110 110 105 105 2 2"));
    QCOMPARE(text(*builder.openCandle({60})), QStringLiteral("60@0: 100 110 100 105 3 3"));
    builder.advanceTo(at(20), closed);
    QVERIFY(!builder.openCandle({10}));
    QCOMPARE(text(*builder.openCandle({60})), QStringLiteral("60@0: 100 110 100 105 3 3"));
    QVERIFY(!builder.openCandle({3600}));
}

void TestCandles::closedBarsOfAFeedRollUp()
{
    CandleBuilder builder(kBtc, {{10}, {30}, {60}});
    std::vector<Candle> closed;
    QVERIFY(builder.onCandle(candle(30, 0, 100, 120, 95, 110), closed)); // at an interval in the middle
    QVERIFY(builder.onCandle(candle(30, 30, 110, 115, 90, 91), closed));
    QVERIFY(!builder.onCandle(candle(30, 30, 1, 1, 1, 1), closed)); // again
    QVERIFY(!builder.onCandle(candle(30, 0, 1, 1, 1, 1), closed)); // backwards
    QVERIFY(!builder.onCandle(candle(45, 60, 1, 1, 1, 1), closed)); // not configured
    QCOMPARE(texts(closed), lines({"30@0: 100 120 95 110 1 0", "30@30: 110 115 90 91 1 0", "60@0: 100 120 90 91 2 0"}));
}

void TestCandles::volumesThatAddUpToMoreThanCanBeSaidEndThere()
{
    CandleBuilder builder(kBtc, {{10}, {30}});
    std::vector<Candle> closed;
    constexpr Quantity kLargest = Quantity::fromRaw(std::numeric_limits<std::int64_t>::max());
    for (int i = 0; i < 3; ++i) {
        Candle bar = candle(10, 10 * i, 1, 1, 1, 1);
        bar.volume = Quantity::fromRaw(kLargest.raw / 2);
        QVERIFY(builder.onCandle(bar, closed));
    }
    QVERIFY(closed.back().interval == Interval{30});
    QVERIFY(closed.back().volume == kLargest);
}

void TestCandles::feedsOwnLargerBarAfterTheRolledUpOneIsLate()
{
    CandleBuilder builder(kBtc, {{30}, {60}});
    std::vector<Candle> closed;
    builder.onCandle(candle(30, 0, 100, 120, 95, 110), closed);
    builder.onCandle(candle(30, 30, 110, 115, 90, 91), closed);
    QVERIFY(!builder.onCandle(candle(60, 0, 100, 120, 90, 91), closed));

    // The other way round, the small bars of a delivered large one do not make it again.
    closed.clear();
    QVERIFY(builder.onCandle(candle(60, 60, 91, 99, 80, 85), closed));
    QVERIFY(builder.onCandle(candle(30, 60, 91, 99, 80, 85), closed));
    QVERIFY(builder.onCandle(candle(30, 90, 85, 85, 85, 85), closed));
    builder.advanceTo(at(120), closed);
    QCOMPARE(texts(closed), lines({"60@60: 91 99 80 85 1 0", "30@60: 91 99 80 85 1 0", "30@90: 85 85 85 85 1 0"}));
}

void TestCandles::dayThatBeginsAnHourEarlierIsNotLate()
{
    // Days of New York in UTC: from 05:00 in winter, from 04:00 in summer.
    CandleBuilder builder(kBtc, {{86400}});
    std::vector<Candle> closed;
    QVERIFY(builder.onCandle(candle(86400, 5 * 3600, 100, 101, 99, 100), closed));
    QVERIFY(builder.onCandle(candle(86400, 86400 + 4 * 3600, 100, 101, 99, 100), closed));
    QCOMPARE(closed.size(), std::size_t{2});
    QCOMPARE(closed.back().openTime.ns, (86400 + 4 * 3600) * kSecond);
}

void TestCandles::timesBefore1970AreAligned()
{
    CandleBuilder builder(kBtc, {{10}});
    std::vector<Candle> closed;
    builder.onTrade(trade(-0.5, 100), closed);
    builder.onTrade(trade(0, 101), closed);
    QCOMPARE(texts(closed), lines({"10@-10: 100 100 100 100 1 1"}));
}

void TestCandles::wrongIntervalsAreRefused_data()
{
    QTest::addColumn<QList<int>>("seconds");
    QTest::addColumn<bool>("right");
    QTest::newRow("one") << QList<int>{60} << true;
    QTest::newRow("not multiples of each other") << QList<int>{60, 180, 300} << true;
    QTest::newRow("none") << QList<int>{} << false;
    QTest::newRow("zero") << QList<int>{0, 60} << false;
    QTest::newRow("negative") << QList<int>{-60} << false;
    QTest::newRow("twice") << QList<int>{60, 60} << false;
    QTest::newRow("descending") << QList<int>{300, 60} << false;
    QTest::newRow("not a multiple") << QList<int>{60, 90} << false;
}

void TestCandles::wrongIntervalsAreRefused()
{
    QFETCH(QList<int>, seconds);
    QFETCH(bool, right);
    std::vector<Interval> intervals;
    for (const int s : seconds) {
        intervals.push_back({s});
    }
    QCOMPARE(CandleBuilder::check(intervals).ok(), right);
}

void TestCandles::ringGivesContiguousSpans()
{
    CandleRing ring(3);
    for (int i = 0; i < 10; ++i) {
        ring.push(candle(10, 10 * i, 100 + i, 100 + i, 100 + i, 100 + i));
        const auto span = ring.last(5);
        QCOMPARE(span.size(), static_cast<std::size_t>(std::min(i + 1, 3)));
        for (std::size_t k = 0; k < span.size(); ++k) {
            QCOMPARE(span[k].openTime.ns / kSecond / 10,
                     static_cast<std::int64_t>(i + 1 - static_cast<int>(span.size() - k)));
        }
    }
    QVERIFY(ring.last(1).front().open == Price::fromInteger(109));
    CandleRing copy(3);
    const auto bytes = codec::encoded(ring);
    codec::BinaryReader(bytes).read(copy);
    QVERIFY(std::ranges::equal(copy.last(3), ring.last(3)));
}

void TestCandles::recordedTradesMakeTheExpectedBars_data()
{
    QTest::addColumn<QByteArray>("stem");
    QTest::newRow("spot") << QByteArray("trades/binance_spot_BTCUSDT_20240808");
    QTest::newRow("futures") << QByteArray("trades/binance_usdm_BTCUSDT_20240808");
}

void TestCandles::recordedTradesMakeTheExpectedBars()
{
    QFETCH(QByteArray, stem);
    REQUIRE_SHARED_DATA((stem + ".trades.csv.gz").constData());
    const shared_data::Table trades((stem + ".trades.csv.gz").constData());
    CandleBuilder builder(kBtc, {{1}, {60}});
    std::vector<Candle> closed;
    for (std::size_t i = 0; i < trades.rows(); ++i) {
        Trade t;
        t.instrument = kBtc;
        t.price = *Price::parse(trades.text(i, "price"));
        t.quantity = *Quantity::parse(trades.text(i, "qty"));
        t.time = Timestamp::fromMilliseconds(trades.integer(i, "trade_ts_ms"));
        QVERIFY(builder.onTrade(t, closed));
    }
    builder.advanceTo({std::numeric_limits<std::int64_t>::max()}, closed);

    for (const int seconds : {1, 60}) {
        const QByteArray name = stem + ".expected_bars_" + QByteArray::number(seconds) + "s.csv.gz";
        const shared_data::Table expected(name.constData());
        std::size_t i = 0;
        for (const Candle &c : closed) {
            if (c.interval.seconds != seconds) {
                continue;
            }
            QVERIFY(i < expected.rows());
            QCOMPARE(c.openTime.milliseconds(), expected.integer(i, "ts_ms"));
            QVERIFY(c.open == *Price::parse(expected.text(i, "open")));
            QVERIFY(c.high == *Price::parse(expected.text(i, "high")));
            QVERIFY(c.low == *Price::parse(expected.text(i, "low")));
            QVERIFY(c.close == *Price::parse(expected.text(i, "close")));
            QVERIFY(c.volume == *Quantity::parse(expected.text(i, "volume")));
            QCOMPARE(static_cast<std::int64_t>(c.trades), expected.integer(i, "trades"));
            ++i;
        }
        QCOMPARE(i, expected.rows());
        QVERIFY(i > 0);
    }
}

void TestCandles::hoursMakeTheExchangesDays()
{
    REQUIRE_SHARED_DATA("bars/bitvavo_BTC-EUR_1h_2020_2024.csv.gz");
    const shared_data::Table hours("bars/bitvavo_BTC-EUR_1h_2020_2024.csv.gz");
    const shared_data::Table days("bars/bitvavo_BTC-EUR_1d_2021_2023.csv.gz");
    CandleBuilder builder(kBtc, {{3600}, {86400}});
    std::vector<Candle> closed;
    std::map<std::int64_t, int> hoursOf;
    for (std::size_t i = 0; i < hours.rows(); ++i) {
        Candle c;
        c.instrument = kBtc;
        c.interval = {3600};
        c.openTime = Timestamp::fromMilliseconds(hours.integer(i, "ts_ms"));
        c.open = *Price::parse(hours.text(i, "open"));
        c.high = *Price::parse(hours.text(i, "high"));
        c.low = *Price::parse(hours.text(i, "low"));
        c.close = *Price::parse(hours.text(i, "close"));
        c.volume = *Quantity::parse(hours.text(i, "volume"));
        ++hoursOf[startOfDay(c.openTime).milliseconds()];
        QVERIFY(builder.onCandle(c, closed));
    }
    std::map<std::int64_t, Candle> built;
    for (const Candle &c : closed) {
        if (c.interval.seconds == 86400) {
            QVERIFY2(built.emplace(c.openTime.milliseconds(), c).second, "one bar per day");
        }
    }
    int compared = 0;
    for (std::size_t i = 0; i < days.rows(); ++i) {
        const std::int64_t ms = days.integer(i, "ts_ms");
        if (hoursOf[ms] != 24) {
            continue; // the exchange's outages
        }
        const Candle &c = built.at(ms);
        QVERIFY(c.open == *Price::parse(days.text(i, "open")));
        QVERIFY(c.high == *Price::parse(days.text(i, "high")));
        QVERIFY(c.low == *Price::parse(days.text(i, "low")));
        QVERIFY(c.close == *Price::parse(days.text(i, "close")));
        QVERIFY(c.volume == *Quantity::parse(days.text(i, "volume")));
        ++compared;
    }
    QVERIFY2(compared > 1080, qPrintable(QString::number(compared)));
}

void TestCandles::restoredBuilderContinuesBitForBit()
{
    const std::vector<Interval> intervals{{10}, {30}, {60}, {300}};
    for (const int cut : {0, 1, 5, 17, 100}) {
        CandleBuilder first(kBtc, intervals);
        CandleBuilder second(kBtc, intervals);
        std::vector<Candle> a;
        std::vector<Candle> b;
        const auto feed = [](CandleBuilder &builder, int i, std::vector<Candle> &closed) {
            builder.onTrade(trade(i * 4.3, 100 + i * 7919 % 13), closed);
            if (i % 11 == 0) {
                builder.advanceTo(at(i * 4.3 + 9), closed);
            }
        };
        for (int i = 0; i < cut; ++i) {
            feed(first, i, a);
        }
        const auto bytes = codec::encoded(first);
        codec::BinaryReader(bytes).read(second);
        a.clear();
        for (int i = cut; i < cut + 200; ++i) {
            feed(first, i, a);
            feed(second, i, b);
        }
        QVERIFY(!a.empty());
        QVERIFY(a == b);
        QVERIFY(codec::encoded(first) == codec::encoded(second));
    }
}

QTEST_APPLESS_MAIN(TestCandles)
#include "tst_candles.moc"
