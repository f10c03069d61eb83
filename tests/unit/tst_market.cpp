// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "codec/binary_writer.h"
#include "market/market.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::market;

namespace {

constexpr InstrumentId kBtc(1);
constexpr InstrumentId kEth(2);
constexpr std::int64_t kSecond = 1'000'000'000;

Timestamp at(double seconds)
{
    return {static_cast<std::int64_t>(seconds * 1e9)};
}

std::vector<Instrument> instruments()
{
    return {{.id = kBtc, .symbol = "BTC-USDT", .base = "BTC", .quote = "USDT"},
            {.id = kEth, .symbol = "ETH-USDT", .base = "ETH", .quote = "USDT"}};
}

MarketConfig config()
{
    return {.intervals = {{10}, {60}, {300}},
            .decisionInterval = {60},
            .indicatorSpecs = {"sma:3", "rsi:3", "vwap"},
            .historyBars = 5,
            .keepBars = 20};
}

Market newMarket()
{
    auto made = Market::create(instruments(), config());
    if (!made) {
        qFatal("%s", made.error().message.c_str());
    }
    return std::move(*made);
}

Trade trade(InstrumentId id, double seconds, int price)
{
    Trade t;
    t.instrument = id;
    t.price = Price::fromInteger(price);
    t.quantity = Quantity::fromInteger(1);
    t.time = at(seconds);
    return t;
}

Quote quote(InstrumentId id, int bid, int ask)
{
    Quote q;
    q.instrument = id;
    q.bid = Price::fromInteger(bid);
    q.ask = Price::fromInteger(ask);
    return q;
}

BookDelta level(InstrumentId id, Side side, int price, int quantity, bool completes)
{
    BookDelta d;
    d.instrument = id;
    d.side = side;
    d.price = Price::fromInteger(price);
    d.quantity = Quantity::fromInteger(quantity);
    d.completes = completes;
    return d;
}

Candle candle(InstrumentId id, int seconds, double openSeconds, int last)
{
    Candle c;
    c.instrument = id;
    c.interval = {seconds};
    c.openTime = at(openSeconds);
    c.open = c.low = Price::fromInteger(last - 1);
    c.high = c.close = Price::fromInteger(last);
    c.volume = Quantity::fromInteger(1);
    return c;
}

int units(Price price)
{
    return static_cast<int>(price.raw / Price::kScale);
}

QString intervals(const Market &m)
{
    QStringList list;
    for (const Candle &c : m.closed()) {
        list << QStringLiteral("%1:%2").arg(c.instrument.value).arg(c.interval.seconds);
    }
    return list.join(QLatin1Char(' '));
}

} // namespace

class TestMarket : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wrongConfigurationsAreRefused();
    void eachCallReportsOnlyWhatItClosed();
    void timeClosesTheBarsOfAllInstruments();
    void indicatorsFollowTheDecisionBarsOnly();
    void warmUpReportsNothing();
    void quotesAndBookSetTheTop();
    void crossedTopIsUnknown();
    void lastUpdateIsTheEnginesTimeOfUsefulData();
    void impossibleDataIsCountedAndIgnored();
    void strangersAreCountedAndIgnored();
    void recentIsContiguousAndBounded();
    void openCandleGrows();
    void regimeChangesAreReported();
    void restoredMarketContinuesBitForBit();
    void snapshotOfAnotherConfigurationIsRefused();
};

void TestMarket::wrongConfigurationsAreRefused()
{
    const auto message = [](const std::vector<Instrument> &table, const MarketConfig &c) {
        const auto made = Market::create(table, c);
        return made ? QString() : QString::fromStdString(made.error().message);
    };
    QCOMPARE(message(instruments(), config()), QString());
    auto wrong = config();
    wrong.decisionInterval = {120};
    QVERIFY(message(instruments(), wrong).contains(QStringLiteral("120 s")));
    wrong = config();
    wrong.intervals = {{60}, {90}};
    QVERIFY(message(instruments(), wrong).contains(QStringLiteral("90 s")));
    wrong = config();
    wrong.indicatorSpecs.emplace_back("foo");
    QVERIFY(message(instruments(), wrong).contains(QStringLiteral("\"foo\"")));
    wrong = config();
    wrong.historyBars = 1025;
    QVERIFY(message(instruments(), wrong).contains(QStringLiteral("1025")));
    auto table = instruments();
    std::swap(table[0], table[1]);
    QVERIFY(message(table, config()).contains(QStringLiteral("ETH-USDT")));
}

