// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "unit/journal_fixture.h"

#include "journal/recovery.h"

#include <QTemporaryDir>
#include <QTest>

using namespace coinswarm;
using namespace coinswarm::journal;
using namespace coinswarm::testing;
namespace fs = std::filesystem;

class TestJournalRecovery : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_root;
    fs::path m_at;
    fs::path m_keys;
    fs::path m_segment;
    std::string m_good; ///< 20 records in groups of five, not closed
    std::vector<std::uint64_t> m_offsets;

    JournalKey key() const { return take(JournalKey::loadOrCreate(m_keys)); }

    std::uint64_t recordsBefore(std::uint64_t offset) const
    {
        std::uint64_t count = 0;
        for (std::size_t i = 0; i + 1 < m_offsets.size(); ++i) {
            const auto type =
                loadLittle<std::uint16_t>(reinterpret_cast<const std::byte *>(m_good.data()) + m_offsets[i] + 24);
            if (m_offsets[i + 1] <= offset && type < kFirstJournalType)
                ++count;
        }
        return count;
    }

    // Recovers, goes on, closes; everything before the tear and everything after it must be there.
    void recoversWith(std::uint64_t expected)
    {
        QCOMPARE(countNumbered(m_at), static_cast<std::int64_t>(expected));
        auto writer = take(JournalWriter::openForAppend(optionsFor(m_at), key()));
        QCOMPARE(writer->lastSequence().value, expected);
        appendNumbered(*writer, 3);
        take(writer->close());
        QCOMPARE(countNumbered(m_at), static_cast<std::int64_t>(expected) + 3);
        const VerifyReport report = verifyJournal(m_at);
        QVERIFY2(report.status == JournalStatus::Sound, report.sentence().c_str());
    }

