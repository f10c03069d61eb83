// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/indicators/indicator_set.h"

#include <coinswarm/agent.h>

#include <QtTest/QtTest>

#include <cmath>

using namespace coinswarm;
using namespace coinswarm::market;

namespace {

Bar bar(double high, double low, double close, double volume = 1, std::int64_t minute = 0)
{
    return {Timestamp{minute * 60'000'000'000}, high, low, close, volume};
}

/// Closeness relative to the expected value, or absolute below 1.
bool close(double actual, double expected, double tolerance)
{
    return std::abs(actual - expected) <= tolerance * std::max(1.0, std::abs(expected));
}

/// Only the order of additions differs.
constexpr double kExact = 1e-12;

/// Prices that wander, jump and stand still, the same on every machine.
class Walk
{
public:
    double next()
    {
        m_state = m_state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
        const double unit = static_cast<double>(m_state >> 11U) / 9'007'199'254'740'992.0 - 0.5;
        if (m_state % 1000 == 0) {
            m_price *= 1.0 + unit;
        } else if (m_state % 7 != 0) {
            m_price *= 1.0 + 0.002 * unit;
        }
        return m_price;
    }

private:
    std::uint64_t m_state = 7;
    double m_price = 60'000;
};

} // namespace

class TestIndicators : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void smaOfAFewValues();
    void emaStartsWithTheAverage();
    void rsiOfAFewValues();
    void macdOfAFewValues();
    void bollingerDividesByThePeriod();
    void atrBeginsWithHighMinusLow();
    void adxOfASteadyRise();
    void stochasticOfAFewBars();
    void realisedVolatilityIsTheRootMeanSquareReturn();
    void vwapStartsAnewAtMidnight();
    void flatMarketGivesNeutralNumbers();

    void aMillionBarsDoNotDrift();
};

void TestIndicators::smaOfAFewValues()
{
    Sma sma(3);
    for (const double x : {1.0, 2.0}) {
        sma.update(x);
        QVERIFY(!sma.ready());
    }
    sma.update(6.0);
    QVERIFY(sma.ready());
    QCOMPARE(sma.value(), 3.0);
    sma.update(10.0);
    QCOMPARE(sma.value(), 6.0);
    QCOMPARE(sma.warmupBars(), std::uint64_t{3});
}

void TestIndicators::emaStartsWithTheAverage()
{
    Ema ema(3);
    ema.update(2.0);
    ema.update(4.0);
    QVERIFY(!ema.ready());
    ema.update(6.0);
    QCOMPARE(ema.value(), 4.0);
    ema.update(8.0);
    QCOMPARE(ema.value(), 6.0); // 4 + ½ (8 − 4)
}

void TestIndicators::rsiOfAFewValues()
{
    Rsi rsi(2);
    rsi.update(10.0);
    rsi.update(12.0);
    QVERIFY(!rsi.ready());
    rsi.update(11.0); // gains 2, 0; losses 0, 1: 100 − 100 ÷ (1 + 1 ÷ ½)
    QVERIFY(close(rsi.value(), 100.0 - 100.0 / 3.0, kExact));
    rsi.update(14.0); // gain (1 + 3) ÷ 2 = 2, loss ½ ÷ 2
    QVERIFY(close(rsi.value(), 100.0 - 100.0 / 9.0, kExact));
}

void TestIndicators::macdOfAFewValues()
{
    Macd macd(2, 3, 2);
    IndicatorReadings readings{.count = 3};
    macd.update(3.0);
    macd.update(6.0);
    macd.update(9.0); // fast 4.5 + ⅔ (9 − 4.5) = 7.5; slow 6
    macd.write(readings, 0);
    QCOMPARE(readings.value(0), 1.5);
    QVERIFY(!readings.ready(1));
    macd.update(6.0); // fast 6.5; slow 6
    macd.write(readings, 0);
    QVERIFY(close(readings.value(0), 0.5, kExact));
    QVERIFY(close(readings.value(1), 1.0, kExact));
    QVERIFY(close(readings.value(2), -0.5, kExact));
    QCOMPARE(macd.warmupBars(), std::uint64_t{4});
}

void TestIndicators::bollingerDividesByThePeriod()
{
    Bollinger bands(4, 2);
    for (const double x : {2.0, 4.0, 4.0, 6.0}) {
        bands.update(x);
    }
    QCOMPARE(bands.middle(), 4.0);
    QVERIFY(close(bands.upper(), 4.0 + 2.0 * std::sqrt(2.0), kExact));
    QVERIFY(close(bands.lower(), 4.0 - 2.0 * std::sqrt(2.0), kExact));
}

void TestIndicators::atrBeginsWithHighMinusLow()
{
    Atr atr(2);
    atr.update(bar(11, 9, 10)); // 2
    QVERIFY(!atr.ready());
    atr.update(bar(15, 14, 15)); // |15 − 10| = 5
    QCOMPARE(atr.value(), 3.5);
    atr.update(bar(15, 12, 13)); // 3
    QCOMPARE(atr.value(), 3.25);
}

void TestIndicators::adxOfASteadyRise()
{
    Adx adx(3);
    for (int i = 0; i < 6; ++i) {
        QVERIFY(!adx.ready());
        adx.update(bar(10.0 + i, 8.0 + i, 9.0 + i));
        QCOMPARE(adx.directionReady(), i >= 3);
    }
    QVERIFY(adx.ready());
    QCOMPARE(adx.value(), 100.0); // it only ever rose
    QCOMPARE(adx.plusDi(), 50.0); // by 1 of a range of 2
    QCOMPARE(adx.minusDi(), 0.0);
}

void TestIndicators::stochasticOfAFewBars()
{
    Stochastic stochastic(2, 2, 2);
    stochastic.update(bar(10, 8, 9));
    stochastic.update(bar(12, 9, 11)); // raw 75
    stochastic.update(bar(12, 10, 12)); // raw 100
    QCOMPARE(stochastic.k(), 87.5);
    QVERIFY(!stochastic.ready());
    stochastic.update(bar(14, 12, 11)); // raw 25
    QCOMPARE(stochastic.k(), 62.5);
    QCOMPARE(stochastic.d(), 75.0);
    QCOMPARE(stochastic.warmupBars(), std::uint64_t{4});
}

void TestIndicators::realisedVolatilityIsTheRootMeanSquareReturn()
{
    RealisedVolatility volatility(2);
    volatility.update(100.0);
    volatility.update(103.0);
    QVERIFY(!volatility.ready());
    volatility.update(103.0 * 0.96);
    QVERIFY(close(volatility.value(), std::sqrt((0.0009 + 0.0016) / 2.0), kExact));
}

void TestIndicators::vwapStartsAnewAtMidnight()
{
    Vwap vwap;
    vwap.update(bar(12, 9, 9, 1, 1438));
    vwap.update(bar(21, 18, 21, 3, 1439));
    QCOMPARE(vwap.value(), (10.0 + 60.0) / 4.0);
    vwap.update(bar(6, 6, 6, 0, 1440));
    QCOMPARE(vwap.value(), 6.0); // nothing traded yet today
    vwap.update(bar(9, 9, 9, 2, 1441));
    QCOMPARE(vwap.value(), 9.0);
}

void TestIndicators::flatMarketGivesNeutralNumbers()
{
    auto set = IndicatorSet::create({"rsi:3", "adx:3", "stoch:3:2:2", "rv:3", "bb:3:2", "atr:3", "vwap", "macd:2:3:2"});
    QVERIFY(set.ok());
    Candle candle;
    candle.interval = {60};
    candle.open = candle.high = candle.low = candle.close = *Price::parse("0.1");
    for (std::uint64_t i = 0; i < set->warmupBars(); ++i) {
        set->update(candle);
        candle.openTime = candle.closeTime();
    }
    const IndicatorSlots slots(set->names());
    const auto value = [&](const char *spec, const char *series = "") {
        const std::size_t slot = slots.slot(spec, series);
        return set->readings().ready(slot) ? set->readings().value(slot) : -1.0;
    };
    QCOMPARE(value("rsi:3"), 50.0);
    QCOMPARE(value("adx:3", "adx"), 0.0);
    QCOMPARE(value("adx:3", "plus_di"), 0.0);
    QCOMPARE(value("stoch:3:2:2", "d"), 50.0);
    QCOMPARE(value("rv:3"), 0.0);
    QCOMPARE(value("atr:3"), 0.0);
    QVERIFY(close(value("bb:3:2", "upper"), 0.1, kExact));
    QVERIFY(close(value("vwap"), 0.1, kExact));
    QVERIFY(close(value("macd:2:3:2", "histogram"), 0.0, kExact));
}

void TestIndicators::aMillionBarsDoNotDrift()
{
    Walk walk;
    Sma sma(50);
    Bollinger bands(20, 2);
    RealisedVolatility volatility(30);
    SlidingWindow<Maximum> highest(14);
    std::vector<double> all;
    all.reserve(1'000'000);
    double worst = 0;
    for (std::size_t i = 0; i < 1'000'000; ++i) {
        all.push_back(walk.next());
        sma.update(all.back());
        bands.update(all.back());
        volatility.update(all.back());
        highest.push(all.back());
        if (i < 100 || (i % 997 != 0 && i < 999'990)) {
            continue;
        }
        const auto mean = [&](std::size_t n) {
            long double sum = 0;
            for (std::size_t k = i + 1 - n; k <= i; ++k) {
                sum += all[k];
            }
            return static_cast<double>(sum / static_cast<long double>(n));
        };
        long double squares = 0;
        long double returns = 0;
        double greatest = 0;
        for (std::size_t k = i - 19; k <= i; ++k) {
            squares += (all[k] - mean(20)) * (all[k] - mean(20));
        }
        for (std::size_t k = i - 29; k <= i; ++k) {
            const double r = all[k] / all[k - 1] - 1.0;
            returns += r * r;
        }
        for (std::size_t k = i - 13; k <= i; ++k) {
            greatest = std::max(greatest, all[k]);
        }
        const auto far = [](double actual, double expected) { return std::abs(actual - expected) / expected; };
        worst = std::max(worst, far(sma.value(), mean(50)));
        worst = std::max(worst, far(bands.deviation(), static_cast<double>(std::sqrt(squares / 20))));
        worst = std::max(worst, far(volatility.value(), static_cast<double>(std::sqrt(returns / 30))));
        QCOMPARE(highest.result(), greatest);
    }
    QVERIFY2(worst < 1e-12, qPrintable(QString::number(worst)));
    qInfo("worst relative difference after 1,000,000 bars: %.1e", worst);
}

QTEST_APPLESS_MAIN(TestIndicators)
#include "tst_indicators.moc"
