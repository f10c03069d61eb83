// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What happens to four memory managers, each a process, when one of them, or the bus between them, is killed, frozen or slow
// under load. After each fault a checker reads every log and what the proposer was told.

#include "support/check.h"
#include "support/managers_under_load.h"

#include <QtTest/QtTest>

#include <random>

#include <sys/mount.h>
#include <unistd.h>

using namespace coinswarm;
using namespace coinswarm::test;
using namespace std::chrono_literals;

class TestManagerFaults : public QObject, private ManagersUnderLoad
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { forget(); }

    void aKilledManagerCostsNothing();
    void aFrozenManagerCostsNothing();
    void aSlowManagerCostsNothing();
    void coordinatorsKilledInTheMiddleCostNothing();
    void withTwoOfFourSilentNothingBecomesFinal();
    void aManagerWhoseDiskIsFullStandsStillAndSaysSo();
    void aManagerThatLostItsDataDirectoryButNotItsKeyCatchesUp();

    void aKilledServerOfTheBusCostsNothing();
    void theKilledLeaderOfTheLogCostsNothing();
    void aSilentMinorityOfTheBusCostsNothing();
    void theWholeBusRestartedCostsNothing();
    void aBusThatForgotEverythingIsFilledFromTheManagers();
    void managersAndEngineStartBeforeTheBus();

    void everybodyKilledAtRandomLosesNothing();

private:
    void start(ManagerCluster::Options options = {});
};

void TestManagerFaults::init()
{
    if (!NatsCluster::isAvailable()) {
        QSKIP("SKIPPED: nats-server is not installed (apt-get install nats-server)");
    }
}

void TestManagerFaults::start(ManagerCluster::Options options)
{
    m_cluster = take(ManagerCluster::start(std::move(options)));
    m_proposer = take(Proposer::join(*m_cluster));
    m_proposer->propose();
    QVERIFY(m_proposer->waitForDecided(1));
    m_proposer->begin(kLoad, true);
}

