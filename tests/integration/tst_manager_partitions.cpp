// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What happens to four memory managers, each a process, when one of three servers of the bus is cut off from the others. It
// lives, and whoever is connected to it believes to be on the bus. Everybody knows one server, so that it is certain who is on
// which side.

#include "support/check.h"
#include "support/managers_under_load.h"

#include <QtTest/QtTest>

#include <algorithm>

using namespace coinswarm;
using namespace coinswarm::test;
using namespace std::chrono_literals;

class TestManagerPartitions : public QObject, private ManagersUnderLoad
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { forget(); }

    void aServerCutOffWithAManagerCostsNothing_data();
    void aServerCutOffWithAManagerCostsNothing();
    void withTwoManagersOnEachSideNothingBecomesFinal();
    void anEngineCutOffWithAManagerIsToldNothingUntilItIsBack();

private:
    /// Homes of the four managers and the engine.
    void start(std::vector<int> homes);
    void isolate(int home, NatsCluster::Partition partition);
    void rejoin();
    std::vector<quorum::Slot> lastSlots() const;
    /// Checks that the managers from `first` on decide nothing and the engine is told of no decision, although it goes on
    /// proposing; then heals the cut and checks everybody.
    void standStillUntilHealed(std::size_t first);

    int m_isolated = -1;
};

void TestManagerPartitions::init()
{
    if (!NatsCluster::isAvailable()) {
        QSKIP("SKIPPED: nats-server is not installed (apt-get install nats-server)");
    }
}

void TestManagerPartitions::start(std::vector<int> homes)
{
    ManagerCluster::Options options;
    options.homes = std::move(homes);
    m_cluster = take(ManagerCluster::start(std::move(options)));
    m_proposer = take(Proposer::join(*m_cluster));
    m_proposer->propose();
    QVERIFY(m_proposer->waitForDecided(1));
    m_proposer->begin(kLoad, true);
    goOn(100);
}

void TestManagerPartitions::isolate(int home, NatsCluster::Partition partition)
{
    m_isolated = m_cluster->nodeOf(home);
    m_cluster->nats().isolate(m_isolated, partition);
}

void TestManagerPartitions::rejoin()
{
    m_cluster->nats().rejoin(m_isolated);
}

std::vector<quorum::Slot> TestManagerPartitions::lastSlots() const
{
    std::vector<quorum::Slot> slots;
    for (std::size_t i = 0; i < m_cluster->managers(); ++i) {
        slots.push_back(lastSlot(m_cluster->auditOf(i)));
    }
    return slots;
}

void TestManagerPartitions::aServerCutOffWithAManagerCostsNothing_data()
{
    QTest::addColumn<int>("home");
    QTest::addColumn<NatsCluster::Partition>("partition");
    QTest::newRow("the leader of the log, routes silent") << 0 << NatsCluster::Partition::Silent;
    QTest::newRow("another one, routes broken") << 1 << NatsCluster::Partition::Broken;
}

void TestManagerPartitions::aServerCutOffWithAManagerCostsNothing()
{
    QFETCH(const int, home);
    QFETCH(const NatsCluster::Partition, partition);
    start({home + 1, home + 2, home + 1, home, home + 2});
    isolate(home, partition);
    std::vector<quorum::Slot> slots = lastSlots();
    // What was on its way to it may carry it one slot further than the first of the others has come.
    const quorum::Slot bound = *std::max_element(slots.begin(), slots.end()) + 1;
    goOn(200);
    slots = lastSlots();
    QVERIFY2(slots[3] <= bound, qPrintable(QStringLiteral("slot %1, not %2").arg(slots[3]).arg(bound)));
    QVERIFY(*std::min_element(slots.begin(), slots.begin() + 3) > bound);
    rejoin();
    goOn(100);
    endLoadAndCheck();
}

void TestManagerPartitions::standStillUntilHealed(std::size_t first)
{
    // What was on its way may still arrive.
    letPass(1s);
    const std::vector<quorum::Slot> slots = lastSlots();
    const std::size_t decided = m_proposer->decided();
    const std::size_t proposed = m_proposer->proposed();
    letPass(3s);
    const std::vector<quorum::Slot> later = lastSlots();
    QVERIFY(std::equal(slots.begin() + static_cast<std::ptrdiff_t>(first), slots.end(),
                       later.begin() + static_cast<std::ptrdiff_t>(first)));
    QCOMPARE(m_proposer->decided(), decided);
    QVERIFY(m_proposer->proposed() > proposed);
    rejoin();
    goOn(100);
    endLoadAndCheck();
}

void TestManagerPartitions::withTwoManagersOnEachSideNothingBecomesFinal()
{
    start({0, 1, 2, 2, 0});
    isolate(2, NatsCluster::Partition::Silent);
    standStillUntilHealed(0);
}

void TestManagerPartitions::anEngineCutOffWithAManagerIsToldNothingUntilItIsBack()
{
    start({0, 1, 0, 2, 2});
    isolate(2, NatsCluster::Partition::Broken);
    standStillUntilHealed(3);
}

QTEST_GUILESS_MAIN(TestManagerPartitions)
#include "tst_manager_partitions.moc"
