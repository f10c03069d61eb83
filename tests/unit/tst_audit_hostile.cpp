// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Logs made to deceive, with every checksum right: what the verifier must say of each, on one thread and on several.

#include "memory/audit/audit_verifier.h"

#include "journal/crc32c.h"
#include "journal/signature_check.h"
#include "memory/audit/record_search.h"
#include "support/memory_log_maker.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <cstring>
#include <fstream>
#include <random>

using namespace coinswarm;
using namespace coinswarm::audit;
using namespace coinswarm::journal;
using namespace coinswarm::quorum;
namespace fs = std::filesystem;

namespace {

constexpr int kMostMilliseconds = 20'000; ///< for one verification, also on a busy machine

Batch batchOf(std::vector<std::string> items)
{
    return {BatchKind::Items, std::move(items)};
}

} // namespace

class TestAuditHostile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        for (std::uint64_t slot = 1; slot <= 4; ++slot) {
            m_records.emplace_back(m_maker.decide(batchOf(m_maker.items({m_maker.episode(slot)}))));
        }
        m_checkpoint = m_maker.checkpoint();
        m_records.emplace_back(m_checkpoint);
        for (std::uint64_t slot = 5; slot <= 6; ++slot) {
            m_records.emplace_back(m_maker.decide(batchOf(m_maker.items({m_maker.episode(slot)}))));
        }
        QCOMPARE(verify(m_records).status, AuditStatus::Sound);
    }

    void forgeriesAreFound_data()
    {
        QTest::addColumn<int>("forgery");
        QTest::addColumn<int>("slot");
        QTest::addColumn<QString>("why");
        QTest::newRow("votes of another cluster") << 0 << 2 << "signature";
        QTest::newRow("votes of another slot") << 1 << 2 << "signature";
        QTest::newRow("votes of another epoch") << 2 << 2 << "hash";
        QTest::newRow("receipts of another slot") << 3 << 2 << "receipts";
        QTest::newRow("receipts exchanged between managers") << 4 << 2 << "receipts";
        QTest::newRow("slots in another order") << 5 << 2 << "gap";
        QTest::newRow("one manager's vote three times") << 6 << 2 << "certificate";
        QTest::newRow("one manager's signature under three names") << 7 << 2 << "signature";
        QTest::newRow("a checkpoint with a state that was not") << 8 << 4 << "checkpoint";
        QTest::newRow("a checkpoint behind the slot that it contradicts") << 9 << 4 << "checkpoint";
        QTest::newRow("a checkpoint of slot 0") << 10 << 4 << "checkpoint";
        QTest::newRow("evidence of two equal votes") << 11 << 2 << "evidence";
        QTest::newRow("reasons where nothing is refused") << 12 << 2 << "malformed";
        QTest::newRow("two bad slots: the first counts") << 13 << 2 << "receipts";
    }

    void forgeriesAreFound()
    {
        QFETCH(int, forgery);
        QFETCH(int, slot);
        QFETCH(QString, why);
        std::vector<AuditRecord> records = m_records;
        Final &second = std::get<Final>(records[1]);
        Certificate &certificate = second.decided.certificate;
        const Final &third = std::get<Final>(m_records[2]);
        switch (forgery) {
        case 0: {
            testing::MemoryLogMaker other(4);
            certificate.votes = other.decide(batchOf(other.items({other.episode(1)}))).decided.certificate.votes;
            break;
        }
        case 1:
            certificate.votes = third.decided.certificate.votes;
            break;
        case 2:
            certificate.body.epoch = 1;
            break;
        case 3:
            second.receipts = third.receipts;
            break;
        case 4:
            std::swap(second.receipts[0].signature, second.receipts[1].signature);
            break;
        case 5:
            std::swap(records[1], records[2]);
            break;
        case 6:
            certificate.votes[1] = certificate.votes[2] = certificate.votes[0];
            break;
        case 7:
            certificate.votes[1].signature = certificate.votes[2].signature = certificate.votes[0].signature;
            break;
        case 8:
        case 9: {
            // q managers who lie: the signatures hold, the state does not.
            CheckpointSet &set = std::get<CheckpointSet>(records[4]);
            for (Checkpoint &one : set.signatures) {
                one.state[0] ^= std::byte{1};
                one.signature = m_maker.key(one.manager).sign(signedBytes(m_maker.key(0), one)).value();
            }
            if (forgery == 9) {
                std::swap(records[4], records[5]);
            } else {
                records.insert(records.begin() + 4, AuditRecord(m_checkpoint));
            }
            break;
        }
        case 10:
            for (Checkpoint &one : std::get<CheckpointSet>(records[4]).signatures) {
                one.slot = 0;
                one.commit = one.cluster;
                one.signature = m_maker.key(one.manager).sign(signedBytes(m_maker.key(0), one)).value();
            }
            break;
        case 11: {
            const Message vote = certificate.vote(0);
            records.insert(records.begin() + 2, AuditRecord(Evidence{Offence::DoubleVote, 0, 0, 2, {vote, vote}}));
            break;
        }
        case 12:
            certificate.votes[0].reasons = {1};
            break;
        default:
            std::get<Final>(records[5]).decided.certificate.votes[0].signature[0] ^= std::byte{1};
            second.receipts[0].signature[0] ^= std::byte{1};
            break;
        }
        for (const unsigned threads : {1U, 4U}) {
            const AuditReport report = verify(records, threads);
            const QString sentence = QString::fromStdString(report.sentence());
            QCOMPARE(report.status, AuditStatus::Bad);
            QVERIFY2(report.slot == static_cast<Slot>(slot) && sentence.contains(why), qPrintable(sentence));
        }
    }

    void keysOfARetiredEpochRewriteHistoryUntilACheckpointIsPinned()
    {
        testing::MemoryLogMaker maker(4);
        const auto first = maker.decide(batchOf(maker.items({maker.episode(1)})));
        AuditOptions options;
        options.genesis = maker.genesis();
        options.checkpoint = AuditOptions::Pin{1, maker.tip().commit};
        QCOMPARE(verifyBytes(bytesOf(maker.genesis(), {first}), options).status, AuditStatus::Sound);

        // The same keys, when nobody guards them any more, sign another slot 1. Nothing but what was kept elsewhere tells.
        Final other = first;
        CommitBody &body = other.decided.certificate.body;
        other.decided.batch = batchOf({"rewritten"});
        body.batch = batchDigest(maker.key(0), other.decided.batch);
        body.accepted = AcceptedItems::of({ReasonCode(1)});
        for (Certificate::Entry &entry : other.decided.certificate.votes) {
            entry.reasons = {1};
            const quorum::QuorumVote vote{body, 0, kNoRound, {1}, entry.manager, {}};
            entry.signature = maker.key(entry.manager).sign(signedBytes(maker.key(0), vote)).value();
        }
        for (Final::Entry &entry : other.receipts) {
            const Receipt receipt{body.cluster, 0, 1, 0, commitId(maker.key(0), body), entry.manager, {}};
            entry.signature = maker.key(entry.manager).sign(signedBytes(maker.key(0), receipt)).value();
        }
        const ByteBuffer rewritten = bytesOf(maker.genesis(), {other});
        const AuditReport pinned = verifyBytes(rewritten, options);
        QCOMPARE(pinned.status, AuditStatus::Bad);
        QCOMPARE(pinned.slot, Slot(1));
        options.checkpoint.reset();
        QCOMPARE(verifyBytes(rewritten, options).status, AuditStatus::Sound);
    }

    /// What --from-checkpoint does not look at, and what it does.
    void sinceACheckpointTheRestIsHeldByHashes()
    {
        AuditOptions options;
        options.signatures = SignatureScope::SinceCheckpoint;
        AuditReport report = verifyBytes(bytesOf(m_maker.genesis(), m_records), options);
        QCOMPARE(report.status, AuditStatus::Sound);
        QCOMPARE(report.unchecked, std::uint64_t(4));
        QVERIFY(report.sentence().find("not checked") != std::string::npos);

        std::vector<AuditRecord> records = m_records;
        std::get<Final>(records[1]).receipts[0].signature[0] ^= std::byte{1};
        QCOMPARE(verifyBytes(bytesOf(m_maker.genesis(), records), options).status, AuditStatus::Sound);
        std::get<Final>(records[1]).decided.batch.items[0] += "x";
        QCOMPARE(verifyBytes(bytesOf(m_maker.genesis(), records), options).slot, Slot(2));

        records = m_records;
        std::get<Final>(records[5]).receipts[0].signature[0] ^= std::byte{1};
        QCOMPARE(verifyBytes(bytesOf(m_maker.genesis(), records), options).slot, Slot(5));
        records = m_records;
        std::get<CheckpointSet>(records[4]).signatures[0].signature[0] ^= std::byte{1};
        QCOMPARE(verifyBytes(bytesOf(m_maker.genesis(), records), options).slot, Slot(4));
    }

    void managersOfOneOwnChoiceAreNotBelievedBehindACheckpoint()
    {
        // A forger changes the membership to keys of its own, and has those sign the checkpoint.
        testing::MemoryLogMaker maker(4);
        Epoch next = maker.genesis().epoch;
        next.number = 1;
        std::reverse(next.managers.begin(), next.managers.end());
        Final change = maker.decide({BatchKind::Membership, {encodeChange({next, {}})}});
        for (Certificate::Entry &entry : change.decided.certificate.votes) {
            entry.signature = {};
        }
        AuditOptions options;
        options.signatures = SignatureScope::SinceCheckpoint;
        CheckpointSet set;
        for (std::size_t i = 0; i < 3; ++i) {
            Checkpoint one{maker.tip().cluster,          1, 1, maker.tip().commit, maker.state().digest(),
                           static_cast<ManagerIndex>(i), {}};
            one.signature = maker.key(3 - i).sign(signedBytes(maker.key(0), one)).value();
            set.signatures.push_back(one);
        }
        const AuditReport report = verifyBytes(bytesOf(maker.genesis(), {change, set}), options);
        QCOMPARE(report.status, AuditStatus::Bad);
        QCOMPARE(report.slot, Slot(1));
    }

    void everyCutOfTheLastRecordsIsTornOrSound()
    {
        const ByteBuffer whole = bytesOf(m_maker.genesis(), m_records);
        const std::size_t last = framed(m_records.back()).size();
        const std::size_t start = whole.size() - last - framed(m_records[m_records.size() - 2]).size();
        AuditOptions options;
        options.threads = 1;
        options.signatures = SignatureScope::SinceCheckpoint; // the cut is not about signatures
        for (std::size_t size = start; size <= whole.size(); ++size) {
            const AuditReport report = verifyBytes(ByteView(whole).first(size), options);
            const bool border = size == start || size == whole.size() - last || size == whole.size();
            QVERIFY2(report.status == (border ? AuditStatus::Sound : AuditStatus::Torn), report.sentence().c_str());
            QCOMPARE(report.slots, std::uint64_t(size < whole.size() - last ? 4 : size < whole.size() ? 5 : 6));
        }
    }

    void noFlippedBitIsSound()
    {
        const ByteBuffer whole = bytesOf(m_maker.genesis(), m_records);
        AuditOptions options;
        options.genesis = m_maker.genesis();
        options.threads = 2;
        std::mt19937_64 random(20261121);
        QElapsedTimer timer;
        for (int round = 0; round < 200; ++round) {
            ByteBuffer changed = whole;
            changed[random() % whole.size()] ^= static_cast<std::byte>(1U << random() % 8);
            timer.start();
            QVERIFY(verifyBytes(changed, options).status != AuditStatus::Sound);
            QVERIFY(timer.elapsed() < kMostMilliseconds);
        }
    }

    void lengthsThatClaimMuchCostLittle()
    {
        ByteBuffer bytes = bytesOf(m_maker.genesis(), m_records);
        const std::size_t good = bytes.size();
        bytes.resize(good + 64);
        const std::uint32_t gigabyte = 1U << 30;
        std::memcpy(bytes.data() + good, &gigabyte, sizeof gigabyte);
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(verifyBytes(bytes, {}).status, AuditStatus::Torn);
        // Every fourth offset of these claims two megabytes: each alone would be checked in a millisecond.
        bytes.resize(good + (5U << 20));
        for (std::size_t at = good; at < bytes.size(); ++at) {
            bytes[at] = std::byte(at % 4 == 2 ? 0x1F : at % 4 == 3 ? 0 : 1);
        }
        std::memcpy(bytes.data() + good, &gigabyte, sizeof gigabyte);
        QCOMPARE(verifyBytes(bytes, {}).status, AuditStatus::Torn);
        QVERIFY2(timer.elapsed() < kMostMilliseconds, std::to_string(timer.elapsed()).c_str());
    }

    void aRecordIsFoundWhereverItBegins()
    {
        const ByteBuffer frame = framed(m_records[0]);
        std::mt19937_64 random(7);
        for (const std::size_t before : {std::size_t(1), std::size_t(2), std::size_t(977), std::size_t(3'000'000)}) {
            ByteBuffer bytes(before);
            for (std::byte &byte : bytes) {
                byte = static_cast<std::byte>(random());
            }
            QVERIFY(!recordFollows(bytes));
            bytes.insert(bytes.end(), frame.begin(), frame.end());
            QVERIFY(recordFollows(bytes));
            bytes.back() ^= std::byte{1};
            QVERIFY(!recordFollows(bytes));
        }
    }

    /// Both libraries, if both are there, give one answer to whatever is asked.
    void signaturesOnTheEdgeAreRefused_data()
    {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("signature");
        const QByteArray zeros(31, '\0');
        const QByteArray identity = QByteArray(1, '\1') + zeros;
        const QByteArray order8 =
            QByteArray::fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
        const QByteArray prime = QByteArray::fromHex("ed" + QByteArray(60, 'f') + "7f");
        // With a key of order one S = 0 and R = the identity sign every message.
        QTest::newRow("the identity as a key") << identity << identity + QByteArray(32, '\0');
        QTest::newRow("the identity, sign bit set") << identity.left(31) + '\x80' << identity + QByteArray(32, '\0');
        QTest::newRow("a key of order eight") << order8 << identity + QByteArray(32, '\0');
        QTest::newRow("zero as a key") << QByteArray(32, '\0') << identity + QByteArray(32, '\0');
        QTest::newRow("the prime as a key") << prime << identity + QByteArray(32, '\0');
        QTest::newRow("no point at all") << QByteArray(1, '\2') + zeros << identity + QByteArray(32, '\0');
    }

    void signaturesOnTheEdgeAreRefused()
    {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, signature);
        PublicKey publicKey{};
        std::memcpy(publicKey.data(), key.constData(), publicKey.size());
        const ByteView bytes = std::as_bytes(std::span(signature.constData(), 64));
        QVERIFY(!signatureHolds(publicKey, {}, bytes));
        QVERIFY(!signatureHoldsByOpenSsl(publicKey, {}, bytes));
    }

    void anSBeyondTheOrderIsRefusedAndTheLibrariesAgree()
    {
        // S + L verifies the same equation, and would be a second signature of the same message.
        static constexpr std::array<std::uint8_t, 32> order{
            0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9, 0xDE, 0x14,
            0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
        const JournalKey key = JournalKey::generate().value();
        std::mt19937_64 random(3);
        for (int round = 0; round < 50; ++round) {
            ByteBuffer message(random() % 300);
            const Signature good = key.sign(message).value();
            Signature moved = good;
            unsigned carry = 0;
            for (std::size_t i = 0; i < 32; ++i) {
                carry += std::to_integer<unsigned>(moved[32 + i]) + order[i];
                moved[32 + i] = static_cast<std::byte>(carry);
                carry >>= 8U;
            }
            Signature flipped = good;
            flipped[random() % 64] ^= static_cast<std::byte>(1U << random() % 8);
            for (const auto &[signature, holds] :
                 {std::pair(good, true), std::pair(moved, false), std::pair(flipped, false)}) {
                QCOMPARE(signatureHoldsByOpenSsl(key.publicKey(), message, signature), holds);
                QCOMPARE(signatureHolds(key.publicKey(), message, signature), holds);
            }
            QVERIFY(!signatureHolds(key.publicKey(), message, ByteView(good).first(63)));
        }
    }

private:
    static ByteBuffer bytesOf(const Genesis &genesis, const std::vector<AuditRecord> &records)
    {
        ByteBuffer bytes = auditHeader(genesis);
        for (const AuditRecord &record : records) {
            const ByteBuffer frame = framed(record);
            bytes.insert(bytes.end(), frame.begin(), frame.end());
        }
        return bytes;
    }

    AuditReport verifyBytes(ByteView bytes, const AuditOptions &options) const
    {
        const fs::path file = fs::path(m_folder.path().toStdString()) / "hostile.csa";
        std::ofstream out(file, std::ios::binary | std::ios::trunc);
        out.write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        out.close();
        return verifyAudit(file, options);
    }

    AuditReport verify(const std::vector<AuditRecord> &records, unsigned threads = 1) const
    {
        AuditOptions options;
        options.threads = threads;
        return verifyBytes(bytesOf(m_maker.genesis(), records), options);
    }

    QTemporaryDir m_folder;
    testing::MemoryLogMaker m_maker{4};
    std::vector<AuditRecord> m_records;
    CheckpointSet m_checkpoint;
};

QTEST_GUILESS_MAIN(TestAuditHostile)
#include "tst_audit_hostile.moc"