void TestMarket::eachCallReportsOnlyWhatItClosed()
{
    Market m = newMarket();
    QVERIFY(!m.nextClose());
    m.onTrade(trade(kBtc, 1, 100), at(1));
    QVERIFY(m.closed().empty());
    QCOMPARE(m.nextClose()->ns, 10 * kSecond);
    m.onTrade(trade(kEth, 1, 10), at(1));
    m.onTrade(trade(kBtc, 11, 101), at(11));
    QCOMPARE(intervals(m), QStringLiteral("1:10"));
    m.onTrade(trade(kBtc, 12, 102), at(12));
    QVERIFY(m.closed().empty());
    m.onTrade(trade(kBtc, 61, 103), at(61));
    QCOMPARE(intervals(m), QStringLiteral("1:10 1:60"));
    QCOMPARE(units(m.lastPrice(kBtc)), 103);
    QCOMPARE(units(m.lastPrice(kEth)), 10);
    m.onQuote(quote(kBtc, 100, 101), at(61));
    QVERIFY(m.closed().empty());
}

void TestMarket::timeClosesTheBarsOfAllInstruments()
{
    Market m = newMarket();
    m.onTrade(trade(kBtc, 51, 100), at(51));
    m.onTrade(trade(kEth, 52, 10), at(52));
    m.advanceTo(at(59));
    QVERIFY(m.closed().empty());
    m.advanceTo(at(60));
    QCOMPARE(intervals(m), QStringLiteral("1:10 1:60 2:10 2:60"));
    QCOMPARE(m.nextClose()->ns, 300 * kSecond);
    m.advanceTo(at(299));
    QVERIFY(m.closed().empty());
    m.advanceTo(at(300));
    QCOMPARE(intervals(m), QStringLiteral("1:300 2:300"));
    QVERIFY(!m.nextClose());
}

void TestMarket::indicatorsFollowTheDecisionBarsOnly()
{
    Market m = newMarket();
    QCOMPARE(m.indicatorNames().size(), std::size_t{3});
    QCOMPARE(m.warmupBars(), std::uint64_t{4});
    for (int minute = 0; minute < 3; ++minute) {
        for (int second = 5; second < 60; second += 10) {
            m.onTrade(trade(kBtc, 60 * minute + second, 100 + 10 * minute), at(60 * minute + second));
        }
        QVERIFY(!m.readings(kBtc).ready(0));
    }
    m.advanceTo(at(180));
    QCOMPARE(m.warmedBars(kBtc), std::uint64_t{3});
    QVERIFY(m.readings(kBtc).ready(0));
    QCOMPARE(m.readings(kBtc).value(0), 110.0);
    QVERIFY(!m.readings(kBtc).ready(1));
    QCOMPARE(m.readings(kEth).readyMask, std::uint64_t{0});
}

void TestMarket::warmUpReportsNothing()
{
    Market m = newMarket();
    for (int i = 0; i < 10; ++i) {
        m.warmUp(candle(kBtc, 60, 60 * i, 100 + i));
        QVERIFY(m.closed().empty());
        QVERIFY(m.regimeChanges().empty());
    }
    QCOMPARE(m.warmedBars(kBtc), std::uint64_t{10});
    QCOMPARE(m.readings(kBtc).value(0), 108.0);
    QCOMPARE(units(m.lastPrice(kBtc)), 109);
    QVERIFY(m.lastUpdate(kBtc) == Timestamp());
    QCOMPARE(m.regime(kBtc).id.value, std::uint64_t{1});
    QCOMPARE(m.candles(kBtc, {300}, 10).size(), std::size_t{2});
    // A live trade of a bar that the history covers is late; the next one is not.
    m.onTrade(trade(kBtc, 605, 200), at(605));
    m.advanceTo(at(660));
    QCOMPARE(intervals(m), QStringLiteral("1:10 1:60"));
    QCOMPARE(m.warmedBars(kBtc), std::uint64_t{11});
}

void TestMarket::quotesAndBookSetTheTop()
{
    Market m = newMarket();
    QVERIFY(m.bestBid(kBtc).isZero());
    m.onQuote(quote(kBtc, 99, 101), at(1));
    QCOMPARE(units(m.bestBid(kBtc)), 99);
    QCOMPARE(units(m.bestAsk(kBtc)), 101);
    m.onBookDelta(level(kBtc, Side::Buy, 97, 1, false), at(2));
    QCOMPARE(units(m.bestBid(kBtc)), 99);
    m.onBookDelta(level(kBtc, Side::Sell, 98, 1, true), at(2));
    QCOMPARE(units(m.bestBid(kBtc)), 97);
    QCOMPARE(units(m.bestAsk(kBtc)), 98);
    QCOMPARE(m.book(kBtc).depth(Side::Buy), std::size_t{1});
    QVERIFY(m.bestBid(kEth).isZero());
}

