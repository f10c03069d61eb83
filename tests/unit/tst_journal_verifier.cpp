// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "unit/journal_fixture.h"

#include "journal/chain_walker.h"

#include <QSemaphore>
#include <QTemporaryDir>
#include <QTest>

using namespace coinswarm;
using namespace coinswarm::journal;
using namespace coinswarm::testing;
namespace fs = std::filesystem;

class TestJournalVerifier : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_root;
    int m_next = 0;

    fs::path folder() { return fs::path(m_root.path().toStdString()) / std::to_string(++m_next); }

    // A closed journal of `count` records; with a limit, of several segments.
    JournalHead make(const fs::path &at, std::uint64_t count, std::uint64_t maxSegmentBytes = 1 << 20,
                     SyncPolicy policy = SyncPolicy::EachGroup)
    {
        JournalOptions options = optionsFor(at, policy);
        options.maxSegmentBytes = maxSegmentBytes;
        auto writer = take(JournalWriter::create(std::move(options), take(JournalKey::generate()), startOf("state 0")));
        appendNumbered(*writer, count);
        return take(writer->close());
    }

    static VerifyReport verifyWith(const fs::path &at, const JournalHead &head)
    {
        VerifyOptions options;
        options.expectedHead = head;
        return verifyJournal(at, options);
    }

