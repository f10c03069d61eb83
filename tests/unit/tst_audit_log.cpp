// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/audit/audit_log.h"
#include "memory/audit/audit_verifier.h"
#include "memory/audit/evidence_file.h"
#include "unit/quorum_cluster.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <fstream>

using namespace coinswarm;
using namespace coinswarm::audit;
using namespace coinswarm::journal;
using namespace coinswarm::quorum;
using namespace coinswarm::testing;
namespace fs = std::filesystem;

namespace {

ByteBuffer read(const fs::path &file)
{
    std::ifstream in(file, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const auto view = std::as_bytes(std::span(text));
    return {view.begin(), view.end()};
}

void write(const fs::path &file, ByteView bytes)
{
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

} // namespace

class TestAuditLog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        MachineTuning tuning;
        tuning.checkpointEvery = 2;
        m_cluster.emplace(4, tuning, "audit");
        Epoch next = m_cluster->epoch();
        next.number = 1;
        next.managers.pop_back();
        m_cluster->submit("one item");
        m_cluster->submit("x"); // rejected, and in the log all the same
        m_cluster->submit(m_cluster->approved(next), BatchKind::Membership);
        m_cluster->submit("after the change");
        m_genesis = {"audit", m_cluster->epoch(), {}};
        QCOMPARE(m_cluster->machines[0].tip().slot, Slot(4));
        m_checkpoint.signatures = m_cluster->checkpoints.front();
        QVERIFY(m_genesis.clusterId() == m_cluster->cluster());
    }

    void aWrittenLogIsSound()
    {
        const QTemporaryDir folder;
        const fs::path file = written(folder);
        AuditOptions options;
        options.genesis = m_genesis;
        options.checkpoint = AuditOptions::Pin{3, m_cluster->machines[0].tip().commit};
        options.checkpoint->commit = commitId(m_cluster->crypto(0), m_cluster->decided(0, 3));
        const AuditReport report = verifyAudit(file, options);
        QVERIFY2(report.status == AuditStatus::Sound, report.sentence().c_str());
        QCOMPARE(report.slots, std::uint64_t(4));
        QCOMPARE(report.checkpoints, std::uint64_t(1));
        QCOMPARE(report.tip.epoch.number, std::uint64_t(1));
        QVERIFY(report.tip.commit == m_cluster->machines[0].tip().commit);
    }

    void aTornTailIsToldAndCutOffWhenTheLogGoesOn()
    {
        const QTemporaryDir folder;
        const fs::path file = written(folder);
        const ByteBuffer whole = read(file);
        const std::size_t last = framed(final(4)).size();
        for (std::size_t cut = 1; cut < last; cut += 7) {
            write(file, ByteView(whole).first(whole.size() - cut));
            const AuditReport report = verifyAudit(file, {});
            QCOMPARE(report.status, AuditStatus::Torn);
            QCOMPARE(report.slots, std::uint64_t(3));
        }
        {
            Result<AuditLog> log = AuditLog::open(file, m_genesis);
            QVERIFY(log.ok());
            QVERIFY(log->append(final(4)).ok());
            QVERIFY(log->sync().ok());
        }
        QVERIFY(read(file) == whole);
        Genesis other = m_genesis;
        other.name = "other";
        QVERIFY(!AuditLog::open(file, other).ok());
    }

    void noChangedByteIsSound()
    {
        const QTemporaryDir folder;
        const fs::path file = written(folder);
        const ByteBuffer whole = read(file);
        AuditOptions options;
        options.genesis = m_genesis;
        for (std::size_t at = 0; at < whole.size(); at += 3) {
            ByteBuffer changed = whole;
            changed[at] ^= std::byte{0x10};
            write(file, changed);
            const AuditReport report = verifyAudit(file, options);
            QVERIFY2(report.status != AuditStatus::Sound, std::to_string(at).c_str());
            const bool inLast = at >= whole.size() - framed(final(4)).size();
            if (at >= auditHeader(m_genesis).size() && !inLast) {
                QVERIFY2(report.status == AuditStatus::Bad, std::to_string(at).c_str());
            }
        }
    }