void TestMarket::crossedTopIsUnknown()
{
    Market m = newMarket();
    m.onQuote(quote(kBtc, 99, 101), at(1));
    m.onQuote(quote(kBtc, 102, 101), at(2));
    QVERIFY(m.bestBid(kBtc).isZero() && m.bestAsk(kBtc).isZero());
    m.onBookDelta(level(kBtc, Side::Buy, 100, 1, false), at(3));
    m.onBookDelta(level(kBtc, Side::Sell, 100, 1, true), at(3));
    QVERIFY(m.bestBid(kBtc).isZero() && m.bestAsk(kBtc).isZero());
    QCOMPARE(m.counters(kBtc).crossed, std::uint64_t{2});
    m.onQuote(quote(kBtc, 99, 101), at(4));
    QCOMPARE(units(m.bestBid(kBtc)), 99);
}

void TestMarket::lastUpdateIsTheEnginesTimeOfUsefulData()
{
    Market m = newMarket();
    m.onTrade(trade(kBtc, 30, 100), at(77));
    QCOMPARE(m.lastUpdate(kBtc).ns, 77 * kSecond);
    m.onTrade(trade(kBtc, 3, 100), at(80)); // late
    QCOMPARE(m.lastUpdate(kBtc).ns, 77 * kSecond);
    m.onQuote(quote(kBtc, 99, 101), at(81));
    QCOMPARE(m.lastUpdate(kBtc).ns, 81 * kSecond);
    m.advanceTo(at(100));
    QCOMPARE(m.lastUpdate(kBtc).ns, 81 * kSecond);
    QVERIFY(m.lastUpdate(kEth) == Timestamp());
}

void TestMarket::impossibleDataIsCountedAndIgnored()
{
    Market m = newMarket();
    m.onTrade(trade(kBtc, 1, 0), at(1));
    m.onTrade(trade(kBtc, 1, -5), at(1));
    auto empty = trade(kBtc, 1, 5);
    empty.quantity = Quantity();
    m.onTrade(empty, at(1));
    auto wrong = candle(kBtc, 60, 0, 100);
    wrong.low = Price::fromInteger(101);
    m.onCandle(wrong, at(60));
    m.onCandle(candle(kBtc, 61, 0, 100), at(61));
    m.onQuote(quote(kBtc, -1, 100), at(61));
    QCOMPARE(m.counters(kBtc).refused, std::uint64_t{6});
    m.onCandle(candle(kBtc, 60, 0, 100), at(60));
    m.onCandle(candle(kBtc, 60, 0, 100), at(60));
    QCOMPARE(m.counters(kBtc).lateCandles, std::uint64_t{1});
    QCOMPARE(m.warmedBars(kBtc), std::uint64_t{1});
    m.onTrade(trade(kBtc, 100, 5), at(100));
    m.onTrade(trade(kBtc, 99.999, 5), at(100));
    QCOMPARE(m.counters(kBtc).lateTrades, std::uint64_t{1});
    QCOMPARE(m.counters(kEth), MarketCounters());
}

void TestMarket::strangersAreCountedAndIgnored()
{
    Market m = newMarket();
    m.onTrade(trade(InstrumentId(3), 1, 100), at(1));
    m.onTrade(trade(InstrumentId(0), 1, 100), at(1));
    m.onQuote(quote(InstrumentId(3), 1, 2), at(1));
    m.onBookDelta(level(InstrumentId(3), Side::Buy, 1, 2, true), at(1));
    m.onCandle(candle(InstrumentId(9), 60, 0, 100), at(60));
    m.warmUp(candle(InstrumentId(9), 60, 0, 100));
    QCOMPARE(m.unknownInstrument(), std::uint64_t{6});
    QVERIFY(!m.nextClose());
}

