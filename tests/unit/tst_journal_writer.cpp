// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "unit/journal_fixture.h"

#include <QTemporaryDir>
#include <QTest>

#include <future>

using namespace coinswarm;
using namespace coinswarm::journal;
using namespace coinswarm::testing;
namespace fs = std::filesystem;

class TestJournalWriter : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_root;
    int m_next = 0;

    fs::path folder() { return fs::path(m_root.path().toStdString()) / std::to_string(++m_next); }

    static JournalKey key() { return take(JournalKey::generate()); }
    static std::unique_ptr<JournalWriter> create(JournalOptions options)
    {
        return take(JournalWriter::create(std::move(options), key(), startOf()));
    }

private Q_SLOTS:
    void whatIsAppendedIsReadBack()
    {
        const fs::path at = folder();
        auto writer = create(optionsFor(at));
        appendNumbered(*writer, 1000);
        writer->commit();
        QVERIFY(writer->waitDurable(Sequence(1000)).ok());
        const JournalHead head = take(writer->close());
        QCOMPARE(head.sequence.value, 1000U);
        QCOMPARE(countNumbered(at), 1000);
        JournalReader reader = take(JournalReader::open(at));
        QVERIFY(take(reader.readHeaderPayload()) == startOf().header);
        QCOMPARE(verifyJournal(at).status, JournalStatus::Sound);
    }

    void uncommittedRecordsBecomeDurableByThemselves()
    {
        const fs::path at = folder();
        auto writer = create(optionsFor(at));
        appendNumbered(*writer, 3);
        QVERIFY(writer->waitDurable(Sequence(3)).ok());
    }

    void durableCallbacksRiseAndReachTheEnd()
    {
        std::vector<std::uint64_t> seen;
        JournalOptions options = optionsFor(folder());
        options.onDurable = [&seen](Sequence sequence) { seen.push_back(sequence.value); };
        auto writer = create(std::move(options));
        for (int i = 0; i < 50; ++i) {
            appendNumbered(*writer, 7);
            writer->commit();
        }
        take(writer->close());
        QVERIFY(!seen.empty());
        QVERIFY(std::is_sorted(seen.begin(), seen.end(), std::less_equal<>()));
        QCOMPARE(seen.back(), 350U);
    }

    void citableRecordsAreHandedOutWithTheirProof_data()
    {
        QTest::addColumn<SyncPolicy>("sync");
        QTest::newRow("each group") << SyncPolicy::EachGroup;
        QTest::newRow("at close") << SyncPolicy::AtClose;
    }
    void citableRecordsAreHandedOutWithTheirProof()
    {
        QFETCH(const SyncPolicy, sync);
        JournalOptions options = optionsFor(folder(), sync);
        options.maxSegmentBytes = 3'000;
        options.headInterval = std::chrono::nanoseconds(1);
        std::vector<CitableRecord> cited;
        options.onCitable = [&cited](const CitableRecord &record) { cited.push_back(record); };
        const fs::path at = options.folder;
        auto writer = create(std::move(options));
        for (int i = 0; i < 30; ++i) {
            appendNumbered(*writer, 7);
            writer->commit();
        }
        take(writer->close());
        QCOMPARE(verifyJournal(at).status, JournalStatus::Sound);

        JournalReader reader = take(JournalReader::open(at));
        auto next = cited.begin();
        while (const std::optional<RecordView> record = take(reader.next())) {
            if (record->header.flags != kCitable)
                continue;
            QVERIFY(next != cited.end());
            QCOMPARE(next->sequence.value, record->header.sequence);
            QCOMPARE(next->time.ns, record->header.timeNs);
            QCOMPARE(next->type, record->header.type);
            QVERIFY(std::ranges::equal(next->payload, record->payload));
            QVERIFY(next->before == reader.chain());
            VerifyOptions reached;
            reached.expectedHead = JournalHead{next->sequence, next->chain(), std::nullopt};
            QCOMPARE(verifyJournal(at, reached).status, JournalStatus::Sound);
            ++next;
        }
        QVERIFY(next == cited.end());
        QCOMPARE(cited.size(), std::size_t{60});
    }

    void headsAreSignedWhileItRuns()
    {
        std::promise<JournalHead> first;
        bool told = false;
        JournalOptions options = optionsFor(folder());
        options.headInterval = std::chrono::nanoseconds(1);
        options.onHead = [&](const JournalHead &head) {
            if (!std::exchange(told, true))
                first.set_value(head);
        };
        const fs::path at = options.folder;
        auto writer = create(std::move(options));
        appendNumbered(*writer, 5);
        const JournalHead head = first.get_future().get();
        QVERIFY(proofHolds(head));
        appendNumbered(*writer, 5);
        take(writer->close());
        VerifyOptions expecting;
        expecting.expectedHead = head;
        QCOMPARE(verifyJournal(at, expecting).status, JournalStatus::Sound);
    }

    void aReopenedJournalGoesOn()
    {
        const fs::path at = folder();
        const fs::path keys = folder();
        for (int session = 0; session < 4; ++session) {
            auto writer = take(
                session == 0 ? JournalWriter::create(optionsFor(at), take(JournalKey::loadOrCreate(keys)), startOf())
                             : JournalWriter::openForAppend(optionsFor(at), take(JournalKey::loadOrCreate(keys))));
            QCOMPARE(writer->lastSequence().value, static_cast<std::uint64_t>(session * 10));
            QCOMPARE(writer->durableSequence().value, static_cast<std::uint64_t>(session * 10));
            appendNumbered(*writer, 10);
        }
        QCOMPARE(countNumbered(at), 40);
        QCOMPARE(verifyJournal(at).status, JournalStatus::TornOrNotClosed);
        auto writer = take(JournalWriter::openForAppend(optionsFor(at), take(JournalKey::loadOrCreate(keys))));
        take(writer->close());
        QCOMPARE(verifyJournal(at).status, JournalStatus::Sound);
    }

    void aClosedJournalGoesOnInANewSegmentOnly()
    {
        const fs::path at = folder();
        const fs::path keys = folder();
        auto writer = take(JournalWriter::create(optionsFor(at), take(JournalKey::loadOrCreate(keys)), startOf()));
        appendNumbered(*writer, 10);
        take(writer->close());
        QVERIFY(!writer->append(1, timeFor(11), payloadFor(11)));
        writer.reset();

        const auto refused = JournalWriter::openForAppend(optionsFor(at), take(JournalKey::loadOrCreate(keys)));
        QCOMPARE(refused.error().kind, ErrorKind::Refused);
        writer = take(
            JournalWriter::openForAppend(optionsFor(at), take(JournalKey::loadOrCreate(keys)), startOf("state 10")));
        appendNumbered(*writer, 5);
        take(writer->close());
        QCOMPARE(verifyJournal(at).status, JournalStatus::Sound);
        QCOMPARE(countNumbered(at), 15);
    }

    void anotherKeyIsRefused()
    {
        const fs::path at = folder();
        create(optionsFor(at));
        QCOMPARE(JournalWriter::openForAppend(optionsFor(at), key()).error().kind, ErrorKind::Refused);
    }

    void twoWritersOfOneJournalAreRefused()
    {
        const fs::path at = folder();
        const auto writer = create(optionsFor(at));
        QCOMPARE(JournalWriter::openForAppend(optionsFor(at), key()).error().kind, ErrorKind::Unavailable);
    }

    void aFolderWithAJournalIsNotOverwritten()
    {
        const fs::path at = folder();
        create(optionsFor(at));
        QCOMPARE(JournalWriter::create(optionsFor(at), key(), startOf()).error().kind, ErrorKind::Refused);
    }

    void segmentsBeginWithSnapshotsAndKeepTheirLimit()
    {
        for (const SyncPolicy policy : {SyncPolicy::EachGroup, SyncPolicy::AtClose}) {
            JournalOptions options = optionsFor(folder(), policy);
            options.maxSegmentBytes = 20'000;
            const fs::path at = options.folder;
            auto writer = create(std::move(options));
            std::uint64_t lastSnapshot = 0;
            for (int i = 0; i < 5000; ++i) {
                appendNumbered(*writer, 1);
                if (writer->wantsSegment()) {
                    lastSnapshot = writer->lastSequence().value;
                    const std::string state = "state " + std::to_string(lastSnapshot);
                    QVERIFY(writer->beginSegment(timeFor(lastSnapshot), bytesOf(state)).ok());
                }
            }
            take(writer->close());
            const JournalFolder files = take(listJournal(at));
            QVERIFY(files.segments.size() > 10);
            for (const SegmentFile &file : files.segments)
                QVERIFY(fs::file_size(file.path) <= 20'000);
            QCOMPARE(verifyJournal(at).status, JournalStatus::Sound);
            QCOMPARE(countNumbered(at), 5000);

            JournalReader reader = take(JournalReader::openAtLastSnapshot(at));
            QVERIFY(take(reader.readSnapshot()) == bytesOf("state " + std::to_string(lastSnapshot)));
            QVERIFY(take(reader.readHeaderPayload()) == startOf().header);
            const std::optional<RecordView> record = take(reader.next());
            QCOMPARE(record->header.sequence, lastSnapshot + 1);
        }
    }

    void theLimitHoldsWithoutSnapshotsToo()
    {
        JournalOptions options = optionsFor(folder(), SyncPolicy::AtClose);
        options.maxSegmentBytes = 100'000;
        const fs::path at = options.folder;
        auto writer = create(std::move(options));
        appendNumbered(*writer, 20'000);
        take(writer->close());
        for (const SegmentFile &file : take(listJournal(at)).segments)
            QVERIFY(fs::file_size(file.path) <= 100'000);
        QCOMPARE(verifyJournal(at).status, JournalStatus::Sound);
        QCOMPARE(countNumbered(at), 20'000);
    }

    void theSameBacktestHasTheSameHead()
    {
        std::string heads[2];
        for (std::string &head : heads) {
            JournalOptions options = optionsFor(folder(), SyncPolicy::AtClose);
            options.maxSegmentBytes = 300'000;
            auto writer = create(std::move(options));
            for (int i = 0; i < 40'000; ++i) {
                appendNumbered(*writer, 1);
                if (writer->wantsSegment())
                    QVERIFY(writer->beginSegment(timeFor(1), bytesOf("state")).ok());
            }
            head = take(writer->close()).text();
        }
        QCOMPARE(heads[0], heads[1]);
    }

    void aProducerThatIsFasterThanTheDiskWaits()
    {
        JournalOptions options = optionsFor(folder());
        options.queueBytes = 1; // the smallest there is: four of the largest records
        const fs::path at = options.folder;
        auto writer = create(std::move(options));
        const ByteBuffer large(300'000, std::byte{7});
        for (std::uint64_t i = 1; i <= 200; ++i)
            QCOMPARE(writer->append(1, timeFor(i), large).value, i);
        take(writer->close());
        const VerifyReport report = verifyJournal(at);
        QCOMPARE(report.status, JournalStatus::Sound);
        QCOMPARE(report.records, 200U);
    }

    void aFullDiskEndsTheJournalAndTheReserveStillWorks()
    {
        auto disk = std::make_shared<FailingDisk>();
        std::promise<Error> failure;
        std::atomic<std::uint64_t> durable = 0;
        JournalOptions options = optionsFor(folder());
        options.disk = disk;
        options.reserveBytes = 4096;
        options.onFailure = [&](const Error &error) { failure.set_value(error); };
        options.onDurable = [&](Sequence sequence) { durable = sequence.value; };
        const fs::path at = options.folder;
        auto writer = create(std::move(options));
        appendNumbered(*writer, 100);
        QVERIFY(writer->waitDurable(Sequence(100)).ok());
        disk->limit = 8'000;
        while (writer->append(1, timeFor(1), payloadFor(writer->lastSequence().value + 1)))
            writer->commit();
        QVERIFY(failure.get_future().get().message.find("No space left") != std::string::npos);
        QVERIFY(writer->failed());
        const Sequence last = writer->lastSequence();
        const Result<void> waited = writer->waitDurable(last);
        QVERIFY(!waited);
        QCOMPARE(waited.error().kind, ErrorKind::Environment);
        QVERIFY(writer->durableSequence().value >= 100 && writer->durableSequence() < last);
        QCOMPARE(durable.load(), writer->durableSequence().value);
        QVERIFY(!writer->beginSegment(timeFor(1), {}).ok());
        QVERIFY(!writer->close().ok());

        QVERIFY(writer->appendToReserve(9, timeFor(5), bytesOf("cancel order 17")).ok());
        writer.reset();
        const ReserveContent reserve = take(readReserve(at / kReserveName));
        QCOMPARE(reserve.records.size(), 1U);
        QVERIFY(reserve.records[0].payload == bytesOf("cancel order 17") && reserve.records[0].type == 9);
        const VerifyReport report = verifyJournal(at);
        QCOMPARE(report.status, JournalStatus::TornOrNotClosed);
        QVERIFY(report.records >= durable);
    }

    void anErrorOfSyncEndsTheJournal()
    {
        auto disk = std::make_shared<FailingDisk>();
        JournalOptions options = optionsFor(folder());
        options.disk = disk;
        auto writer = create(std::move(options));
        appendNumbered(*writer, 10);
        QVERIFY(writer->waitDurable(Sequence(10)).ok());
        disk->syncFails = true;
        appendNumbered(*writer, 1);
        writer->commit();
        QVERIFY(!writer->waitDurable(Sequence(11)).ok());
        disk->syncFails = false;
        QCOMPARE(writer->durableSequence().value, 10U);
        QVERIFY(!writer->append(1, timeFor(12), {}));
    }

    void aDiskThatIsFullAtARotationEndsTheJournal()
    {
        auto disk = std::make_shared<FailingDisk>();
        JournalOptions options = optionsFor(folder());
        options.disk = disk;
        const fs::path at = options.folder;
        auto writer = create(std::move(options));
        appendNumbered(*writer, 10);
        QVERIFY(writer->waitDurable(Sequence(10)).ok());
        disk->limit = 3'000;
        QVERIFY(writer->beginSegment(timeFor(10), ByteBuffer(4'000)).ok());
        appendNumbered(*writer, 1);
        QVERIFY(!writer->waitDurable(Sequence(11)).ok());
        writer.reset();
        QCOMPARE(take(listJournal(at)).segments.size(), 1U);
        QCOMPARE(countNumbered(at), 10);
    }

    void aRecordThatCannotBeJournaledEndsTheJournal()
    {
        auto writer = create(optionsFor(folder()));
        QVERIFY(!writer->append(1, timeFor(1), ByteBuffer(kMaxPayloadBytes + 1)));
        QVERIFY(writer->failed());
        auto second = create(optionsFor(folder()));
        QVERIFY(!second->append(kSealType, timeFor(1), {}));
        QVERIFY(second->failed());
    }

    void theReserveRefusesWhenFullAndForgetsWhenCleared()
    {
        const fs::path at = folder();
        fs::create_directories(at);
        auto reserve = take(JournalReserve::open(at, 4096));
        int accepted = 0;
        while (reserve->append(1, timeFor(1), ByteBuffer(100)).ok())
            ++accepted;
        QCOMPARE(accepted, (4096 - 16) / 128);
        reserve = take(JournalReserve::open(at, 4096));
        QVERIFY(!reserve->append(1, timeFor(1), ByteBuffer(100)).ok());
        QVERIFY(reserve->clear().ok());
        QVERIFY(reserve->append(2, timeFor(1), bytesOf("x")).ok());
        QCOMPARE(take(readReserve(at / kReserveName)).records.size(), 1U);
    }

    void aFolderThatCannotBeWrittenIsAClearMessage()
    {
        const fs::path file = folder();
        writeFile(file, "in the way");
        const auto writer = JournalWriter::create(optionsFor(file / "journal"), key(), startOf());
        QCOMPARE(writer.error().kind, ErrorKind::Environment);
        QVERIFY(writer.error().message.find("journal") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestJournalWriter)
#include "tst_journal_writer.moc"
