// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "codec/binary_writer.h"
#include "market/regime_classifier.h"
#include "shared_data.h"

#include <QtTest/QtTest>

#include <cmath>

using namespace coinswarm;
using namespace coinswarm::market;

namespace {

constexpr int kBar = 300;

Candle candle(int i, double high, double low, double last)
{
    Candle c;
    c.instrument = InstrumentId(1);
    c.interval = {kBar};
    c.openTime = {i * std::int64_t{kBar} * 1'000'000'000};
    c.high = *Price::fromDouble(high);
    c.low = *Price::fromDouble(low);
    c.close = *Price::fromDouble(last);
    c.open = c.close;
    return c;
}

/// Bars whose closes alternate by ± `size` around `middle`.
Candle noise(int i, double size, double middle = 1000)
{
    const double last = middle * (1 + (i % 2 == 0 ? size : -size));
    return candle(i, std::max(middle, last), std::min(middle, last), last);
}

std::vector<Candle> recorded(const char *file)
{
    const shared_data::Table table(file);
    std::vector<Candle> bars;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        Candle c;
        c.instrument = InstrumentId(1);
        c.interval = {kBar};
        c.openTime = Timestamp::fromMilliseconds(table.integer(i, "ts_ms"));
        c.open = *Price::parse(table.text(i, "open"));
        c.high = *Price::parse(table.text(i, "high"));
        c.low = *Price::parse(table.text(i, "low"));
        c.close = *Price::parse(table.text(i, "close"));
        bars.push_back(c);
    }
    return bars;
}

std::vector<Regime> classify(std::span<const Candle> bars)
{
    RegimeClassifier classifier(InstrumentId(1));
    std::uint64_t id = 0;
    std::vector<Regime> regimes;
    for (const Candle &bar : bars) {
        classifier.onBar(bar, id);
        regimes.push_back(classifier.current());
    }
    return regimes;
}

/// Lengths in bars of the runs of equal classes, sorted.
template <class Class>
std::vector<int> durations(const std::vector<Regime> &regimes, Class Regime::*member)
{
    std::vector<int> runs;
    for (std::size_t i = 0; i < regimes.size(); ++i) {
        if (i == 0 || regimes[i].*member != regimes[i - 1].*member) {
            runs.push_back(0);
        }
        ++runs.back();
    }
    std::sort(runs.begin(), runs.end());
    return runs;
}

template <class Class>
double share(const std::vector<Regime> &regimes, Class Regime::*member, Class value)
{
    const auto n = std::count_if(regimes.begin(), regimes.end(), [&](const Regime &r) { return r.*member == value; });
    return static_cast<double>(n) / static_cast<double>(regimes.size());
}

} // namespace

class TestRegimes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void firstBarStartsTheFirstRegime();
    void volatilityIsComparedWithItsOwnPast();
    void briefExcursionChangesNothing();
    void crashDoesNotMoveTheReference();
    void motionlessMarketHasLowVolatility();
    void spreadIsUnknownWithoutQuotes();
    void spreadHasHysteresis();
    void trendsAreFoundAndEnd();
    void sessionsFollowTheHour_data();
    void sessionsFollowTheHour();
    void eachChangeEndsOneRegimeAndStartsTheNext();
    void restoredClassifierContinuesBitForBit();

    void recordedRegimesLastLong_data();
    void recordedRegimesLastLong();
    void theFutureChangesNothing();
};

