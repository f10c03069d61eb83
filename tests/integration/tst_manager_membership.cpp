// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Managers, each a process, are exchanged while they decide: with the commands that their operators would use.

#include "memory/audit/membership_file.h"
#include "support/check.h"
#include "support/managers_under_load.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::audit;
using namespace coinswarm::journal;
using namespace coinswarm::quorum;
using namespace coinswarm::test;

namespace {

QString pathOf(const std::filesystem::path &path)
{
    return QString::fromStdString(path.string());
}

void cli(const QStringList &arguments)
{
    QProcess process;
    process.start(QStringLiteral(COINSWARM_BINARY_DIR "/bin/coinswarm-cli"), arguments);
    QVERIFY(process.waitForFinished(30'000));
    QVERIFY2(process.exitCode() == 0, (process.readAllStandardOutput() + process.readAllStandardError()).constData());
}

} // namespace

class TestManagerMembership : public QObject, private ManagersUnderLoad
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { forget(); }

    void whoLostItsDiskComesBackUnderAnotherKey();
    void whoWasRemovedOnlyFollows();

private:
    /// Has the managers `approving` agree, all of whom are needed, and the engine's side submit it.
    void change(const QStringList &what, std::vector<std::size_t> approving);
};

void TestManagerMembership::init()
{
    if (!NatsCluster::isAvailable()) {
        QSKIP("SKIPPED: nats-server is not installed (apt-get install nats-server)");
    }
    m_cluster = take(ManagerCluster::start({}));
    m_proposer = take(Proposer::join(*m_cluster));
    m_proposer->begin(kLoad, true);
    goOn(50);
}

void TestManagerMembership::change(const QStringList &what, std::vector<std::size_t> approving)
{
    const QString file = pathOf(m_cluster->scratch("change.txt"));
    cli(QStringList{QStringLiteral("cluster"), QStringLiteral("change"), pathOf(m_cluster->auditOf(0)),
                    QStringLiteral("--out"), file}
        + what);
    for (std::size_t i = 0; i < approving.size(); ++i) {
        const MembershipFile sofar = take(loadMembership(file.toStdString()));
        QCOMPARE(sofar.change.approvals.size(), i);
        QVERIFY(!m_proposer->submitMembership(sofar.change).ok());
        cli({QStringLiteral("cluster"), QStringLiteral("approve"), file, pathOf(m_cluster->folderOf(approving[i]))});
    }
    take(m_proposer->submitMembership(take(loadMembership(file.toStdString())).change));
}

void TestManagerMembership::whoLostItsDiskComesBackUnderAnotherKey()
{
    m_cluster->kill(2);
    std::filesystem::remove_all(m_cluster->folderOf(2));
    const PublicKey fresh = m_cluster->keyOf("m3").publicKey();
    change({QStringLiteral("--replace"), QStringLiteral("m3=") + QString::fromStdString(toHex(fresh))}, {0, 1, 3, 2});
    goOn(50);
    take(m_cluster->waitUntilPrinted(0, "decides as manager m1 of 4 in epoch 1"));

    // It finds out by itself who it is, from slots that others decided.
    take(m_cluster->startManager(2));
    take(m_cluster->waitUntilPrinted(2, "decides as manager m3 of 4 in epoch 1"));
    // Of the others three are not there any more, so that its vote and its receipt are needed.
    m_cluster->kill(0);
    goOn(50);
    take(m_cluster->startManager(0));
    endLoadAndCheck();
}

void TestManagerMembership::whoWasRemovedOnlyFollows()
{
    change({QStringLiteral("--remove"), QStringLiteral("m4")}, {0, 1, 2});
    take(m_cluster->waitUntilPrinted(3, "its key is no manager's in epoch 1"));
    goOn(50);
    // Two of three are a quorum; two of four would be none.
    m_cluster->kill(1);
    goOn(50);
    m_cluster->kill(3);
    take(m_cluster->startManager(3));
    take(m_cluster->startManager(1));
    endLoadAndCheck();
}

QTEST_GUILESS_MAIN(TestManagerMembership)
#include "tst_manager_membership.moc"