private Q_SLOTS:
    void init()
    {
        const fs::path root = m_root.path().toStdString();
        m_at = root / "journal";
        m_keys = root / "keys";
        m_segment = m_at / segmentName(1);
        fs::remove_all(m_at);
        {
            auto writer = take(JournalWriter::create(optionsFor(m_at), key(), startOf("state")));
            for (std::uint64_t group = 1; group <= 4; ++group) {
                appendNumbered(*writer, 5);
                writer->commit();
                QVERIFY(writer->waitDurable(Sequence(group * 5)).ok());
            }
        }
        m_good = readFile(m_segment);
        m_offsets = recordOffsets(m_segment);
    }

    void aTailTornAtAnyByteIsDropped_data()
    {
        QTest::addColumn<int>("zeros");
        QTest::newRow("file ends there") << 0;
        QTest::newRow("preallocated zeros follow") << 5000;
    }
    void aTailTornAtAnyByteIsDropped()
    {
        QFETCH(int, zeros);
        const std::uint64_t recordsAt = m_offsets.front();
        for (std::uint64_t cut = recordsAt; cut < m_good.size(); ++cut) {
            writeFile(m_segment, m_good.substr(0, cut) + std::string(static_cast<std::size_t>(zeros), '\0'));
            QCOMPARE(verifyJournal(m_at).status, JournalStatus::TornOrNotClosed);
            const std::int64_t count = countNumbered(m_at);
            // A record whose missing end happens to be zeros is whole.
            if (zeros == 0 || count == static_cast<std::int64_t>(recordsBefore(cut)))
                QCOMPARE(count, static_cast<std::int64_t>(recordsBefore(cut)));
            const RecoveredJournal found = take(recoverJournal(m_at));
            QCOMPARE(found.lastSequence.value, static_cast<std::uint64_t>(count));
            if (cut % 37 == 0 || cut + 100 > m_good.size())
                recoversWith(static_cast<std::uint64_t>(count));
            if (QTest::currentTestFailed())
                QFAIL(qPrintable(QStringLiteral("cut at byte %1").arg(cut)));
        }
    }

    void aHeaderThatIsCutIsTornForTheVerifierAndRefusedForAppending()
    {
        for (std::uint64_t cut = 1; cut < m_offsets.front(); ++cut) {
            writeFile(m_segment, m_good.substr(0, cut));
            QCOMPARE(verifyJournal(m_at).status, JournalStatus::TornOrNotClosed);
            QCOMPARE(recoverJournal(m_at).error().kind, ErrorKind::Corrupt);
        }
    }

    void lostSectorsOfTheLastGroupAreATornTail()
    {
        // A last group of 8 KiB, of which the first whole sector never reached the disk.
        auto writer = take(JournalWriter::openForAppend(optionsFor(m_at), key()));
        const ByteBuffer large(400, std::byte{0x55});
        for (int i = 0; i < 20; ++i)
            QVERIFY(bool(writer->append(1, timeFor(1), large)));
        writer.reset();
        std::string bad = readFile(m_segment);
        const std::size_t sector = (m_good.size() / 512 + 2) * 512;
        bad.replace(sector, 512, 512, '\0');
        writeFile(m_segment, bad);
        const VerifyReport report = verifyJournal(m_at);
        QVERIFY(report.torn);
        QCOMPARE(report.status, JournalStatus::TornOrNotClosed);
        const RecoveredJournal found = take(recoverJournal(m_at));
        QVERIFY(found.lastSequence.value >= 20 && found.lastSequence.value < 24);
    }

    void aLostSectorOfAnEarlierGroupIsDamage()
    {
        auto writer = take(JournalWriter::openForAppend(optionsFor(m_at), key()));
        const ByteBuffer large(400, std::byte{0x55});
        for (int group = 0; group < 3; ++group) {
            for (int i = 0; i < 20; ++i)
                QVERIFY(bool(writer->append(1, timeFor(1), large)));
            writer->commit();
            QVERIFY(writer->waitDurable(writer->lastSequence()).ok());
        }
        writer.reset();
        std::string bad = readFile(m_segment);
        bad.replace((m_good.size() / 512 + 2) * 512, 512, 512, '\0');
        writeFile(m_segment, bad);
        QCOMPARE(verifyJournal(m_at).status, JournalStatus::Tampered);
        QCOMPARE(recoverJournal(m_at).error().kind, ErrorKind::Corrupt);
    }

    void damageInTheMiddleIsNeverCutOff()
    {
        for (std::size_t byte = m_offsets.front(); byte < m_offsets[m_offsets.size() - 2]; byte += 3) {
            std::string bad = m_good;
            bad[byte] = static_cast<char>(bad[byte] ^ 0x10);
            writeFile(m_segment, bad);
            const auto writer = JournalWriter::openForAppend(optionsFor(m_at), key());
            QVERIFY2(!writer, std::to_string(byte).c_str());
            QCOMPARE(writer.error().kind, ErrorKind::Corrupt);
            QVERIFY(writer.error().message.find("byte ") != std::string::npos);
            QCOMPARE(readFile(m_segment), bad);
            JournalReader reader = take(JournalReader::open(m_at));
            Result<std::optional<RecordView>> record = reader.next();
            while (record && *record)
                record = reader.next();
            // The reader does not follow the chain, so a seal's own bytes are covered by its checksum alone.
            QVERIFY(!record);
        }
    }

    void draftsOfSegmentsAreRemoved()
    {
        writeFile(m_at / "000002.csj.tmp", "half a segment");
        recoversWith(20);
        QVERIFY(!fs::exists(m_at / "000002.csj.tmp"));
    }

    void aTornTailIsContinuedInANewSegment()
    {
        writeFile(m_segment, m_good.substr(0, m_offsets[7] + 11) + std::string(4000, '\0'));
        const std::uint64_t kept = recordsBefore(m_offsets[7]);
        auto writer = take(JournalWriter::openForAppend(optionsFor(m_at), key(), startOf("recovered")));
        QCOMPARE(writer->lastSequence().value, kept);
        appendNumbered(*writer, 4);
        take(writer->close());
        QCOMPARE(verifyJournal(m_at).status, JournalStatus::Sound);
        JournalReader reader = take(JournalReader::openAtLastSnapshot(m_at));
        QVERIFY(take(reader.readSnapshot()) == bytesOf("recovered"));
        QCOMPARE(take(reader.next())->header.sequence, kept + 1);
        QCOMPARE(countNumbered(m_at), static_cast<std::int64_t>(kept) + 4);
    }
};

QTEST_APPLESS_MAIN(TestJournalRecovery)
#include "tst_journal_recovery.moc"
