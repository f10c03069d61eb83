// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "recorded_states.h"

#include "codec/binary_writer.h"

#include <QtTest/QtTest>

#include <algorithm>

using namespace coinswarm;
using namespace coinswarm::market;
using namespace coinswarm::testing;

namespace {

constexpr std::size_t kNeighbours = 10;
constexpr std::size_t kQueries = 400;
/// No neighbour may share a bar of the labels' window with the state it is compared to.
constexpr std::size_t kApart = 2 * kLabelBars;

struct Shares {
    double volatility = 0;
    double trend = 0;
};

/// How often the nearest earlier states share the thirds of states in the later half.
Shares neighbourShares(const std::vector<State> &states)
{
    const std::size_t half = states.size() / 2;
    const std::size_t step = std::max<std::size_t>((states.size() - half) / kQueries, 1);
    Shares shares;
    double compared = 0;
    std::vector<std::pair<std::int32_t, std::size_t>> near;
    for (std::size_t query = half; query < states.size(); query += step) {
        const State &now = states[query];
        near.clear();
        for (std::size_t i = 0; i < query && states[i].bar + kApart <= now.bar; ++i) {
            near.emplace_back(squaredDistance(states[i].embedding, now.embedding), i);
        }
        std::partial_sort(near.begin(), near.begin() + kNeighbours, near.end());
        for (std::size_t i = 0; i < kNeighbours; ++i) {
            const State &neighbour = states[near[i].second];
            shares.volatility += neighbour.volatilityThird == now.volatilityThird ? 1 : 0;
            shares.trend += neighbour.trendThird == now.trendThird ? 1 : 0;
            compared += 1;
        }
    }
    shares.volatility /= compared;
    shares.trend /= compared;
    return shares;
}

} // namespace

/// Near points are alike markets: on recordings, most of which the features were not designed on.
class TestStateEmbedding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void neighboursShareVolatilityAndTrend_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<int>("seconds");
        QTest::addColumn<int>("stride");
        QTest::newRow("BTC 5m, designed on") << QByteArray("bars/binance_spot_BTCUSDT_5m_2024H1.csv.gz") << 300 << 4;
        QTest::newRow("BTC 1h, designed on") << QByteArray("bars/bitvavo_BTC-EUR_1h_2020_2024.csv.gz") << 3'600 << 3;
        QTest::newRow("ETH 5m, unseen") << QByteArray("bars/binance_spot_ETHUSDT_5m_2024H1.csv.gz") << 300 << 4;
        QTest::newRow("BTC 4h, unseen") << QByteArray("bars/coinbase_BTC-USD_4h_2016_2025.csv.gz") << 14'400 << 2;
        QTest::newRow("ETH 1d, unseen") << QByteArray("bars/coinbase_ETH-USD_1d_2016_2026.csv.gz") << 86'400 << 1;
        QTest::newRow("BTC 1d, unseen") << QByteArray("bars/tvindex_BTCUSD_1d_2009_2026.csv.gz") << 86'400 << 1;
        QTest::newRow("SPY 1d, unseen") << QByteArray("cross/spy_1d_lean.csv.gz") << 86'400 << 1;
    }
    void neighboursShareVolatilityAndTrend()
    {
        QFETCH(QByteArray, file);
        QFETCH(int, seconds);
        QFETCH(int, stride);
        REQUIRE_SHARED_DATA(file.constData());
        const std::vector<Candle> bars = barsOf(file.constData(), seconds);
        const std::vector<State> states = statesOf(bars, static_cast<std::size_t>(stride));
        QVERIFY(states.size() > 1'000);
        const Shares shares = neighbourShares(states);
        qInfo("%s: volatility %.3f, trend %.3f of %zu states", file.constData(), shares.volatility, shares.trend,
              states.size());
        QVERIFY2(shares.volatility >= 0.55, qPrintable(QString::number(shares.volatility)));
        QVERIFY2(shares.trend >= 0.55, qPrintable(QString::number(shares.trend)));
    }

    void whatComesLaterChangesNoByte()
    {
        const char *file = "bars/binance_spot_BTCUSDT_5m_2024H1.csv.gz";
        REQUIRE_SHARED_DATA(file);
        const std::vector<Candle> bars = barsOf(file, 300);
        StateEmbedding whole(Interval{300});
        std::vector<Embedding> seen;
        for (std::size_t i = 0; i < 3'000; ++i) {
            whole.onBar(bars[i]);
            seen.push_back(whole.value());
        }
        for (std::size_t end = 1; end <= seen.size(); end += 271) {
            StateEmbedding cut(Interval{300});
            for (std::size_t i = 0; i < end; ++i) {
                cut.onBar(bars[i]);
            }
            QVERIFY2(cut.value() == seen[end - 1], qPrintable(QString::number(end)));
        }
        // Nor does what lies before the longest horizon and the bar that it begins from.
        StateEmbedding late(Interval{300});
        for (std::size_t i = seen.size() - StateEmbedding::kBars - 1; i < seen.size(); ++i) {
            late.onBar(bars[i]);
        }
        QVERIFY(late.value() == seen.back());
    }

    void stateRoundTrips()
    {
        const char *file = "bars/binance_spot_BTCUSDT_5m_2024H1.csv.gz";
        REQUIRE_SHARED_DATA(file);
        const std::vector<Candle> bars = barsOf(file, 300);
        StateEmbedding first(Interval{300});
        for (std::size_t i = 0; i < 700; ++i) {
            first.onQuote(bars[i].low, bars[i].high);
            first.onBar(bars[i]);
        }
        const std::vector<std::byte> saved = codec::encoded(first);
        StateEmbedding second(Interval{300});
        codec::BinaryReader reader(saved);
        second.visitState(reader);
        QVERIFY(reader.atEnd());
        for (std::size_t i = 700; i < 1'400; ++i) {
            QVERIFY(second.value() == first.value());
            first.onBar(bars[i]);
            second.onBar(bars[i]);
        }
    }

    void priceAndUnitDoNotMatter()
    {
        const char *file = "bars/binance_spot_BTCUSDT_5m_2024H1.csv.gz";
        REQUIRE_SHARED_DATA(file);
        StateEmbedding plain(Interval{300});
        StateEmbedding doubled(Interval{300});
        for (const Candle &bar : barsOf(file, 300)) {
            Candle other = bar;
            for (Price *price : {&other.open, &other.high, &other.low, &other.close}) {
                *price = Price::fromRaw(price->raw * 2);
            }
            other.volume = Quantity::fromRaw(other.volume.raw * 4);
            plain.onBar(bar);
            doubled.onBar(other);
        }
        QVERIFY(plain.value() == doubled.value());
    }

    void aMarketThatStandsStillHasAState()
    {
        StateEmbedding still(Interval{60});
        Candle bar;
        bar.interval = Interval{60};
        bar.open = bar.high = bar.low = bar.close = Price::fromInteger(100);
        for (int i = 0; i < 600; ++i) {
            bar.openTime = bar.openTime + std::chrono::seconds(60);
            still.onBar(bar);
        }
        QVERIFY(still.ready());
        const Embedding state = still.value();
        QCOMPARE(state.values.front(), std::int8_t{-127}); // no volatility at all
        QVERIFY(state != Embedding{});
    }
};

QTEST_GUILESS_MAIN(TestStateEmbedding)
#include "tst_state_embedding.moc"