    /// Changes that repair every checksum: what somebody with the format at hand would do.
    void forgeriesAreNamedWithTheirSlot_data()
    {
        QTest::addColumn<int>("forgery");
        QTest::addColumn<int>("slot");
        QTest::addColumn<QString>("why");
        QTest::newRow("a missing slot") << 0 << 2 << "gap";
        QTest::newRow("another commit for a slot") << 1 << 2 << "two commits for one slot";
        QTest::newRow("a repetition") << 2 << 0 << "";
        QTest::newRow("a vote less") << 3 << 2 << "a quorum is 3";
        QTest::newRow("a receipt less") << 4 << 2 << "2 receipts";
        QTest::newRow("a rejected item accepted") << 5 << 2 << "malformed";
        QTest::newRow("another item") << 6 << 1 << "not the one that was voted on";
        QTest::newRow("the old epoch after the change") << 7 << 4 << "of epoch 0";
        QTest::newRow("another checkpoint state") << 8 << 2 << "checkpoint";
        QTest::newRow("a receipt of another round") << 9 << 1 << "vote of m1";
        QTest::newRow("evidence that convicts nobody") << 10 << 1 << "evidence";
        QTest::newRow("swapped receipts") << 11 << 1 << "in the order";
    }

    void forgeriesAreNamedWithTheirSlot()
    {
        QFETCH(int, forgery);
        QFETCH(int, slot);
        QFETCH(QString, why);
        std::vector<AuditRecord> records{final(1), final(2), AuditRecord(m_checkpoint), final(3), final(4)};
        Final &first = std::get<Final>(records[0]);
        Final &second = std::get<Final>(records[1]);
        switch (forgery) {
        case 0:
            records.erase(records.begin() + 1, records.begin() + 3);
            break;
        case 1: {
            Final other = second;
            other.decided.certificate.body.originRound = 1;
            records.insert(records.begin() + 2, other);
            break;
        }
        case 2:
            records.insert(records.begin() + 2, second);
            break;
        case 3:
            second.decided.certificate.votes.resize(2);
            break;
        case 4:
            second.receipts.resize(2);
            break;
        case 5:
            second.decided.certificate.body.accepted = AcceptedItems::of({kAccepted});
            break;
        case 6:
            first.decided.batch.items[0] = "two items";
            break;
        case 7:
            std::get<Final>(records[4]).decided.certificate.body.epoch = 0;
            break;
        case 8:
            std::get<CheckpointSet>(records[2]).signatures[0].state[0] ^= std::byte{1};
            break;
        case 9:
            first.decided.certificate.round = 1;
            break;
        case 10:
            records.insert(records.begin() + 1, AuditRecord(Evidence{Offence::DoubleVote, 2, 0, 1, {}}));
            break;
        default:
            std::swap(first.receipts[0], first.receipts[1]);
            break;
        }
        const QTemporaryDir folder;
        const fs::path file = fs::path(folder.path().toStdString()) / "forged.csa";
        ByteBuffer bytes = auditHeader(m_genesis);
        for (const AuditRecord &record : records) {
            const ByteBuffer frame = framed(record);
            bytes.insert(bytes.end(), frame.begin(), frame.end());
        }
        write(file, bytes);
        const AuditReport report = verifyAudit(file, {});
        const QString sentence = QString::fromStdString(report.sentence());
        QCOMPARE(report.status, why.isEmpty() ? AuditStatus::Sound : AuditStatus::Bad);
        QCOMPARE(report.slot, static_cast<Slot>(slot));
        QVERIFY2(sentence.contains(why), qPrintable(sentence));
    }

