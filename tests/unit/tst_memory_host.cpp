// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/host/memory_host.h"

#include "memory/audit/audit_verifier.h"
#include "support/episodes.h"

#include <QtCore/QSemaphore>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <fstream>

using namespace coinswarm;
using namespace coinswarm::audit;
using namespace coinswarm::journal;
using namespace coinswarm::memory;

namespace {

/// Remembers what it was told; finals and outcomes can be waited for.
class Witness final : public MemoryListener
{
public:
    void onRestored(quorum::Slot slot, const MemoryState &state) override
    {
        const std::lock_guard lock(m_mutex);
        m_restored = slot;
        m_digest = state.digest();
    }
    void onFinal(const FinalReport &report) override
    {
        const std::lock_guard lock(m_mutex);
        m_slots.push_back(report.final.decided.certificate.body.slot);
        m_episodes += report.changes.added.size();
        m_digest = report.state.digest();
        m_finals.release();
    }
    void onOutcome(const ProposalOutcome &outcome) override
    {
        const std::lock_guard lock(m_mutex);
        m_outcomes.push_back(outcome);
        m_decided.release();
    }
    void onUndecided(quorum::Slot, quorum::Round) override {}
    void onAccused(const quorum::Evidence &, const std::filesystem::path &) override {}
    void onHalted(const std::string &reason) override
    {
        const std::lock_guard lock(m_mutex);
        m_halted = reason;
    }

