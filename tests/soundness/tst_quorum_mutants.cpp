// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/safety_rules.h"
#include "soundness/quorum_explorer.h"
#include "soundness/quorum_simulator.h"

#include <QtTest/QtTest>

using namespace coinswarm::quorum;
using namespace coinswarm::quorum::testing;

/// Simulator and explorer can fail: each rule of the proof is broken on purpose, and both must show what comes of it.
class TestQuorumMutants : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { safetyRules = {}; }

    void aMachineWithoutTheRuleIsFoundOut_data()
    {
        QTest::addColumn<bool SafetyRules::*>("rule");
        QTest::addColumn<int>("first");
        QTest::newRow("a quorum that is one too small") << &SafetyRules::quorumIntersects << 1;
        QTest::newRow("no lock") << &SafetyRules::lockHolds << 1;
        QTest::newRow("several votes in a round") << &SafetyRules::oneVotePerRound << 1;
        QTest::newRow("receipts behind a later vote") << &SafetyRules::noReceiptBehindVote << 1;
        QTest::newRow("votes leave before they are on disk") << &SafetyRules::voteBeforeSend << 1;
        // The rarest: begins a little before the schedule that shows it.
        QTest::newRow("receipts leave before they are on disk") << &SafetyRules::receiptBeforeSend << 14'500;
        QTest::newRow("certificates are believed") << &SafetyRules::certificateChecked << 1;
        QTest::newRow("the coordinator's verdict is taken over") << &SafetyRules::verdictIsOwn << 1;
        QTest::newRow("a lock never yields") << &SafetyRules::lockYieldsToLaterRound << 1;
    }

    void aMachineWithoutTheRuleIsFoundOut()
    {
        QFETCH(bool SafetyRules::*, rule);
        QFETCH(int, first);
        safetyRules.*rule = false;
        constexpr std::uint64_t kMost = 60'000;
        for (std::uint64_t i = 0; i < kMost; ++i) {
            const std::uint64_t seed = static_cast<std::uint64_t>(first) + i;
            Schedule schedule;
            schedule.seed = seed;
            schedule.steps = 100 + 100 * (seed % 5);
            schedule.heals = rule == &SafetyRules::lockYieldsToLaterRound;
            schedule.liarsStayActive = false;
            const Outcome outcome = simulate(schedule);
            if (!outcome.violation.empty()) {
                qInfo("found in schedule %llu: %s", static_cast<unsigned long long>(seed), outcome.violation.c_str());
                return;
            }
        }
        QFAIL("no schedule shows that the rule is missing");
    }

    void theHarmIsReachable_data()
    {
        QTest::addColumn<bool SafetyRules::*>("rule");
        QTest::addColumn<int>("liar");
        QTest::addColumn<int>("rounds");
        QTest::addColumn<int>("crashes");
        QTest::addColumn<QString>("harm");
        const QString two = QStringLiteral("one slot has two final commits");
        const QString accused = QStringLiteral("an honest manager is accused");
        const QString refused = QStringLiteral("a quorum certified what every honest manager refuses");
        QTest::newRow("a quorum that is one too small") << &SafetyRules::quorumIntersects << 1 << 1 << 0 << two;
        QTest::newRow("no lock") << &SafetyRules::lockHolds << 3 << 2 << 0 << two;
        // These two break no slot, because receipts are one per round whatever the votes are: they convict the innocent.
        QTest::newRow("several votes in a round") << &SafetyRules::oneVotePerRound << 1 << 1 << 1 << accused;
        QTest::newRow("receipts behind a later vote") << &SafetyRules::noReceiptBehindVote << 3 << 2 << 0 << two;
        QTest::newRow("votes leave before they are on disk") << &SafetyRules::voteBeforeSend << 1 << 1 << 1 << accused;
        QTest::newRow("receipts leave before they are on disk")
            << &SafetyRules::receiptBeforeSend << 2 << 2 << 1 << two;
        QTest::newRow("certificates are believed") << &SafetyRules::certificateChecked << 1 << 1 << 0 << refused;
        QTest::newRow("the coordinator's verdict is taken over")
            << &SafetyRules::verdictIsOwn << 1 << 1 << 0 << refused;
        QTest::newRow("a lock never yields")
            << &SafetyRules::lockYieldsToLaterRound << 3 << 2 << 0
            << QStringLiteral("a state was reached from which a healed network makes no progress");
    }

    /// Not only an honest manager that looks guilty: the very thing that the rule is there to prevent.
    void theHarmIsReachable()
    {
        QFETCH(bool SafetyRules::*, rule);
        QFETCH(int, liar);
        QFETCH(int, rounds);
        QFETCH(int, crashes);
        QFETCH(QString, harm);
        safetyRules.*rule = false;
        Bounds bounds;
        bounds.liar = static_cast<ManagerIndex>(liar);
        bounds.rounds = static_cast<Round>(rounds);
        bounds.crashes = crashes;
        bounds.judgeAccusations = harm == QStringLiteral("an honest manager is accused");
        bounds.badBatch = rule == &SafetyRules::verdictIsOwn || rule == &SafetyRules::certificateChecked;
        bounds.forgedCommits = rule == &SafetyRules::certificateChecked;
        bounds.checkProgressEvery = rule == &SafetyRules::lockYieldsToLaterRound ? 16 : 0;
        bounds.mostStates = 2'000'000;
        const Exploration found = explore(bounds);
        qInfo("%zu states until: %s", found.states, found.violation.c_str());
        QCOMPARE(QString::fromStdString(found.violation), harm);
    }
};

QTEST_GUILESS_MAIN(TestQuorumMutants)
#include "tst_quorum_mutants.moc"