    void anotherHistoryFailsAtThePinnedCheckpoint()
    {
        const QTemporaryDir folder;
        const fs::path file = written(folder);
        AuditOptions options;
        options.checkpoint = AuditOptions::Pin{2, Digest{}};
        QCOMPARE(verifyAudit(file, options).status, AuditStatus::Bad);
        QCOMPARE(verifyAudit(file, options).slot, Slot(2));
        options.checkpoint = AuditOptions::Pin{9, Digest{}};
        QCOMPARE(verifyAudit(file, options).slot, Slot(9));
        options.checkpoint.reset();
        options.genesis = m_genesis;
        options.genesis->name = "another";
        QCOMPARE(verifyAudit(file, options).status, AuditStatus::Bad);
    }

    void whatIsNoLogIsUnreadable()
    {
        const QTemporaryDir folder;
        const fs::path file = fs::path(folder.path().toStdString()) / "none.csa";
        QCOMPARE(verifyAudit(file, {}).status, AuditStatus::Unreadable);
        for (const char *text : {"", "CSAUDIT", "something else entirely, longer than a header"}) {
            write(file, std::as_bytes(std::span(text, std::strlen(text))));
            QCOMPARE(verifyAudit(file, {}).status, AuditStatus::Unreadable);
        }
    }

    void aGenesisIsReadBackAndWrongLinesAreNamed()
    {
        const Result<Genesis> read = parseGenesis(m_genesis.text());
        QVERIFY(read.ok());
        QVERIFY(*read == m_genesis);
        for (const char *text : {"", "coinswarm genesis 2\n", "coinswarm genesis 1\nmanager 00\n",
                                 "coinswarm genesis 1\nname n\nmanager 00\n", "coinswarm genesis 1\nname n\n"})
        {
            QVERIFY(!parseGenesis(text).ok());
        }
        QVERIFY(!parseGenesis(m_genesis.text() + "manager " + toHex(m_genesis.epoch.managers[0]) + "\n").ok());
    }

    void evidenceIsReadBackAndConvicts()
    {
        const auto vote = [this](ReasonCode reason) {
            QuorumVote said{m_cluster->decided(0, 1), 0, kNoRound, {}, 3, {}};
            said.body.accepted = AcceptedItems::of({reason});
            said.reasons.assign(reason == kAccepted ? 0 : 1, reason);
            return signedBy(m_cluster->crypto(3), said);
        };
        EvidenceFile content{m_cluster->cluster(),
                             m_cluster->epoch(),
                             {Offence::DoubleVote, 3, 0, 1, {Message(vote(kAccepted)), Message(vote(kTooShort))}}};
        const QTemporaryDir folder;
        const fs::path file = fs::path(folder.path().toStdString()) / "fault";
        QVERIFY(saveEvidence(content, file).ok());
        const Result<EvidenceFile> read = loadEvidence(file);
        QVERIFY(read.ok());
        QVERIFY(convict(Ed25519Crypto(), read->cluster, read->epoch, read->evidence).ok());
        QCOMPARE(loadEvidence(folder.path().toStdString() + "/none").error().kind, ErrorKind::Environment);
        write(file, {});
        QCOMPARE(loadEvidence(file).error().kind, ErrorKind::Corrupt);
    }

private:
    Final final(Slot slot) const { return std::get<Final>(*m_cluster->finals[0].at(slot)); }

    fs::path written(const QTemporaryDir &folder) const
    {
        const fs::path file = fs::path(folder.path().toStdString()) / "memory.csa";
        Result<AuditLog> log = AuditLog::open(file, m_genesis);
        for (const AuditRecord &record : {AuditRecord(final(1)), AuditRecord(final(2)), AuditRecord(m_checkpoint),
                                          AuditRecord(final(3)), AuditRecord(final(4))})
        {
            if (!log->append(record)) {
                return {};
            }
        }
        return log->sync() ? file : fs::path();
    }

    std::optional<Cluster> m_cluster;
    Genesis m_genesis;
    CheckpointSet m_checkpoint;
};

QTEST_GUILESS_MAIN(TestAuditLog)
#include "tst_audit_log.moc"
