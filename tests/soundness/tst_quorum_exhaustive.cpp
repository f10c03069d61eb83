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
        for (const int liar : {1, 2, 3, 0}) {
            const QByteArray who = "liar " + QByteArray::number(liar);
            QTest::newRow(who + ", one round, two crashes") << liar << 1 << 2;
            QTest::newRow(who + ", two rounds") << liar << 2 << 0;
        }
    }

    void noReachableStateBreaksAPromise()
    {
        QFETCH(int, liar);
        QFETCH(int, rounds);
        QFETCH(int, crashes);
        Bounds bounds;
        bounds.liar = static_cast<ManagerIndex>(liar);
        bounds.rounds = static_cast<Round>(rounds);
        bounds.crashes = crashes;
        const Exploration found = explore(bounds);
        qInfo("%zu states, %zu transitions, %zu states with a decision, progress from %zu", found.states,
              found.transitions, found.decided, found.healed);
        QVERIFY2(found.violation.empty(), found.violation.c_str());
        QVERIFY(found.complete);
        QVERIFY(found.decided > 0);
    }
};

QTEST_GUILESS_MAIN(TestQuorumExhaustive)
#include "tst_quorum_exhaustive.moc"