void TestRegimes::firstBarStartsTheFirstRegime()
{
    RegimeClassifier classifier(InstrumentId(7));
    std::uint64_t id = 41;
    QVERIFY(!classifier.current().id);
    const auto change = classifier.onBar(noise(0, 0.001), id);
    QVERIFY(change.has_value());
    QVERIFY(!change->ended.id);
    QCOMPARE(change->started.id.value, std::uint64_t{42});
    QCOMPARE(change->started.instrument, InstrumentId(7));
    QCOMPARE(change->started.start.ns, kBar * std::int64_t{1'000'000'000});
    QCOMPARE(change->started.version, kRegimeRulesVersion);
    QCOMPARE(change->started.volatility, VolatilityRegime::Unknown);
    QCOMPARE(change->started.session, SessionRegime::Asia);
    QVERIFY(!classifier.onBar(noise(1, 0.001), id));
    QCOMPARE(id, std::uint64_t{42});
}

void TestRegimes::volatilityIsComparedWithItsOwnPast()
{
    RegimeClassifier classifier(InstrumentId(1));
    const RegimeRules rules;
    std::uint64_t id = 0;
    int i = 0;
    const int known = static_cast<int>(rules.volatilityBars + rules.referenceBars) - 1;
    for (; i < known; ++i) {
        classifier.onBar(noise(i, 0.001), id);
        QCOMPARE(classifier.current().volatility, VolatilityRegime::Unknown);
    }
    classifier.onBar(noise(i++, 0.001), id);
    QCOMPARE(classifier.current().volatility, VolatilityRegime::Normal);
    for (const int end = i + 60; i < end; ++i) {
        classifier.onBar(noise(i, 0.003), id);
    }
    QCOMPARE(classifier.current().volatility, VolatilityRegime::High);
    for (const int end = i + 60; i < end; ++i) {
        classifier.onBar(noise(i, 0.0002), id);
    }
    QCOMPARE(classifier.current().volatility, VolatilityRegime::Low);
    // What lasts becomes the new normal.
    for (const int end = i + 3000; i < end; ++i) {
        classifier.onBar(noise(i, 0.0002), id);
    }
    QCOMPARE(classifier.current().volatility, VolatilityRegime::Normal);
}

void TestRegimes::briefExcursionChangesNothing()
{
    Confirmed<TrendRegime> confirmed(3);
    confirmed.propose(TrendRegime::Range);
    QCOMPARE(confirmed.value(), TrendRegime::Range); // the first known class needs no confirmation
    for (const auto proposed : {TrendRegime::Up, TrendRegime::Up, TrendRegime::Range, TrendRegime::Up,
                                TrendRegime::Down, TrendRegime::Up, TrendRegime::Up})
    {
        confirmed.propose(proposed);
        QCOMPARE(confirmed.value(), TrendRegime::Range);
    }
    confirmed.propose(TrendRegime::Up);
    QCOMPARE(confirmed.value(), TrendRegime::Up);
}

void TestRegimes::crashDoesNotMoveTheReference()
{
    RegimeClassifier classifier(InstrumentId(1));
    std::uint64_t id = 0;
    int i = 0;
    for (; i < 500; ++i) {
        classifier.onBar(noise(i, 0.001), id);
    }
    const double before = classifier.referenceVolatility();
    classifier.onBar(noise(i++, 0.001, 500), id); // half the price is gone
    for (const int end = i + 48; i < end; ++i) {
        classifier.onBar(noise(i, 0.001, 500), id);
    }
    QVERIFY(classifier.referenceVolatility() < before * 1.06);
    QCOMPARE(classifier.current().volatility, VolatilityRegime::High);
    for (const int end = i + 5; i < end; ++i) {
        classifier.onBar(noise(i, 0.001, 500), id);
    }
    QCOMPARE(classifier.current().volatility, VolatilityRegime::Normal);
}

void TestRegimes::motionlessMarketHasLowVolatility()
{
    RegimeClassifier classifier(InstrumentId(1));
    std::uint64_t id = 0;
    for (int i = 0; i < 400; ++i) {
        classifier.onBar(candle(i, 1000, 1000, 1000), id);
        QVERIFY(std::isfinite(classifier.referenceVolatility()));
    }
    QCOMPARE(classifier.current().volatility, VolatilityRegime::Low);
    QCOMPARE(classifier.current().trend, TrendRegime::Range);
}

void TestRegimes::spreadIsUnknownWithoutQuotes()
{
    RegimeClassifier classifier(InstrumentId(1));
    std::uint64_t id = 0;
    classifier.onBar(noise(0, 0.001), id);
    QCOMPARE(classifier.current().spread, SpreadRegime::Unknown);
    classifier.onQuote(*Price::parse("999.5"), *Price::parse("1000"));
    classifier.onBar(noise(1, 0.001), id);
    QCOMPARE(classifier.current().spread, SpreadRegime::Normal); // 5 bp
    classifier.onQuote(Price(), *Price::parse("1000")); // nobody bids any more
    for (int i = 2; i < 5; ++i) {
        classifier.onBar(noise(i, 0.001), id);
    }
    QCOMPARE(classifier.current().spread, SpreadRegime::Unknown);
}

void TestRegimes::spreadHasHysteresis()
{
    RegimeClassifier classifier(InstrumentId(1));
    std::uint64_t id = 0;
    int i = 0;
    const auto at = [&](double basisPoints) {
        for (int k = 0; k < 4; ++k) {
            classifier.onQuote(*Price::fromDouble(1000 - basisPoints / 20),
                               *Price::fromDouble(1000 + basisPoints / 20));
            classifier.onBar(noise(i++, 0.001), id);
        }
        return classifier.current().spread;
    };
    QCOMPARE(at(5), SpreadRegime::Normal);
    QCOMPARE(at(9.9), SpreadRegime::Normal);
    QCOMPARE(at(10.1), SpreadRegime::Wide);
    QCOMPARE(at(7.1), SpreadRegime::Wide);
    QCOMPARE(at(6.9), SpreadRegime::Normal);
    QCOMPARE(at(2.1), SpreadRegime::Normal);
    QCOMPARE(at(1.9), SpreadRegime::Tight);
    QCOMPARE(at(2.9), SpreadRegime::Tight);
    QCOMPARE(at(3.1), SpreadRegime::Normal);
}

void TestRegimes::trendsAreFoundAndEnd()
{
    RegimeClassifier classifier(InstrumentId(1));
    std::uint64_t id = 0;
    int i = 0;
    double price = 1000;
    const auto drift = [&](double step, int bars) {
        for (int k = 0; k < bars; ++k) {
            price += step;
            const double wobble = i % 2 == 0 ? 1 : -1;
            classifier.onBar(candle(i++, price + 2 + wobble, price - 2 + wobble, price + wobble), id);
        }
        return classifier.current().trend;
    };
    QCOMPARE(drift(0, 95), TrendRegime::Unknown);
    QCOMPARE(drift(0, 100), TrendRegime::Range);
    QCOMPARE(drift(3, 200), TrendRegime::Up);
    QCOMPARE(drift(-3, 200), TrendRegime::Down);
    QCOMPARE(drift(0, 400), TrendRegime::Range);
}

void TestRegimes::sessionsFollowTheHour_data()
{
    QTest::addColumn<int>("hour");
    QTest::addColumn<int>("session");
    const auto row = [](int hour, SessionRegime session) {
        QTest::addRow("%d", hour) << hour << static_cast<int>(session);
    };
    row(-1, SessionRegime::Late);
    row(0, SessionRegime::Asia);
    row(6, SessionRegime::Asia);
    row(7, SessionRegime::Europe);
    row(12, SessionRegime::Europe);
    row(13, SessionRegime::America);
    row(20, SessionRegime::America);
    row(21, SessionRegime::Late);
    row(23, SessionRegime::Late);
    row(24 * 365 + 7, SessionRegime::Europe);
}

void TestRegimes::sessionsFollowTheHour()
{
    QFETCH(int, hour);
    QFETCH(int, session);
    QCOMPARE(static_cast<int>(sessionAt({hour * 3'600'000'000'000})), session);
    QCOMPARE(static_cast<int>(sessionAt({(hour + 1) * 3'600'000'000'000 - 1})), session);
}

void TestRegimes::eachChangeEndsOneRegimeAndStartsTheNext()
{
    RegimeClassifier classifier(InstrumentId(1));
    std::uint64_t id = 0;
    Regime last;
    int changes = 0;
    for (int i = 0; i < 2000; ++i) {
        const auto change = classifier.onBar(noise(i, i / 300 % 2 == 0 ? 0.001 : 0.004), id);
        if (!change) {
            QCOMPARE(classifier.current(), last);
            continue;
        }
        Regime ended = last;
        ended.end = candle(i, 1, 1, 1).closeTime();
        if (changes > 0) {
            QCOMPARE(change->ended, ended);
        }
        QVERIFY(change->started.start == ended.end);
        QVERIFY(change->started.end == Timestamp());
        QCOMPARE(change->started.id.value, static_cast<std::uint64_t>(++changes));
        last = change->started;
    }
    QVERIFY(changes > 20);
}

void TestRegimes::restoredClassifierContinuesBitForBit()
{
    for (const int cut : {0, 1, 47, 100, 160, 777}) {
        RegimeClassifier first(InstrumentId(1));
        RegimeClassifier second(InstrumentId(1));
        std::uint64_t a = 0;
        const auto feed = [](RegimeClassifier &classifier, int i, std::uint64_t &id) {
            if (i % 3 == 0) {
                classifier.onQuote(*Price::fromDouble(1000 - i % 17), *Price::fromDouble(1001));
            }
            return classifier.onBar(noise(i, i / 100 % 2 == 0 ? 0.001 : 0.004), id);
        };
        for (int i = 0; i < cut; ++i) {
            feed(first, i, a);
        }
        first.onQuote(*Price::fromDouble(999), *Price::fromDouble(1001)); // in the middle of a bar
        const auto bytes = codec::encoded(first);
        codec::BinaryReader(bytes).read(second);
        std::uint64_t b = a;
        for (int i = cut; i < cut + 300; ++i) {
            QCOMPARE(feed(first, i, a).has_value(), feed(second, i, b).has_value());
            QCOMPARE(first.current(), second.current());
        }
        QVERIFY(codec::encoded(first) == codec::encoded(second));
    }
}

void TestRegimes::recordedRegimesLastLong_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::newRow("BTC") << QByteArray("bars/binance_spot_BTCUSDT_5m_2024H1.csv.gz");
    QTest::newRow("ETH") << QByteArray("bars/binance_spot_ETHUSDT_5m_2024H1.csv.gz");
}

void TestRegimes::recordedRegimesLastLong()
{
    QFETCH(QByteArray, file);
    REQUIRE_SHARED_DATA(file.constData());
    const auto regimes = classify(recorded(file.constData()));
    const auto volatility = durations(regimes, &Regime::volatility);
    const auto trend = durations(regimes, &Regime::trend);
    const int volatilityMedian = volatility[volatility.size() / 2];
    const int trendMedian = trend[trend.size() / 2];
    qInfo("volatility: %zu regimes, median %d bars; trend: %zu regimes, median %d bars", volatility.size(),
          volatilityMedian, trend.size(), trendMedian);
    QVERIFY(volatilityMedian >= 48); // four hours
    QVERIFY(trendMedian >= 48);
    // Every class happens, none swallows the rest.
    for (const auto value : {VolatilityRegime::Low, VolatilityRegime::Normal, VolatilityRegime::High}) {
        const double part = share(regimes, &Regime::volatility, value);
        QVERIFY2(part > 0.1 && part < 0.7, qPrintable(QString::number(part)));
    }
    for (const auto value : {TrendRegime::Down, TrendRegime::Range, TrendRegime::Up}) {
        const double part = share(regimes, &Regime::trend, value);
        QVERIFY2(part > 0.1 && part < 0.7, qPrintable(QString::number(part)));
    }
}

void TestRegimes::theFutureChangesNothing()
{
    REQUIRE_SHARED_DATA("bars/binance_spot_BTCUSDT_5m_2024H1.csv.gz");
    auto bars = recorded("bars/binance_spot_BTCUSDT_5m_2024H1.csv.gz");
    const auto all = classify(bars);
    for (const std::size_t cut : {std::size_t{100}, std::size_t{9'999}, std::size_t{30'000}}) {
        const auto some = classify(std::span(bars).first(cut));
        QVERIFY(std::equal(some.begin(), some.end(), all.begin()));
    }
    for (std::size_t i = 30'000; i < bars.size(); ++i) {
        bars[i].high = bars[i].close = Price::fromInteger(1'000'000);
    }
    const auto other = classify(bars);
    QVERIFY(std::equal(all.begin(), all.begin() + 30'000, other.begin()));
    QVERIFY(all != other);
}

QTEST_APPLESS_MAIN(TestRegimes)
#include "tst_regimes.moc"
