// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Three real servers, and what happens to them: nothing that was acknowledged is lost but where a test says so, clients
// come back, and errors are visible.

#include "support/log_load.h"

using namespace coinswarm;
using namespace coinswarm::nats;
using namespace coinswarm::test;
using namespace std::chrono_literals;

namespace {

const std::string kStream = "mem_commit";

} // namespace

class TestNatsCluster : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void aKilledNodeCostsNothing();
    void theKilledLeaderOfTheLogCostsNothing();
    void aSilentMinorityCostsNothing();
    void theWholeClusterKilledAndStartedKeepsWhatItAcknowledged();
    void aNodeWhoseStoreIsGoneGetsItBack();
    void withoutAMajorityNothingIsAcknowledged();
    void aLogThatIsGoneIsSaidToBeLost();

private:
    void compareLog(const LogLoad &load);
    int leader() const;

    std::unique_ptr<NatsCluster> m_cluster;
    BusEvents m_events;
    std::unique_ptr<NatsBus> m_bus;
    std::unique_ptr<DurableLog> m_log;
};

void TestNatsCluster::init()
{
    if (!NatsCluster::isAvailable()) {
        QSKIP("SKIPPED: nats-server is not installed (apt-get install nats-server)");
    }
    m_cluster = take(NatsCluster::start(3));
    m_bus = std::make_unique<NatsBus>(natsTestSettings(*m_cluster));
    take(m_bus->connect(m_events.recorder()));
    LogOptions options;
    options.replicas = 3;
    options.maximumBytes = 64 << 20;
    m_log = take(openWhenPossible(*m_bus, Subject::MemCommit, options));
    QTRY_VERIFY_WITH_TIMEOUT(leader() >= 0, 30'000);
}

void TestNatsCluster::cleanup()
{
    m_log.reset();
    m_bus.reset();
    m_cluster.reset();
}

int TestNatsCluster::leader() const
{
    return m_cluster->leaderOf(kStream);
}

void TestNatsCluster::compareLog(const LogLoad &load)
{
    const std::string wrong = whatIsWrong(*m_log, {&load});
    QVERIFY2(wrong.empty(), wrong.c_str());
}

void TestNatsCluster::aKilledNodeCostsNothing()
{
    LogLoad load(*m_bus, *m_log);
    QVERIFY(load.waitFor(100));
    // One after another, each is killed once, so that the client's own server is among them.
    for (int node = 0; node < m_cluster->nodes(); ++node) {
        m_cluster->kill(node);
        QVERIFY(load.waitFor(50));
        take(m_cluster->restart(node));
        take(m_cluster->waitReady());
    }
    QVERIFY(load.waitFor(50));
    load.stop();
    QVERIFY(m_events.count(BusEvent::Kind::Disconnected) >= 1);
    QVERIFY(m_events.count(BusEvent::Kind::Reconnected) >= 1);
    compareLog(load);
}

void TestNatsCluster::theKilledLeaderOfTheLogCostsNothing()
{
    LogLoad load(*m_bus, *m_log);
    for (int i = 0; i < 3; ++i) {
        QVERIFY(load.waitFor(100));
        int killed = -1;
        QTRY_VERIFY_WITH_TIMEOUT((killed = leader()) >= 0, 30'000);
        m_cluster->kill(killed);
        QVERIFY(load.waitFor(50));
        take(m_cluster->restart(killed));
        take(m_cluster->waitReady());
    }
    load.stop();
    compareLog(load);
}

void TestNatsCluster::aSilentMinorityCostsNothing()
{
    LogLoad load(*m_bus, *m_log);
    QVERIFY(load.waitFor(100));
    int silent = -1;
    QTRY_VERIFY_WITH_TIMEOUT((silent = leader()) >= 0, 30'000);
    m_cluster->pause(silent);
    QVERIFY(load.waitFor(100));
    m_cluster->resume(silent);
    QVERIFY(load.waitFor(100));
    load.stop();
    take(m_cluster->waitReady());
    compareLog(load);
}

void TestNatsCluster::theWholeClusterKilledAndStartedKeepsWhatItAcknowledged()
{
    LogLoad load(*m_bus, *m_log);
    QVERIFY(load.waitFor(300));
    for (int node = 0; node < m_cluster->nodes(); ++node) {
        m_cluster->kill(node);
    }
    QCOMPARE(m_events.wait(BusEvent::Kind::Disconnected).kind, BusEvent::Kind::Disconnected);
    // Nothing is kept for later while nobody is there.
    QTRY_VERIFY(!m_bus->isConnected());
    QCOMPARE(m_bus->publish(messageOf(*m_bus, Subject::AgentAction, "x")).error().kind, ErrorKind::Unavailable);
    QCOMPARE(appendTo(*m_log, messageOf(*m_bus, Subject::MemCommit, "lost")).status, AppendStatus::Unreachable);
    for (int node = 0; node < m_cluster->nodes(); ++node) {
        take(m_cluster->restart(node));
    }
    take(m_cluster->waitReady());
    QVERIFY(load.waitFor(100));
    load.stop();
    compareLog(load);
}

void TestNatsCluster::aNodeWhoseStoreIsGoneGetsItBack()
{
    LogLoad load(*m_bus, *m_log);
    QVERIFY(load.waitFor(200));
    m_cluster->kill(1);
    m_cluster->wipe(1);
    take(m_cluster->restart(1));
    take(m_cluster->waitReady());
    QVERIFY(load.waitFor(50));
    load.stop();
    // It has everything again: another one may go now.
    m_cluster->kill(2);
    QTRY_VERIFY_WITH_TIMEOUT(leader() >= 0 && leader() != 2, 60'000);
    QTRY_VERIFY_WITH_TIMEOUT(m_bus->isConnected(), 30'000);
    compareLog(load);
}

void TestNatsCluster::withoutAMajorityNothingIsAcknowledged()
{
    QVERIFY(appendTo(*m_log, messageOf(*m_bus, Subject::MemCommit, "before")).inLog());
    m_cluster->pause(0);
    m_cluster->pause(1);
    const BusMessage message = messageOf(*m_bus, Subject::MemCommit, "without");
    const AppendOutcome outcome = appendTo(*m_log, message);
    QVERIFY(!outcome.inLog());
    QVERIFY(outcome.status == AppendStatus::Unknown || outcome.status == AppendStatus::Unreachable);
    QVERIFY(!outcome.message.empty());
    m_cluster->resume(0);
    m_cluster->resume(1);
    take(m_cluster->waitReady());
    // Repeating it under its id is what Unknown asks for; it is in the log once.
    AppendOutcome again;
    QTRY_VERIFY_WITH_TIMEOUT((again = appendTo(*m_log, message)).inLog(), 60'000);
    QCOMPARE(readFrom(*m_log, 1, 2), (std::vector<std::string>{"before", "without"}));
    QCOMPARE(take(m_log->extent()).last, std::uint64_t{2});
}

// What no replica has any more is lost; then a reader must not wait for ever behind the new end.
void TestNatsCluster::aLogThatIsGoneIsSaidToBeLost()
{
    for (int i = 1; i <= 5; ++i) {
        QVERIFY(appendTo(*m_log, messageOf(*m_bus, Subject::MemCommit, std::to_string(i))).inLog());
    }
    auto reader = take(m_log->reader(1));
    std::size_t seen = 0;
    QTRY_VERIFY_WITH_TIMEOUT((seen += take(reader->read(10, 1s)).entries.size()) == 5, 20'000);
    const std::uint64_t before = take(m_log->extent()).incarnation;
    for (int node = 0; node < m_cluster->nodes(); ++node) {
        m_cluster->kill(node);
        m_cluster->wipe(node);
    }
    for (int node = 0; node < m_cluster->nodes(); ++node) {
        take(m_cluster->restart(node));
    }
    take(m_cluster->waitReady());
    std::optional<LogExtent> left;
    const QDeadlineTimer deadline(60'000);
    while (!left && !deadline.hasExpired()) {
        const auto batch = reader->read(10, 1s);
        QVERIFY(!batch.ok() || batch->entries.empty());
        left = batch.ok() ? batch->lostTail : std::nullopt;
    }
    QVERIFY(left.has_value());
    QVERIFY(left->incarnation != before);
    QCOMPARE(left->last, std::uint64_t{0});
    QCOMPARE(m_events.wait(BusEvent::Kind::Failed).detail.empty(), false);
    const BusMessage anew = messageOf(*m_bus, Subject::MemCommit, "anew");
    QTRY_VERIFY_WITH_TIMEOUT(appendTo(*m_log, anew).inLog(), 30'000);
    const LogBatch batch = take(reader->read(10, 10s));
    QCOMPARE(batch.entries.size(), std::size_t{1});
    QCOMPARE(batch.entries[0].sequence, std::uint64_t{1});
}

QTEST_GUILESS_MAIN(TestNatsCluster)
#include "tst_nats_cluster.moc"
