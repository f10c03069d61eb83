// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/safety_rules.h"
#include "soundness/quorum_simulator.h"

#include <QtTest/QtTest>

using namespace coinswarm::quorum;
using namespace coinswarm::quorum::testing;

/// The simulator can fail: each rule of the proof is broken on purpose, and some schedule must show it.
class TestQuorumMutants : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { safetyRules = {}; }

    void aMachineWithoutTheRuleIsFoundOut_data()
    {
        QTest::addColumn<bool SafetyRules::*>("rule");
        QTest::addColumn<int>("liars");
        QTest::newRow("a quorum that is one too small") << &SafetyRules::quorumIntersects << 1;
        QTest::newRow("no lock") << &SafetyRules::lockHolds << 1;
        QTest::newRow("several votes in a round") << &SafetyRules::oneVotePerRound << 1;
        QTest::newRow("receipts behind a later vote") << &SafetyRules::noReceiptBehindVote << 1;
        QTest::newRow("votes leave before they are on disk") << &SafetyRules::voteBeforeSend << 1;
        QTest::newRow("receipts leave before they are on disk") << &SafetyRules::receiptBeforeSend << 1;
        QTest::newRow("certificates are believed") << &SafetyRules::certificateChecked << 1;
        QTest::newRow("the coordinator's verdict is taken over") << &SafetyRules::verdictIsOwn << 1;
        QTest::newRow("a lock never yields") << &SafetyRules::lockYieldsToLaterRound << 1;
    }

    void aMachineWithoutTheRuleIsFoundOut()
    {
        QFETCH(bool SafetyRules::*, rule);
        QFETCH(int, liars);
        safetyRules.*rule = false;
        constexpr std::uint64_t kMost = 60'000;
        for (std::uint64_t seed = 1; seed <= kMost; ++seed) {
            Schedule schedule;
            schedule.seed = seed;
            schedule.liars = static_cast<std::size_t>(liars);
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
};

QTEST_GUILESS_MAIN(TestQuorumMutants)
#include "tst_quorum_mutants.moc"
