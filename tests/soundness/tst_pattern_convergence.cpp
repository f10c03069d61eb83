// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "regime_world.h"

#include "memory/state/memory_policy.h"

#include <QtTest/QtTest>

using namespace coinswarm;
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
        std::map<EpisodeId, PatternId> firstPattern;
        while (truth.size() < episodes) {
            std::vector<EpisodeFact> arrived;
            for (int i = 0; i < perSlot; ++i) {
                truth.push_back(world.draw(regimes));
                arrived.push_back(world.episode(truth.back(), hour(truth.size()), 0.001));
            }
            QVERIFY2(memory.slot(std::move(arrived)), "a proposal of the learner was refused");
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
            qInfo("%llu: %zu", static_cast<unsigned long long>(id.value), record.members.size());
        }
        std::vector<std::int32_t> within;
        for (std::size_t i = 0; i < 100; ++i) {
            within.push_back(squaredDistance(memory.state().fact(EpisodeId(i + 1)).state, world.centre(truth[i])));
        }
        qInfo("adjusted Rand index %.3f, %zu patterns, drift %d, distance within %d", index, patterns, drift,
              *std::max_element(within.begin(), within.end()));
        QVERIFY(index >= 0.9);
        QVERIFY(patterns >= regimes - 1 && patterns <= regimes + 1);
        QVERIFY(drift <= kPatternDrift);
    }
};

QTEST_GUILESS_MAIN(TestPatternConvergence)
#include "tst_pattern_convergence.moc"
