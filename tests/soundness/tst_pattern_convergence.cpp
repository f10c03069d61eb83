// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "regime_world.h"

#include "memory/state/memory_policy.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::memory;
using namespace coinswarm::testing;

namespace {

constexpr std::int64_t kHour = 3'600LL * 1'000'000'000;

Timestamp hour(std::size_t n)
{
    return Timestamp{1'700'000'000LL * 1'000'000'000 + static_cast<std::int64_t>(n) * kHour};
}

} // namespace

/// Episodes of known regimes arrive one after the other; patterns must become those regimes.
class TestPatternConvergence : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void patternsBecomeTheRegimes_data()
    {
        QTest::addColumn<quint32>("seed");
        QTest::addColumn<int>("spread"); // of the regimes' centres, per feature
        QTest::addColumn<int>("noise"); // of a state around its centre, per feature
        QTest::addColumn<int>("perSlot");
        for (const int noise : {8, 16, 22}) {
            for (const quint32 seed : {1U, 2U, 3U}) {
                QTest::addRow("noise %d, seed %u, one per slot", noise, seed) << seed << 40 << noise << 1;
            }
            QTest::addRow("noise %d, many per slot", noise) << 4U << 40 << noise << 50;
        }
        QTest::addRow("near regimes") << 5U << 25 << 16 << 3;
    }

    void patternsBecomeTheRegimes()
    {
        QFETCH(const quint32, seed);
        QFETCH(const int, spread);
        QFETCH(const int, noise);
        QFETCH(const int, perSlot);
        constexpr std::size_t regimes = 6;
        constexpr std::size_t episodes = 1'200;
        RegimeWorld world(seed, regimes, spread, noise);
        LearningMemory memory;
        std::vector<std::size_t> truth;
        std::map<EpisodeId, PatternId> first;
        while (truth.size() < episodes) {
            std::vector<EpisodeFact> arrived;
            for (int i = 0; i < perSlot; ++i) {
                truth.push_back(world.draw(regimes));
                arrived.push_back(world.episode(truth.back(), hour(truth.size()), 0.001));
            }
            QVERIFY2(memory.slot(std::move(arrived)), "a proposal of the learner was refused");
            for (std::uint64_t i = 1; i <= memory.state().episodeCount(); i += 37) {
                if (const PatternId pattern = memory.state().patternOf(EpisodeId(i))) {
                    QCOMPARE(first.emplace(EpisodeId(i), pattern).first->second, pattern); // for ever
                }
            }
        }
        for (int i = 0; i < 40; ++i) {
            QVERIFY(memory.slot({}));
        }
        std::vector<std::uint64_t> found;
        for (std::uint64_t i = 1; i <= memory.state().episodeCount(); ++i) {
            found.push_back(memory.state().patternOf(EpisodeId(i)).value);
        }
        const double index = adjustedRandIndex(truth, found);
        const std::size_t patterns = memory.state().patterns().size();
        std::int32_t drift = 0;
        for (const auto &[id, record] : memory.state().patterns()) {
            drift = std::max(drift, squaredDistance(record.pattern.centre, record.pattern.founding));
        }
        qInfo("adjusted Rand index %.3f, %zu patterns, drift %d", index, patterns, drift);
        QVERIFY(index >= 0.9);
        QVERIFY(patterns >= regimes - 1 && patterns <= regimes + 1);
        QVERIFY(drift <= kPatternDrift);
    }

    void outliersFoundNoPattern()
    {
        RegimeWorld world(6, 2, 40, 12);
        LearningMemory memory;
        for (std::size_t i = 0; i < 300; ++i) {
            QVERIFY(memory.slot({i % 3 == 2 ? world.outlier(hour(i)) : world.episode(i % 3, hour(i), 0.001)}));
        }
        QCOMPARE(memory.state().patterns().size(), std::size_t(2));
        for (std::uint64_t i = 3; i <= 300; i += 3) {
            QVERIFY(!memory.state().patternOf(EpisodeId(i)));
        }
    }

    /// A regime earns and is promoted; then it turns, and the pattern is given up.
    void aRegimeThatTurnsIsDeprecated()
    {
        RegimeWorld world(7, 4, 40, 12);
        LearningMemory memory;
        std::size_t n = 0;
        const auto status = [&](std::size_t regime) {
            for (const auto &[id, record] : memory.state().patterns()) {
                if (squaredDistance(record.pattern.centre, world.centre(regime)) < kPatternDrift) {
                    return record.pattern.status;
                }
            }
            return PatternStatus::Candidate;
        };
        const auto trade = [&](double rewardOfFirst) {
            const std::size_t regime = world.draw(4);
            const double luck = (static_cast<double>(world.draw(2'001)) - 1'000) / 100'000;
            return memory.slot({world.episode(regime, hour(n++), luck + (regime == 0 ? rewardOfFirst : 0.0035))});
        };
        while (status(0) != PatternStatus::Promoted && n < 2'000) {
            QVERIFY(trade(0.004));
        }
        qInfo("promoted after %zu episodes of all regimes", n);
        QVERIFY(n < 2'000);
        const std::size_t turned = n;
        while (status(0) != PatternStatus::Deprecated && n < turned + 2'000) {
            QVERIFY(trade(-0.006));
        }
        qInfo("deprecated %zu episodes after it turned", n - turned);
        QVERIFY(n < turned + 2'000);
        QVERIFY(status(1) != PatternStatus::Deprecated && status(2) != PatternStatus::Deprecated);
    }

    /// Where a regime's states wander off, the pattern stays where it is and another takes over.
    void aRegimeThatMovesIsFollowedByAnotherPattern()
    {
        RegimeWorld world(8, 1, 40, 10);
        LearningMemory memory;
        for (std::size_t i = 0; i < 400; ++i) {
            QVERIFY(memory.slot({world.episode(0, hour(i), 0.001)}));
            if (i == 200) {
                world.shift(0, 40);
            }
        }
        QCOMPARE(memory.state().patterns().size(), std::size_t(2));
        QCOMPARE(memory.state().patternOf(EpisodeId(150)), PatternId(1));
        QCOMPARE(memory.state().patternOf(EpisodeId(350)), PatternId(2));
    }
};

QTEST_GUILESS_MAIN(TestPatternConvergence)
#include "tst_pattern_convergence.moc"
