// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Three real servers, and what happens to them: nothing that was acknowledged is lost but where a test says so, clients
// come back, and errors are visible.

#include "support/bus_world.h"

#include <algorithm>
#include <map>
#include <set>

using namespace coinswarm;
using namespace coinswarm::test;
using namespace std::chrono_literals;

namespace {

const std::string kStream = "mem_commit";

/// Appends numbered entries until stopped, each again under its id until the log has it.
class Load
{
public:
    Load(Bus &bus, DurableLog &log) : m_thread([this, &bus, &log] { run(bus, log); }) {}
    ~Load() { stop(); }

    void stop()
    {
        m_stop = true;
        m_change.notify_all();
        if (m_thread.joinable()) {
            m_thread.join();
        }
    }
    std::size_t acknowledged() const { return m_count; }
    bool waitFor(std::size_t more) const
    {
        const std::size_t target = m_count + more;
        return QTest::qWaitFor([this, target] { return m_count >= target; }, 60'000);
    }
    /// Payloads by sequence. After stop().
    const std::map<std::uint64_t, std::string> &entries() const { return m_entries; }

private:
    void run(Bus &bus, DurableLog &log)
    {
        for (int i = 0; !m_stop; ++i) {
            const BusMessage message = messageOf(bus, Subject::MemCommit, std::to_string(i));
            AppendOutcome outcome;
            do {
                outcome = appendTo(log, message);
                if (!outcome.inLog()) {
                    std::unique_lock lock(m_mutex);
                    m_change.wait_for(lock, 20ms, [this] { return m_stop.load(); });
                }
            } while (!outcome.inLog() && !m_stop);
            if (outcome.inLog()) {
                m_entries[outcome.sequence] = textOf(message);
                ++m_count;
            }
        }
    }

    std::mutex m_mutex;
    std::condition_variable m_change;
    std::atomic<bool> m_stop = false;
    std::atomic<std::size_t> m_count = 0;
    std::map<std::uint64_t, std::string> m_entries;
    std::thread m_thread;
};

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
    void compareLog(const Load &load);
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
    // The cluster may still elect the leader that places streams.
    std::string reason;
    const bool opened = QTest::qWaitFor(
        [&] {
            auto log = m_bus->openLog(Subject::MemCommit, options);
            reason = log.ok() ? "" : log.error().message;
            m_log = log.ok() ? std::move(log).value() : nullptr;
            return m_log != nullptr;
        },
        60'000);
    QVERIFY2(opened, reason.c_str());
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

void TestNatsCluster::compareLog(const Load &load)
{
    QVERIFY(!load.entries().empty());
    const std::uint64_t last = load.entries().rbegin()->first;
    const std::vector<std::string> content = readFrom(*m_log, 1, last);
    const LogExtent extent = take(m_log->extent());
    QVERIFY2(content.size() == last,
             qPrintable(QStringLiteral("read %1 of %2 acknowledged entries; the log says that it has %3 to %4")
                            .arg(content.size())
                            .arg(last)
                            .arg(extent.first)
                            .arg(extent.last)));
    for (const auto &[sequence, payload] : load.entries()) {
        QCOMPARE(content[sequence - 1], payload);
    }
    // Repetitions under one id did not enter twice.
    QCOMPARE(std::set<std::string>(content.begin(), content.end()).size(), content.size());
}

void TestNatsCluster::aKilledNodeCostsNothing()
{
    Load load(*m_bus, *m_log);
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
    Load load(*m_bus, *m_log);
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
    Load load(*m_bus, *m_log);
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
    Load load(*m_bus, *m_log);
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
    Load load(*m_bus, *m_log);
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
