// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "recorded_states.h"
#include "regime_world.h"

#include "memory/state/memory_policy.h"

#include <QtTest/QtTest>

#include <array>

using namespace coinswarm;
using namespace coinswarm::memory;
using namespace coinswarm::testing;

namespace {

constexpr std::size_t kHeldBars = 12;
constexpr double kFees = 0.001;

/// A trade that follows the trend from the state on and is closed some bars later.
EpisodeFact tradeFrom(const State &state, const std::vector<Candle> &bars, RegimeWorld &names)
{
    const Candle &in = bars[state.bar];
    const Candle &out = bars[state.bar + kHeldBars];
    const bool up = state.measures.trend >= 0;
    const double gain = out.close.toDouble() / in.close.toDouble() - 1;
    EpisodeFact fact = names.episode(up ? 0 : 1, out.openTime, (up ? gain : -gain) - kFees);
    fact.state = state.embedding;
    return fact;
}

struct Outcome {
    std::size_t episodes = 0;
    std::size_t patterns = 0;
    std::size_t foundedEarly = 0; ///< in the first third of the recording
    std::size_t foundedLate = 0; ///< in the last third
    double placed = 0; ///< share of the episodes of the later half that are in a pattern
    double volatility = 0; ///< share of members whose third of volatility is their pattern's most frequent one
    double trend = 0;
    std::size_t promoted = 0;
    std::size_t deprecated = 0;
    std::int32_t drift = 0;
};

double shareOfMostFrequent(const std::map<PatternId, std::array<std::size_t, 3>> &counts)
{
    double most = 0;
    double all = 0;
    for (const auto &[pattern, thirds] : counts) {
        most += static_cast<double>(*std::max_element(thirds.begin(), thirds.end()));
        all += static_cast<double>(thirds[0] + thirds[1] + thirds[2]);
    }
    return most / all;
}

} // namespace

/// Patterns of recorded markets, whose regimes nobody knows: they settle, and members are alike.
class TestPatternRecordings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void patternsSettleAndTheirMembersAreAlike_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<int>("seconds");
        QTest::addColumn<int>("stride");
        QTest::newRow("BTC 5m") << QByteArray("bars/binance_spot_BTCUSDT_5m_2024H1.csv.gz") << 300 << 24;
        QTest::newRow("ETH 5m") << QByteArray("bars/binance_spot_ETHUSDT_5m_2024H1.csv.gz") << 300 << 24;
        QTest::newRow("BTC 1h") << QByteArray("bars/bitvavo_BTC-EUR_1h_2020_2024.csv.gz") << 3'600 << 18;
        QTest::newRow("BTC 4h") << QByteArray("bars/coinbase_BTC-USD_4h_2016_2025.csv.gz") << 14'400 << 8;
    }
    void patternsSettleAndTheirMembersAreAlike()
    {
        QFETCH(QByteArray, file);
        QFETCH(int, seconds);
        QFETCH(int, stride);
        REQUIRE_SHARED_DATA(file.constData());
        const std::vector<Candle> bars = barsOf(file.constData(), seconds);
        const std::vector<State> states = statesOf(bars, static_cast<std::size_t>(stride));
        RegimeWorld names(1, 2, 40, 8);
        LearningMemory memory;
        std::vector<const State *> traded;
        Outcome seen;
        for (const State &state : states) {
            if (state.bar + kHeldBars >= bars.size()) {
                break;
            }
            const std::size_t before = memory.state().patterns().size();
            QVERIFY2(memory.slot({tradeFrom(state, bars, names)}), "a proposal of the learner was refused");
            traded.push_back(&state);
            const std::size_t founded = memory.state().patterns().size() - before;
            seen.foundedEarly += 3 * state.bar < bars.size() ? founded : 0;
            seen.foundedLate += 3 * state.bar > 2 * bars.size() ? founded : 0;
        }
        for (int i = 0; i < 40; ++i) {
            QVERIFY(memory.slot({}));
        }
        seen.episodes = traded.size();
        seen.patterns = memory.state().patterns().size();
        std::map<PatternId, std::array<std::size_t, 3>> volatility;
        std::map<PatternId, std::array<std::size_t, 3>> trend;
        for (std::size_t i = 0; i < traded.size(); ++i) {
            if (const PatternId pattern = memory.state().patternOf(EpisodeId(i + 1))) {
                ++volatility[pattern][static_cast<std::size_t>(traded[i]->volatilityThird)];
                ++trend[pattern][static_cast<std::size_t>(traded[i]->trendThird)];
                seen.placed += 2 * i > traded.size() ? 2.0 / static_cast<double>(traded.size()) : 0;
            }
        }
        seen.volatility = shareOfMostFrequent(volatility);
        seen.trend = shareOfMostFrequent(trend);
        for (const auto &[id, record] : memory.state().patterns()) {
            seen.promoted += record.pattern.status == PatternStatus::Promoted ? 1 : 0;
            seen.deprecated += record.pattern.status == PatternStatus::Deprecated ? 1 : 0;
            seen.drift = std::max(seen.drift, squaredDistance(record.pattern.centre, record.pattern.founding));
        }
        qInfo(
            "%zu trades: %zu patterns (%zu founded in the first third, %zu in the last; %zu promoted, %zu deprecated), "
            "%.2f of the later half in one; most frequent third of volatility %.2f, of trend %.2f; drift %d",
            seen.episodes, seen.patterns, seen.foundedEarly, seen.foundedLate, seen.promoted, seen.deprecated,
            seen.placed, seen.volatility, seen.trend, seen.drift);
        QVERIFY(seen.patterns >= 5 && seen.patterns <= 60);
        QVERIFY(seen.foundedLate <= seen.foundedEarly);
        QVERIFY(seen.placed >= 0.9);
        QVERIFY(seen.volatility >= 0.55); // by chance a third, and a little more for a pattern of few
        QVERIFY(seen.trend >= 0.55);
        QVERIFY(seen.drift <= kPatternDrift);
    }
};

QTEST_GUILESS_MAIN(TestPatternRecordings)
#include "tst_pattern_recordings.moc"