void TestMarket::recentIsContiguousAndBounded()
{
    Market m = newMarket();
    for (int i = 0; i < 50; ++i) {
        m.onCandle(candle(kBtc, 60, 60 * i, 100 + i), at(60 * i + 60));
    }
    const auto recent = m.recent(kBtc, 5);
    QCOMPARE(recent.size(), std::size_t{5});
    QCOMPARE(units(recent.front().close), 145);
    QCOMPARE(units(recent.back().close), 149);
    QCOMPARE(m.recent(kBtc, 1000).size(), std::size_t{20});
    QCOMPARE(m.candles(kBtc, {300}, 3).size(), std::size_t{3});
    QCOMPARE(units(m.candles(kBtc, {300}, 1).front().close), 149);
    QVERIFY(m.candles(kBtc, {7}, 3).empty());
    QVERIFY(m.recent(kEth, 5).empty());
}

void TestMarket::openCandleGrows()
{
    Market m = newMarket();
    QVERIFY(!m.openCandle(kBtc, {60}));
    m.onTrade(trade(kBtc, 5, 100), at(5));
    m.onTrade(trade(kBtc, 25, 90), at(25));
    const auto open = m.openCandle(kBtc, {60});
    QVERIFY(open.has_value());
    QCOMPARE(units(open->open), 100);
    QCOMPARE(units(open->close), 90);
    QCOMPARE(open->trades, 2U);
}

void TestMarket::regimeChangesAreReported()
{
    Market m = newMarket();
    m.onCandle(candle(kBtc, 60, 0, 100), at(60));
    QCOMPARE(m.regimeChanges().size(), std::size_t{1});
    m.onCandle(candle(kEth, 60, 0, 10), at(60));
    QCOMPARE(m.regimeChanges().size(), std::size_t{1});
    QCOMPARE(m.regimeChanges().front().started.id.value, std::uint64_t{2}); // one counter for the session
    QCOMPARE(m.regimeChanges().front().started.instrument, kEth);
    m.onCandle(candle(kBtc, 60, 60, 100), at(120));
    QVERIFY(m.regimeChanges().empty());
    m.onCandle(candle(kBtc, 60, 7 * 3600 - 60, 100), at(7 * 3600));
    QCOMPARE(m.regimeChanges().size(), std::size_t{1});
    QCOMPARE(m.regimeChanges().front().started.session, SessionRegime::Europe);
    QCOMPARE(m.regime(kBtc), m.regimeChanges().front().started);
}

void TestMarket::restoredMarketContinuesBitForBit()
{
    const auto feed = [](Market &m, int i) {
        const double t = i * 3.7;
        const InstrumentId id = i % 3 == 0 ? kEth : kBtc;
        switch (i % 10) {
        case 4:
            m.onQuote(quote(id, 90 + i % 5, 96 + i % 7), at(t));
            break;
        case 7:
            m.onBookDelta(level(id, i % 20 == 7 ? Side::Buy : Side::Sell, 100 + i % 13, i % 4, i % 3 != 0), at(t));
            break;
        case 9:
            m.advanceTo(at(t));
            break;
        default:
            m.onTrade(trade(id, t - i % 4, 100 + i * 7919 % 23), at(t));
        }
    };
    std::uint32_t random = 5;
    for (int round = 0; round < 8; ++round) {
        random = random * 1'664'525U + 1'013'904'223U;
        const int cut = static_cast<int>((random >> 8U) % 6000);
        Market first = newMarket();
        for (int i = 0; i < cut; ++i) {
            feed(first, i);
        }
        const auto bytes = codec::encoded(first);
        Market second = newMarket();
        codec::BinaryReader(bytes).read(second);
        std::size_t bars = 0;
        for (int i = cut; i < cut + 2000; ++i) {
            feed(first, i);
            feed(second, i);
            QVERIFY(first.closed() == second.closed());
            QVERIFY(first.nextClose() == second.nextClose());
            QVERIFY(first.readings(kBtc) == second.readings(kBtc));
            QVERIFY(first.regime(kEth) == second.regime(kEth));
            bars += first.closed().size();
        }
        QVERIFY(bars > 100);
        QVERIFY(std::ranges::equal(first.recent(kBtc, 20), second.recent(kBtc, 20)));
        QVERIFY(codec::encoded(first) == codec::encoded(second));
    }
}

void TestMarket::snapshotOfAnotherConfigurationIsRefused()
{
    Market m = newMarket();
    const auto bytes = codec::encoded(m);
    auto other = config();
    other.indicatorSpecs = {"sma:4", "rsi:3", "vwap"};
    auto made = Market::create(instruments(), other);
    QVERIFY(made.ok());
    codec::BinaryReader reader(bytes);
    QVERIFY_EXCEPTION_THROWN(reader.read(*made), codec::BinaryReader::DecodeError);
}

QTEST_APPLESS_MAIN(TestMarket)
#include "tst_market.moc"