private Q_SLOTS:
    void everyFlippedBitIsFoundAndPlaced()
    {
        const fs::path at = folder();
        make(at, 5);
        const fs::path segment = at / segmentName(1);
        const std::string good = readFile(segment);
        QCOMPARE(verifyJournal(at).status, JournalStatus::Sound);
        for (std::size_t byte = 0; byte < good.size(); ++byte) {
            for (int bit = 0; bit < 8; ++bit) {
                std::string bad = good;
                bad[byte] = static_cast<char>(bad[byte] ^ (1 << bit));
                writeFile(segment, bad);
                const VerifyReport report = verifyJournal(at);
                if (report.status != JournalStatus::Tampered || !report.place || report.place->offset > byte)
                    QFAIL(qPrintable(QStringLiteral("byte %1 bit %2: %3")
                                         .arg(byte)
                                         .arg(bit)
                                         .arg(QString::fromStdString(report.sentence()))));
            }
        }
    }

    void everyFlippedBitIsFoundAtASegmentBorder()
    {
        const fs::path at = folder();
        make(at, 30, 1500, SyncPolicy::AtClose);
        QVERIFY(take(listJournal(at)).segments.size() >= 3);
        const fs::path segment = at / segmentName(2);
        const std::string good = readFile(segment);
        for (std::size_t byte = 0; byte < good.size(); ++byte) {
            std::string bad = good;
            bad[byte] = static_cast<char>(bad[byte] ^ (1 << (byte % 8)));
            writeFile(segment, bad);
            QCOMPARE(verifyJournal(at).status, JournalStatus::Tampered);
        }
    }

    void aRecordRemovedRepeatedOrMovedIsFound()
    {
        const fs::path at = folder();
        make(at, 8);
        const fs::path segment = at / segmentName(1);
        const std::string good = readFile(segment);
        const std::vector<std::uint64_t> offsets = recordOffsets(segment);
        for (std::size_t i = 0; i + 2 < offsets.size(); ++i) {
            const std::size_t from = offsets[i];
            const std::size_t size = offsets[i + 1] - from;
            const std::string record = good.substr(from, size);

            writeFile(segment, std::string(good).erase(from, size));
            QCOMPARE(verifyJournal(at).status, JournalStatus::Tampered);
            writeFile(segment, std::string(good).insert(from, record));
            QCOMPARE(verifyJournal(at).status, JournalStatus::Tampered);
            writeFile(segment, std::string(good).erase(from, size).insert(offsets[i + 2] - size, record));
            QCOMPARE(verifyJournal(at).status, JournalStatus::Tampered);
        }
        writeFile(segment, good + good.substr(offsets[0], 40));
        QCOMPARE(verifyJournal(at).status, JournalStatus::Tampered);
    }

    void anAlteredRecordWithANewChecksumIsFoundByTheChain()
    {
        const fs::path at = folder();
        make(at, 8);
        const fs::path segment = at / segmentName(1);
        std::string bad = readFile(segment);
        const std::vector<std::uint64_t> offsets = recordOffsets(segment);
        bad[offsets[0] + kRecordHeaderBytes] ^= 1;
        const ByteBuffer frame = bytesOf(std::string_view(bad).substr(offsets[0], offsets[1] - offsets[0]));
        storeLittle(reinterpret_cast<std::byte *>(bad.data()) + offsets[0] + 4, recordChecksum(frame));
        writeFile(segment, bad);
        const VerifyReport report = verifyJournal(at);
        QCOMPARE(report.status, JournalStatus::Tampered);
        QVERIFY(report.place->what.find("hash of the block") != std::string::npos);
        QCOMPARE(report.place->sequence.value, 2U); // where its block ends
    }

    void aRecordThatOnlyClaimsToBeABlockOfItsOwnIsFound()
    {
        const auto problem = [](std::uint16_t firstFlags, std::uint16_t secondFlags) {
            ChainWalker walker({}, {}, ChainWalker::Heads::Trust);
            std::optional<std::string> found;
            for (const std::uint16_t flags : {firstFlags, secondFlags}) {
                RecordHeader header;
                header.flags = flags;
                const ByteBuffer frame = makeRecord(header, bytesOf("x"));
                found = walker.take({decodeRecordHeader(frame.data()), ByteView(frame).last(1), frame, 0}, {});
            }
            return found.value_or(std::string());
        };
        QCOMPARE(problem(0, 0), std::string());
        QVERIFY(!problem(0, kCitable).empty());
        QVERIFY(!problem(kCitable, 0).empty());
        QVERIFY(!problem(kCitable, kCitable).empty());
    }

    void segmentsRemovedRepeatedOrSwappedAreFound()
    {
        const fs::path at = folder();
        make(at, 60, 1500, SyncPolicy::AtClose);
        const std::size_t count = take(listJournal(at)).segments.size();
        QVERIFY(count >= 4);
        const auto name = [&at](std::size_t number) { return at / segmentName(static_cast<std::uint32_t>(number)); };
        const std::string second = readFile(name(2));
        const std::string third = readFile(name(3));

        fs::remove(name(2));
        QCOMPARE(verifyJournal(at).status, JournalStatus::Tampered);
        writeFile(name(2), third);
        QCOMPARE(verifyJournal(at).status, JournalStatus::Tampered);
        writeFile(name(3), second);
        QCOMPARE(verifyJournal(at).status, JournalStatus::Tampered);
        writeFile(name(2), second);
        writeFile(name(3), third);
        QCOMPARE(verifyJournal(at).status, JournalStatus::Sound);

        writeFile(name(count + 1), third);
        QCOMPARE(verifyJournal(at).status, JournalStatus::Tampered);
        fs::remove(name(count + 1));
        writeFile(at / "extra.csj", third);
        QCOMPARE(verifyJournal(at).status, JournalStatus::Tampered);
        fs::remove(at / "extra.csj");

        const std::vector<std::uint64_t> offsets = recordOffsets(name(2));
        for (const std::uint64_t cut : offsets) {
            if (cut == second.size())
                continue;
            writeFile(name(2), second.substr(0, cut));
            QCOMPARE(verifyJournal(at).status, JournalStatus::Tampered);
        }
    }

    void aHeadFindsTruncationAtAnyBoundary()
    {
        const fs::path at = folder();
        const JournalHead head = make(at, 60, 1500, SyncPolicy::AtClose);
        QCOMPARE(verifyWith(at, head).status, JournalStatus::Sound);
        QCOMPARE(verifyWith(at, take(parseHead(head.text()))).status, JournalStatus::Sound);

        const std::size_t count = take(listJournal(at)).segments.size();
        const fs::path last = at / segmentName(static_cast<std::uint32_t>(count));
        const std::string good = readFile(last);
        const std::vector<std::uint64_t> offsets = recordOffsets(last);
        const std::uint64_t beforeClose = offsets[offsets.size() - 2];
        for (const std::uint64_t cut : offsets) {
            if (cut == good.size())
                continue;
            writeFile(last, good.substr(0, cut));
            QCOMPARE(verifyJournal(at).status, JournalStatus::TornOrNotClosed);
            // Without the closing record alone, everything up to the head is still there.
            QCOMPARE(verifyWith(at, head).status,
                     cut == beforeClose ? JournalStatus::TornOrNotClosed : JournalStatus::Tampered);
        }
        fs::remove(last);
        QCOMPARE(verifyJournal(at).status, JournalStatus::TornOrNotClosed);
        const VerifyReport report = verifyWith(at, head);
        QCOMPARE(report.status, JournalStatus::Tampered);
        QVERIFY(report.place->what.find("cut off") != std::string::npos);
    }

    void anOrdinaryHeadCannotPassAsAClose()
    {
        JournalOptions options = optionsFor(folder());
        options.headInterval = std::chrono::nanoseconds(1);
        QSemaphore signedOnce;
        options.onHead = [&signedOnce](const JournalHead &) { signedOnce.release(); };
        const fs::path at = options.folder;
        {
            auto writer = take(JournalWriter::create(std::move(options), take(JournalKey::generate()), startOf()));
            appendNumbered(*writer, 5);
            QVERIFY(writer->waitDurable(Sequence(5)).ok());
            QVERIFY(signedOnce.tryAcquire(1, 30'000));
        }
        const fs::path segment = at / segmentName(1);
        std::string forged = readFile(segment);
        SegmentScanner scanner = take(SegmentScanner::open(segment));
        std::uint64_t head = 0;
        while (const std::optional<RecordView> record = scanner.next()) {
            if (record->header.type == kHeadType)
                head = record->offset;
        }
        QVERIFY(head != 0);
        forged.resize(head + kHeadBytes);
        storeLittle(reinterpret_cast<std::byte *>(forged.data()) + head + 24, kClosedType);
        storeLittle(reinterpret_cast<std::byte *>(forged.data()) + head + 4,
                    recordChecksum(bytesOf(std::string_view(forged).substr(head))));
        writeFile(segment, forged);
        QCOMPARE(verifyJournal(at).status, JournalStatus::Tampered);
    }

    void aRewrittenJournalIsFoundByHeadOrKey()
    {
        const fs::path at = folder();
        const fs::path forged = folder();
        const JournalHead head = make(at, 10);
        const PublicKey key = verifyJournal(at).key.value();
        const JournalHead forgedHead = make(forged, 9);
        QCOMPARE(verifyJournal(forged).status, JournalStatus::Sound);
        QCOMPARE(verifyWith(forged, head).status, JournalStatus::Tampered);
        VerifyOptions options;
        options.expectedKey = key;
        QCOMPARE(verifyJournal(forged, options).status, JournalStatus::Tampered);
        QCOMPARE(verifyJournal(at, options).status, JournalStatus::Sound);

        // The same records under another key have the same chain, but not the same signer.
        const fs::path same = folder();
        make(same, 10);
        QCOMPARE(verifyWith(same, head).status, JournalStatus::Tampered);
        QVERIFY(forgedHead.chain != head.chain);
    }

    void aSegmentOnItsOwnIsVerified()
    {
        const fs::path at = folder();
        make(at, 60, 1500, SyncPolicy::AtClose);
        QCOMPARE(verifyJournal(at / segmentName(2)).status, JournalStatus::Sound);
        const fs::path alone = folder();
        fs::create_directories(alone);
        fs::copy_file(at / segmentName(2), alone / "copy.csj");
        QCOMPARE(verifyJournal(alone / "copy.csj").status, JournalStatus::TornOrNotClosed);
        const fs::path single = folder();
        make(single, 10);
        QCOMPARE(verifyJournal(single / segmentName(1)).status, JournalStatus::Sound);
    }

    void whatIsNoJournalIsUnreadable()
    {
        const fs::path at = folder();
        QCOMPARE(verifyJournal(at).status, JournalStatus::Unreadable);
        fs::create_directories(at);
        QCOMPARE(verifyJournal(at).status, JournalStatus::Unreadable);
        writeFile(at / segmentName(1), "");
        QCOMPARE(verifyJournal(at).status, JournalStatus::Unreadable);
        writeFile(at / segmentName(1), std::string(1000, 'x'));
        QCOMPARE(verifyJournal(at).status, JournalStatus::Unreadable);
    }

    void theReserveIsCheckedToo()
    {
        const fs::path at = folder();
        make(at, 5);
        {
            auto reserve = take(JournalReserve::open(at, 4096));
            QVERIFY(reserve->append(3, timeFor(1), bytesOf("cancel")).ok());
        }
        const VerifyReport report = verifyJournal(at);
        QCOMPARE(report.status, JournalStatus::Sound);
        QCOMPARE(report.reserveRecords, 1U);
        const std::string good = readFile(at / kReserveName);
        for (std::size_t byte = 0; byte < good.size(); ++byte) {
            std::string bad = good;
            bad[byte] = static_cast<char>(bad[byte] ^ 4);
            writeFile(at / kReserveName, bad);
            QCOMPARE(verifyJournal(at).status, JournalStatus::Tampered);
        }
    }

    void itReportsProgressAndCanBeCancelled()
    {
        const fs::path at = folder();
        make(at, 400'000, std::uint64_t{256} << 20, SyncPolicy::AtClose);
        std::uint64_t calls = 0;
        VerifyOptions options;
        options.progress = [&](std::uint64_t done, std::uint64_t total) {
            ++calls;
            return done <= total;
        };
        QCOMPARE(verifyJournal(at, options).status, JournalStatus::Sound);
        QVERIFY(calls > 0);
        options.progress = [](std::uint64_t, std::uint64_t) { return false; };
        QCOMPARE(verifyJournal(at, options).status, JournalStatus::Cancelled);
    }
};

QTEST_APPLESS_MAIN(TestJournalVerifier)
#include "tst_journal_verifier.moc"