void TestManagerFaults::aKilledManagerCostsNothing()
{
    start();
    goOn(100);
    m_cluster->kill(1);
    const quorum::Slot from = m_proposer->slot() + 1;
    goOn(1'000);
    const quorum::Slot slots = m_proposer->slot() - from + 1;
    const std::size_t slow = slowSlots(m_cluster->auditOf(0), from);
    // A coordinator that let its round pass is asked last for 64 slots.
    QVERIFY2(slow <= slots / 64 + 2, qPrintable(QStringLiteral("%1 of %2 slots were slow").arg(slow).arg(slots)));
    take(m_cluster->startManager(1));
    goOn(100);
    endLoadAndCheck();
}

void TestManagerFaults::aFrozenManagerCostsNothing()
{
    start();
    goOn(100);
    m_cluster->pause(2);
    goOn(500);
    m_cluster->resume(2);
    goOn(100);
    endLoadAndCheck();
}

void TestManagerFaults::aSlowManagerCostsNothing()
{
    start();
    goOn(50);
    for (int i = 0; i < 30; ++i) {
        m_cluster->pause(3);
        goOn(10);
        m_cluster->resume(3);
        goOn(2);
    }
    endLoadAndCheck();
}

void TestManagerFaults::coordinatorsKilledInTheMiddleCostNothing()
{
    start();
    std::mt19937 random(1);
    for (int i = 0; i < 12; ++i) {
        goOn(20);
        // Whose turn it is changes with each slot, so one after another is killed as a coordinator in every phase.
        const std::size_t victim = static_cast<std::size_t>(i) % m_cluster->managers();
        letPass(std::chrono::milliseconds(random() % 10));
        m_cluster->kill(victim);
        goOn(20);
        take(m_cluster->startManager(victim));
    }
    endLoadAndCheck();
}

void TestManagerFaults::withTwoOfFourSilentNothingBecomesFinal()
{
    start();
    goOn(100);
    m_cluster->pause(0);
    m_cluster->pause(2);
    // What was on its way may still arrive.
    letPass(500ms);
    const std::size_t decided = m_proposer->decided();
    const quorum::Slot slot = m_proposer->slot();
    letPass(4s);
    QCOMPARE(m_proposer->slot(), slot);
    QCOMPARE(m_proposer->decided(), decided);
    m_cluster->resume(0);
    goOn(100);
    m_cluster->resume(2);
    endLoadAndCheck();
}

void TestManagerFaults::aManagerWhoseDiskIsFullStandsStillAndSaysSo()
{
    if (::geteuid() != 0) {
        QSKIP("SKIPPED: only root can mount a small disk");
    }
    const QTemporaryDir disk;
    const std::string path = disk.path().toStdString();
    if (::mount("tmpfs", path.c_str(), "tmpfs", 0, "size=700k") != 0) {
        QSKIP("SKIPPED: a small disk cannot be mounted here");
    }
    ManagerCluster::Options options;
    options.folders[1] = path;
    start(options);
    const Result<void> said = m_cluster->waitUntilPrinted(1, "stands still");
    goOn(200);
    m_cluster->kill(1);
    const int larger = ::mount("tmpfs", path.c_str(), "tmpfs", MS_REMOUNT, "size=200m");
    const auto restarted = m_cluster->startManager(1);
    m_proposer->end();
    const bool settled = m_proposer->waitUntilSettled();
    const std::string wrong = whatIsWrong(*m_cluster, *m_proposer);
    const std::string printed = m_cluster->printedBy(1);
    m_proposer.reset();
    m_cluster.reset();
    ::umount(path.c_str());
    QVERIFY2(said.ok(), said.ok() ? "" : said.error().message.c_str());
    QVERIFY2(printed.find("No space left on device") != std::string::npos, printed.c_str());
    QCOMPARE(larger, 0);
    QVERIFY(restarted.ok());
    QVERIFY(settled);
    QVERIFY2(wrong.empty(), wrong.c_str());
}

void TestManagerFaults::aManagerThatLostItsDataDirectoryButNotItsKeyCatchesUp()
{
    start();
    goOn(200);
    m_cluster->kill(3);
    // The log is a copy of what the others have; promises bind only in the slot under way, and the others went on meanwhile.
    std::filesystem::remove(m_cluster->auditOf(3));
    goOn(100);
    take(m_cluster->startManager(3));
    endLoadAndCheck();
}

void TestManagerFaults::aKilledServerOfTheBusCostsNothing()
{
    start();
    for (int node = 0; node < m_cluster->nats().nodes(); ++node) {
        goOn(100);
        m_cluster->nats().kill(node);
        goOn(100);
        take(m_cluster->nats().restart(node));
        take(m_cluster->nats().waitReady());
    }
    endLoadAndCheck();
}

void TestManagerFaults::theKilledLeaderOfTheLogCostsNothing()
{
    start();
    goOn(100);
    const int leader = m_cluster->nats().leaderOf("mem_commit");
    QVERIFY(leader >= 0);
    m_cluster->nats().kill(leader);
    goOn(200);
    take(m_cluster->nats().restart(leader));
    take(m_cluster->nats().waitReady());
    goOn(50);
    endLoadAndCheck();
}

void TestManagerFaults::aSilentMinorityOfTheBusCostsNothing()
{
    start();
    goOn(100);
    m_cluster->nats().pause(2);
    goOn(200);
    m_cluster->nats().resume(2);
    goOn(100);
    endLoadAndCheck();
}

void TestManagerFaults::theWholeBusRestartedCostsNothing()
{
    start();
    goOn(100);
    for (int node = 0; node < 3; ++node) {
        m_cluster->nats().kill(node);
    }
    const std::size_t decided = m_proposer->decided();
    letPass(1'500ms);
    QVERIFY(m_proposer->decided() <= decided + 20); // nothing but what was under way
    for (int node = 0; node < 3; ++node) {
        take(m_cluster->nats().restart(node));
    }
    take(m_cluster->nats().waitReady());
    goOn(200);
    endLoadAndCheck();
}

void TestManagerFaults::aBusThatForgotEverythingIsFilledFromTheManagers()
{
    start();
    goOn(200);
    for (int node = 0; node < 3; ++node) {
        m_cluster->nats().kill(node);
        m_cluster->nats().wipe(node);
    }
    for (int node = 0; node < 3; ++node) {
        take(m_cluster->nats().restart(node));
    }
    take(m_cluster->nats().waitReady());
    goOn(200);
    // A manager without its log gets all of it from the others.
    m_cluster->kill(0);
    std::filesystem::remove(m_cluster->auditOf(0));
    goOn(50);
    take(m_cluster->startManager(0));
    endLoadAndCheck();
}

void TestManagerFaults::managersAndEngineStartBeforeTheBus()
{
    start();
    goOn(50);
    m_proposer->end();
    QVERIFY(m_proposer->waitUntilSettled());
    for (std::size_t i = 0; i < m_cluster->managers(); ++i) {
        m_cluster->kill(i);
    }
    for (int node = 0; node < 3; ++node) {
        m_cluster->nats().kill(node);
    }
    for (std::size_t i = 0; i < m_cluster->managers(); ++i) {
        take(m_cluster->startManager(i));
    }
    for (std::size_t i = 0; i < m_cluster->managers(); ++i) {
        take(m_cluster->waitUntilPrinted(i, "trouble: "));
        QVERIFY(m_cluster->isRunning(i));
    }
    for (int node = 0; node < 3; ++node) {
        take(m_cluster->nats().restart(node));
    }
    m_proposer->begin(kLoad, true);
    goOn(100);
    endLoadAndCheck();
}

void TestManagerFaults::everybodyKilledAtRandomLosesNothing()
{
    bool given = false;
    const int seconds = qEnvironmentVariableIntValue("COINSWARM_CHAOS_SECONDS", &given);
    const unsigned seed = given ? std::random_device()() : 1;
    std::mt19937 random(seed);
    start();
    const QDeadlineTimer end((given ? seconds : 20) * 1'000LL);
    std::size_t kills = 0;
    while (!end.hasExpired()) {
        // A log kept three times needs a few seconds to choose its leader anew.
        letPass(std::chrono::milliseconds(500 + random() % 2'500));
        const std::size_t victim = random() % 7;
        if (victim < 4) {
            m_cluster->kill(victim);
            letPass(std::chrono::milliseconds(random() % 1'000));
            take(m_cluster->startManager(victim));
        } else {
            const int node = static_cast<int>(victim) - 4;
            m_cluster->nats().kill(node);
            letPass(std::chrono::milliseconds(random() % 1'000));
            take(m_cluster->nats().restart(node));
        }
        ++kills;
    }
    take(m_cluster->nats().waitReady());
    m_proposer->end();
    QVERIFY2(m_proposer->waitUntilSettled(5min),
             qPrintable(QStringLiteral("%1 of %2 decided").arg(m_proposer->decided()).arg(m_proposer->proposed())));
    endLoadAndCheck();
    qInfo("seed %u: %zu kills, %zu proposals decided in %llu slots", seed, kills, m_proposer->decided(),
          static_cast<unsigned long long>(m_proposer->slot()));
}

QTEST_GUILESS_MAIN(TestManagerFaults)
#include "tst_manager_faults.moc"
