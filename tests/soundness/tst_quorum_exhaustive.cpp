// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "soundness/quorum_explorer.h"

#include <QtTest/QtTest>

using namespace coinswarm::quorum;
using namespace coinswarm::quorum::testing;

/// Every reachable state of four managers and one liar, within the bounds of each row.
class TestQuorumExhaustive : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noReachableStateBreaksAPromise_data()
    {
        QTest::addColumn<int>("liar");
        QTest::addColumn<int>("rounds");
        QTest::addColumn<int>("crashes");
        QTest::addColumn<bool>("badBatch");
        QTest::addColumn<int>("mostStates"); ///< 0: all of them
        const bool full = qEnvironmentVariableIsSet("COINSWARM_QUORUM_FULL");
        for (const int liar : {1, 2, 3, 0}) {
            const QByteArray who = "liar " + QByteArray::number(liar);
            QTest::newRow(who + ", one round, two crashes") << liar << 1 << 2 << true << 0;
            // The liar coordinates the second round: the fewest states, and the ones that matter most.
            QTest::newRow(who + ", two rounds") << liar << 2 << 0 << false << (full || liar == 2 ? 0 : 30'000);
            QTest::newRow(who + ", two rounds, a crash") << liar << 2 << 1 << false << (full ? 20'000'000 : 20'000);
            QTest::newRow(who + ", three rounds") << liar << 3 << 0 << false << (full ? 20'000'000 : 20'000);
        }
    }

    void noReachableStateBreaksAPromise()
    {
        QFETCH(int, liar);
        QFETCH(int, rounds);
        QFETCH(int, crashes);
        QFETCH(bool, badBatch);
        QFETCH(int, mostStates);
        Bounds bounds;
        bounds.liar = static_cast<ManagerIndex>(liar);
        bounds.rounds = static_cast<Round>(rounds);
        bounds.crashes = crashes;
        bounds.badBatch = badBatch;
        bounds.forgedCommits = badBatch;
        bounds.checkProgressEvery = 256;
        if (mostStates > 0) {
            bounds.mostStates = static_cast<std::size_t>(mostStates);
        }
        const Exploration found = explore(bounds);
        qInfo("%zu states%s, %zu transitions, %zu states with a decision, progress from %zu", found.states,
              found.complete ? ", all" : ", not all", found.transitions, found.decided, found.healed);
        QVERIFY2(found.violation.empty(), found.violation.c_str());
        QVERIFY(found.complete || mostStates > 0);
        QVERIFY(found.decided > 0);
    }
};

QTEST_GUILESS_MAIN(TestQuorumExhaustive)
#include "tst_quorum_exhaustive.moc"
