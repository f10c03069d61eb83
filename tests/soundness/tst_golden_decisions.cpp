// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/state_embedding.h"
#include "soundness/backtest_fixture.h"

#include <QtCore/QCryptographicHash>
#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::market;
using namespace coinswarm::test;

namespace {

/// Over every decision, order sent, fill and closed trade of the market below. It must hold for every compiler and
/// optimisation level; it changes only when the engine, an agent, the gate or the venue decides differently, on purpose.
const char *const kGolden = "ffd1fbd70cdd0aec3c40f788ff2f08196ae42d7a18e2908e6b8def715184cbdb";

/// Over the embeddings of the same market at every bar; it changes only when a feature or its scale does.
const char *const kGoldenEmbeddings = "45d254d112140b78acfadc29c21d3a37908e43d9ea082d3742f8b25835d01ce0";

std::vector<Bar> goldenMarket()
{
    BarSeries series(20240101);
    series.range(600, 900).walk(900, 350, 900).walk(300, 0, 4'000).walk(900, -300, 1'100).range(1'500, 1'500);
    series.walk(700, 500, 2'500).walk(400, -700, 3'000).range(700, 500);
    return series.bars();
}

} // namespace

/// E1: the same inputs give the same decisions, to the last bit, on every build.
class TestGoldenDecisions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theMarketIsWorthHashing()
    {
        const Run run = m_rig.run(goldenMarket());
        QCOMPARE(run.result.performance.bars, std::uint64_t{6'000});
        QVERIFY(run.result.decisions > 5'900);
        QVERIFY(run.result.performance.fills > 40);
        QVERIFY(run.result.performance.trades > 20);
    }

    void decisionsAreTheGoldenOnes()
    {
        QCOMPARE(QString::fromStdString(m_rig.run(goldenMarket(), {}, false).result.decisionsSha256),
                 QString::fromLatin1(kGolden));
    }

    void embeddingsAreTheGoldenOnes()
    {
        StateEmbedding state(Interval{300});
        QCryptographicHash hash(QCryptographicHash::Sha256);
        for (const Bar &bar : goldenMarket()) {
            Candle candle;
            candle.interval = Interval{300};
            candle.openTime = Timestamp::fromMilliseconds(bar.openMs);
            candle.open = Price::fromRaw(bar.open * (Price::kScale / 100));
            candle.high = Price::fromRaw(bar.high * (Price::kScale / 100));
            candle.low = Price::fromRaw(bar.low * (Price::kScale / 100));
            candle.close = Price::fromRaw(bar.close * (Price::kScale / 100));
            candle.volume = Quantity::fromRaw(bar.volume * (Quantity::kScale / 1'000));
            state.onQuote(candle.close - Price::fromRaw(Price::kScale * (bar.volume % 10)), candle.close);
            state.onBar(candle);
            const Embedding embedding = state.value();
            hash.addData(QByteArrayView(embedding.values));
        }
        QCOMPARE(QString::fromLatin1(hash.result().toHex()), QString::fromLatin1(kGoldenEmbeddings));
    }

    void oneCentChangesTheHash()
    {
        std::vector<Bar> bars = goldenMarket();
        bars[3'000].close += 1;
        bars[3'000].high += 1;
        QVERIFY(m_rig.run(bars, {}, false).result.decisionsSha256 != kGolden);
    }

private:
    BacktestRig m_rig;
};

QTEST_GUILESS_MAIN(TestGoldenDecisions)
#include "tst_golden_decisions.moc"
