// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "soundness/quorum_simulator.h"

#include <QtTest/QtTest>

#include <cstdlib>

using namespace coinswarm::quorum;
using namespace coinswarm::quorum::testing;

/// Random schedules of real machines. COINSWARM_QUORUM_SCHEDULES sets how many per row; a failure names the seed.
class TestQuorumRandom : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void promisesHoldInEverySchedule_data()
    {
        QTest::addColumn<int>("managers");
        QTest::addColumn<int>("liars");
        QTest::addColumn<int>("steps");
        QTest::addColumn<int>("schedules");
        QTest::newRow("4 managers, one liar, short") << 4 << 1 << 120 << 160'000;
        QTest::newRow("4 managers, one liar, long") << 4 << 1 << 600 << 5'000;
        QTest::newRow("4 managers, crashes only") << 4 << 0 << 200 << 30'000;
        QTest::newRow("7 managers, two liars") << 7 << 2 << 250 << 8'000;
        QTest::newRow("7 managers, two liars, long") << 7 << 2 << 1000 << 800;
    }

    void promisesHoldInEverySchedule()
    {
        QFETCH(int, managers);
        QFETCH(int, liars);
        QFETCH(int, steps);
        QFETCH(int, schedules);
        const qlonglong wanted = qEnvironmentVariable("COINSWARM_QUORUM_SCHEDULES").toLongLong();
        const qlonglong count = wanted > 0 ? wanted : schedules;
        const auto first =
            static_cast<std::uint64_t>(qEnvironmentVariable("COINSWARM_QUORUM_SEED", QStringLiteral("1")).toLongLong());

        std::size_t events = 0;
        std::size_t slots = 0;
        std::size_t convictions = 0;
        Round highestRound = 0;
        for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(count); ++i) {
            Schedule schedule;
            schedule.seed = first + i;
            schedule.managers = static_cast<std::size_t>(managers);
            schedule.liars = static_cast<std::size_t>(liars);
            schedule.steps = static_cast<std::size_t>(steps);
            // Healing costs more than the chaos of a short schedule, so only some are run to the end.
            schedule.heals = i % 16 == 0;
            schedule.liarsStayActive = i % 32 == 0;
            const Outcome outcome = simulate(schedule);
            QVERIFY2(outcome.violation.empty(),
                     ("seed " + std::to_string(schedule.seed) + ": " + outcome.violation).c_str());
            events += outcome.events;
            slots += outcome.slots;
            convictions += outcome.convictions;
            highestRound = std::max(highestRound, outcome.highestRound);
        }
        qInfo("%lld schedules, %zu events, %zu slots final, %zu convictions, highest round %u", count, events, slots,
              convictions, highestRound);
        // A simulation in which nothing happens proves nothing.
        QVERIFY(slots > static_cast<std::size_t>(count) / 20);
        QVERIFY(highestRound >= 2);
        QVERIFY(liars == 0 || convictions > 0);
    }
};

QTEST_GUILESS_MAIN(TestQuorumRandom)
#include "tst_quorum_random.moc"
