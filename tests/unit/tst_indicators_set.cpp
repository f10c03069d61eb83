// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "codec/binary_writer.h"
#include "market/indicators/indicator_set.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::market;

namespace {

Candle candle(int i)
{
    Candle c;
    c.instrument = InstrumentId(1);
    c.interval = {60};
    c.openTime = {i * 60'000'000'000};
    const int price = 1000 + (i * 7919) % 101;
    c.open = Price::fromInteger(price);
    c.high = Price::fromInteger(price + 3);
    c.low = Price::fromInteger(price - 2);
    c.close = Price::fromInteger(price + i % 3);
    c.volume = Quantity::fromInteger(1 + i % 5);
    return c;
}

} // namespace

class TestIndicatorsSet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void slotsFollowTheSpecsAndTheirSeries();
    void equalSpecsShareOneInstance();
    void everythingIsReadyAfterTheWarmUpAndNotBefore_data();
    void everythingIsReadyAfterTheWarmUpAndNotBefore();
    void wrongSpecsAreRefused_data();
    void wrongSpecsAreRefused();
    void tooManySeriesAreRefused();
    void restoredSetContinuesBitForBit();
    void snapshotOfAnotherConfigurationIsRefused();
};

void TestIndicatorsSet::slotsFollowTheSpecsAndTheirSeries()
{
    const auto set = IndicatorSet::create({"sma:10", "macd:12:26:9", "adx:14", "bb:20:2", "stoch:14:3:3", "vwap"});
    QVERIFY(set.ok());
    QStringList names;
    for (const IndicatorName &name : set->names()) {
        names << QString::fromStdString(name.full());
    }
    QCOMPARE(names.join(QLatin1Char(' ')),
             QStringLiteral("sma:10 macd:12:26:9.macd macd:12:26:9.signal macd:12:26:9.histogram adx:14.adx "
                            "adx:14.plus_di adx:14.minus_di bb:20:2.upper bb:20:2.middle bb:20:2.lower "
                            "stoch:14:3:3.k stoch:14:3:3.d vwap"));
    QCOMPARE(set->readings().count, 13U);
}

void TestIndicatorsSet::equalSpecsShareOneInstance()
{
    const auto set = IndicatorSet::create({"sma:10", "ema:10", "sma:10"});
    QVERIFY(set.ok());
    QCOMPARE(set->names().size(), std::size_t{2});
}

void TestIndicatorsSet::everythingIsReadyAfterTheWarmUpAndNotBefore_data()
{
    QTest::addColumn<QString>("spec");
    QTest::addColumn<int>("bars");
    QTest::newRow("sma") << "sma:10" << 10;
    QTest::newRow("ema") << "ema:10" << 10;
    QTest::newRow("rsi") << "rsi:14" << 15;
    QTest::newRow("macd") << "macd:12:26:9" << 34;
    QTest::newRow("bb") << "bb:20:2.5" << 20;
    QTest::newRow("atr") << "atr:14" << 14;
    QTest::newRow("adx") << "adx:14" << 28;
    QTest::newRow("stoch") << "stoch:14:3:3" << 18;
    QTest::newRow("rv") << "rv:30" << 31;
    QTest::newRow("vwap") << "vwap" << 1;
    QTest::newRow("period one") << "rsi:1" << 2;
}

void TestIndicatorsSet::everythingIsReadyAfterTheWarmUpAndNotBefore()
{
    QFETCH(QString, spec);
    QFETCH(int, bars);
    auto set = IndicatorSet::create({spec.toStdString()});
    QVERIFY(set.ok());
    QCOMPARE(set->warmupBars(), static_cast<std::uint64_t>(bars));
    const std::uint64_t all = (std::uint64_t{1} << set->names().size()) - 1;
    for (int i = 0; i < bars; ++i) {
        QVERIFY(set->readings().readyMask != all);
        set->update(candle(i));
    }
    QCOMPARE(set->readings().readyMask, all);
}

void TestIndicatorsSet::wrongSpecsAreRefused_data()
{
    QTest::addColumn<QString>("spec");
    for (const char *spec : {"",
                             "foo:10",
                             "sma",
                             "sma:0",
                             "sma:-3",
                             "sma:5001",
                             "sma:10:2",
                             "sma:10x",
                             "sma: 10",
                             "sma:99999999999",
                             "SMA:10",
                             "macd:12:26",
                             "macd:26:12:9",
                             "macd:12:12:9",
                             "bb:20",
                             "bb:20:0",
                             "bb:20:nan",
                             "bb:20:inf",
                             "bb:20:-2",
                             "bb::2",
                             "stoch:14:3",
                             "vwap:1",
                             ":",
                             "rv:"})
    {
        QTest::newRow(*spec != '\0' ? spec : "empty") << QString::fromLatin1(spec);
    }
}

void TestIndicatorsSet::wrongSpecsAreRefused()
{
    QFETCH(QString, spec);
    const auto set = IndicatorSet::create({"sma:10", spec.toStdString()});
    QVERIFY(!set.ok());
    const QString message = QString::fromStdString(set.error().message);
    QVERIFY2(message.contains(QLatin1Char('"') + spec + QLatin1Char('"')), qPrintable(message));
    QVERIFY2(message.contains(QStringLiteral("macd:FAST:SLOW:SIGNAL")), qPrintable(message));
}

void TestIndicatorsSet::tooManySeriesAreRefused()
{
    std::vector<std::string> specs;
    for (int i = 1; i <= 48; ++i) {
        specs.push_back("sma:" + std::to_string(i));
    }
    QVERIFY(IndicatorSet::create(specs).ok());
    specs.emplace_back("vwap");
    const auto set = IndicatorSet::create(specs);
    QVERIFY(!set.ok());
    QVERIFY(QString::fromStdString(set.error().message).contains(QStringLiteral("49 series")));
}

void TestIndicatorsSet::restoredSetContinuesBitForBit()
{
    const std::vector<std::string> specs{"sma:7", "ema:7", "rsi:5",       "macd:3:7:4", "bb:6:2",
                                         "atr:5", "adx:5", "stoch:5:3:2", "rv:8",       "vwap"};
    for (const int cut : {0, 1, 4, 6, 7, 23, 150}) {
        auto first = IndicatorSet::create(specs);
        auto second = IndicatorSet::create(specs);
        QVERIFY(first.ok() && second.ok());
        for (int i = 0; i < cut; ++i) {
            first->update(candle(i));
        }
        const auto bytes = codec::encoded(*first);
        codec::BinaryReader(bytes).read(*second);
        for (int i = cut; i < cut + 60; ++i) {
            first->update(candle(i));
            second->update(candle(i));
            QVERIFY(first->readings() == second->readings());
        }
        QVERIFY(codec::encoded(*first) == codec::encoded(*second));
    }
}

void TestIndicatorsSet::snapshotOfAnotherConfigurationIsRefused()
{
    const auto saved = IndicatorSet::create({"sma:10"});
    auto other = IndicatorSet::create({"sma:20"});
    QVERIFY(saved.ok() && other.ok());
    const auto bytes = codec::encoded(*saved);
    codec::BinaryReader reader(bytes);
    QVERIFY_EXCEPTION_THROWN(reader.read(*other), codec::BinaryReader::DecodeError);
}

QTEST_APPLESS_MAIN(TestIndicatorsSet)
#include "tst_indicators_set.moc"