    bool waitForOutcomes(int count) { return m_decided.tryAcquire(count, 60'000); }
    std::size_t episodes() const
    {
        const std::lock_guard lock(m_mutex);
        return m_episodes;
    }
    std::vector<ProposalOutcome> outcomes() const
    {
        const std::lock_guard lock(m_mutex);
        return m_outcomes;
    }
    std::vector<quorum::Slot> slotsSeen() const
    {
        const std::lock_guard lock(m_mutex);
        return m_slots;
    }
    quorum::Slot restored() const
    {
        const std::lock_guard lock(m_mutex);
        return m_restored;
    }
    Digest digest() const
    {
        const std::lock_guard lock(m_mutex);
        return m_digest;
    }

private:
    mutable std::mutex m_mutex;
    std::vector<quorum::Slot> m_slots;
    std::size_t m_episodes = 0;
    quorum::Slot m_restored = 0;
    std::vector<ProposalOutcome> m_outcomes;
    Digest m_digest{};
    std::string m_halted;
    QSemaphore m_finals;
    QSemaphore m_decided;
};

/// Four managers in one process, whose keys outlive the host.
class Embedded
{
public:
    Embedded() : source(JournalKey::loadOrCreate(folder("engine")).value())
    {
        genesis.name = "test";
        for (const JournalKey &key : keys()) {
            genesis.epoch.managers.push_back(key.publicKey());
        }
        genesis.engines = {{source.key(), "engine"}};
    }

    std::vector<JournalKey> keys() const
    {
        std::vector<JournalKey> keys;
        for (const char *name : {"m1", "m2", "m3", "m4"}) {
            keys.push_back(JournalKey::loadOrCreate(folder(name)).value());
        }
        return keys;
    }

    Result<std::unique_ptr<MemoryHost>> open(Witness &witness)
    {
        MemoryHostOptions options;
        options.folder = folder("memory");
        options.genesis = genesis;
        options.keys = keys();
        options.listener = &witness;
        return MemoryHost::open(std::move(options));
    }

    std::filesystem::path folder(const std::string &name) const
    {
        const std::filesystem::path path = std::filesystem::path(m_folder.path().toStdString()) / name;
        std::filesystem::create_directories(path);
        return path;
    }

    std::vector<std::string> items(std::uint64_t from, std::uint64_t to) const
    {
        std::vector<MemoryProposal> proposals;
        for (std::uint64_t n = from; n <= to; ++n) {
            proposals.push_back(source.proposal(n));
        }
        return source.items(genesis.clusterId(), proposals);
    }

private:
    QTemporaryDir m_folder;

public:
    testing::EpisodeSource source;
    audit::Genesis genesis;
};

std::string contentOf(const std::filesystem::path &file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// As a host finds it when it opens.
Digest digestIn(Embedded &cluster)
{
    Witness witness;
    const auto host = cluster.open(witness);
    return host ? witness.digest() : Digest{};
}

} // namespace

class TestMemoryHost : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void commitsWhatFourManagersFindRight()
    {
        Embedded cluster;
        Witness witness;
        auto host = cluster.open(witness);
        QVERIFY2(host.ok(), host.ok() ? "" : host.error().message.c_str());
        (*host)->submit(cluster.items(1, 3));
        QVERIFY(witness.waitForOutcomes(3));
        for (const ProposalOutcome &outcome : witness.outcomes()) {
            QVERIFY(outcome.reasons.empty());
            QCOMPARE(outcome.kind, std::string("add_episode"));
        }
        QCOMPARE(witness.episodes(), std::size_t{3});
    }

    void saysWhyEachManagerRefused()
    {
        Embedded cluster;
        Witness witness;
        auto host = cluster.open(witness);
        QVERIFY(host.ok());
        Episode wrong = testing::makeEpisode(7);
        wrong.pnl = wrong.pnl + Money::fromInteger(1);
        (*host)->submit(cluster.source.items(cluster.genesis.clusterId(),
                                             {cluster.source.proposal(wrong), cluster.source.proposal(8)}));
        QVERIFY(witness.waitForOutcomes(2));
        QCOMPARE(witness.episodes(), std::size_t{1});
        const std::vector<ProposalOutcome> outcomes = witness.outcomes();
        QVERIFY(outcomes[0].reasons.size() >= 3);
        QCOMPARE(outcomes[0].reasons.front(), api::Rejection::WrongPnl);
        QVERIFY(outcomes[1].reasons.empty());
    }

    void commitsOnceWhatIsSubmittedTwice()
    {
        Embedded cluster;
        Witness witness;
        auto host = cluster.open(witness);
        QVERIFY(host.ok());
        (*host)->submit(cluster.items(1, 1));
        QVERIFY(witness.waitForOutcomes(1));
        (*host)->submit(cluster.items(1, 1));
        QVERIFY(witness.waitForOutcomes(1));
        QVERIFY(witness.outcomes().back().reasons.empty());
        // Alone and in company it is the same trade.
        (*host)->submit(cluster.items(1, 2));
        QVERIFY(witness.waitForOutcomes(2));
        QCOMPARE(witness.episodes(), std::size_t{2});
        for (const ProposalOutcome &outcome : witness.outcomes()) {
            QVERIFY(outcome.reasons.empty());
        }
    }

    void goesOnWhereItStoppedAndItsLogVerifies()
    {
        Embedded cluster;
        Digest before{};
        {
            Witness witness;
            auto host = cluster.open(witness);
            QVERIFY(host.ok());
            (*host)->submit(cluster.items(1, 20));
            QVERIFY(witness.waitForOutcomes(20));
            before = witness.digest();
        }
        audit::AuditOptions options;
        options.genesis = cluster.genesis;
        const audit::AuditReport report = verifyAudit(cluster.folder("memory") / "audit.csaudit", options);
        QCOMPARE(report.status, audit::AuditStatus::Sound);
        QVERIFY(report.slots >= 1);

        Witness witness;
        auto host = cluster.open(witness);
        QVERIFY2(host.ok(), host.ok() ? "" : host.error().message.c_str());
        QCOMPARE(witness.restored(), report.slots);
        QVERIFY(before == witness.digest());
        (*host)->submit(cluster.items(21, 22));
        QVERIFY(witness.waitForOutcomes(2));
        QCOMPARE(witness.slotsSeen().front(), report.slots + 1);
        QCOMPARE(witness.episodes(), std::size_t{2});
    }

    void foldsItsLogWhenTheSnapshotIsOfNoUse_data()
    {
        QTest::addColumn<std::string>("damage");
        QTest::newRow("gone") << std::string("gone");
        QTest::newRow("empty") << std::string("empty");
        QTest::newRow("cut off") << std::string("cut");
        QTest::newRow("one bit changed in the middle") << std::string("bit");
        QTest::newRow("older than the log") << std::string("older");
        QTest::newRow("of another log") << std::string("foreign");
    }

    void foldsItsLogWhenTheSnapshotIsOfNoUse()
    {
        QFETCH(std::string, damage);
        Embedded cluster;
        const std::filesystem::path file = cluster.folder("memory") / "memory.snapshot";
        const auto run = [&](std::uint64_t from, std::uint64_t to) {
            Witness witness;
            auto host = cluster.open(witness);
            QVERIFY2(host.ok(), host.ok() ? "" : host.error().message.c_str());
            (*host)->submit(cluster.items(from, to));
            QVERIFY(witness.waitForOutcomes(static_cast<int>(to - from + 1)));
        };
        run(1, 10);
        const std::string first = contentOf(file);
        run(11, 20);
        std::string content = contentOf(file);
        QVERIFY(content != first);
        const Digest before = digestIn(cluster);
        if (damage == "gone") {
            std::filesystem::remove(file);
        } else if (damage == "empty") {
            std::ofstream(file, std::ios::binary | std::ios::trunc);
        } else {
            if (damage == "cut") {
                content.resize(content.size() * 2 / 3);
            } else if (damage == "bit") {
                content[content.size() / 2] = static_cast<char>(content[content.size() / 2] ^ 4);
            } else if (damage == "older") {
                content = first;
            } else {
                // The same cluster, and a chain that this folder does not have.
                std::filesystem::remove(file);
                std::filesystem::remove(cluster.folder("memory") / "audit.csaudit");
                std::filesystem::remove(cluster.folder("memory") / "promises.bin");
                run(31, 35);
            }
            std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
        }
        Witness witness;
        auto host = cluster.open(witness);
        QVERIFY2(host.ok(), host.ok() ? "" : host.error().message.c_str());
        const std::size_t found = damage == "foreign" ? 5 : damage == "older" ? 10 : 20;
        QCOMPARE(witness.episodes(), found);
        QCOMPARE(witness.digest() == before, damage != "foreign");
        (*host)->submit(cluster.items(41, 42));
        QVERIFY(witness.waitForOutcomes(2));
        QCOMPARE(witness.episodes(), found + 2);
    }

    void forgetsNoPromiseThatFollowsADamagedOne_data()
    {
        QTest::addColumn<int>("byte"); // of the second of three records
        QTest::addColumn<bool>("isRefused");
        QTest::newRow("its length") << 1 << true;
        QTest::newRow("its checksum") << 5 << true;
        QTest::newRow("its content") << 40 << true;
        QTest::newRow("nothing follows: it was torn off") << -1 << false;
    }

    void forgetsNoPromiseThatFollowsADamagedOne()
    {
        QFETCH(int, byte);
        QFETCH(bool, isRefused);
        const QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath(QStringLiteral("promises.bin")).toStdString();
        std::vector<std::uint64_t> ends;
        {
            auto promises = PromiseFile::open(file);
            QVERIFY(promises.ok());
            for (quorum::Round round = 0; round < 3; ++round) {
                quorum::QuorumVote vote;
                vote.body.slot = 1;
                vote.round = round;
                QVERIFY(promises->append({{}, vote}).ok());
                ends.push_back(promises->bytes());
            }
            QVERIFY(promises->sync().ok());
        }
        std::string content = contentOf(file);
        if (byte < 0) {
            content.resize(ends[2] - 10);
        } else {
            char &changed = content[ends[0] + static_cast<std::size_t>(byte)];
            changed = static_cast<char>(changed ^ 0x55);
        }
        std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
        const auto again = PromiseFile::open(file);
        QCOMPARE(again.ok(), !isRefused);
        if (isRefused) {
            QCOMPARE(again.error().kind, ErrorKind::Corrupt);
            QVERIFY(again.error().message.find("must not vote") != std::string::npos);
        } else {
            QCOMPARE(again->found().size(), std::size_t(2));
        }
    }

    void isOpenedByOneProcessOnly()
    {
        Embedded cluster;
        Witness witness;
        auto first = cluster.open(witness);
        QVERIFY(first.ok());
        auto second = cluster.open(witness);
        QVERIFY(!second.ok());
        QCOMPARE(second.error().kind, ErrorKind::Unavailable);
    }
};

QTEST_GUILESS_MAIN(TestMemoryHost)
#include "tst_memory_host.moc"
