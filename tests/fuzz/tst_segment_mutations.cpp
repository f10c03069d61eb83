// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "byte_mutations.h"
#include "journal/recovery.h"
#include "journal/reserve.h"
#include "unit/journal_fixture.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

namespace coinswarm::testing {

namespace {

std::string contentOf(const std::filesystem::path &file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write(const std::filesystem::path &file, const std::string &content)
{
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    if (!out.good())
        throw std::runtime_error("the file cannot be written");
}

} // namespace

/// Journals with bent bytes: no reader hands out what was not written, and no verifier calls them sound.
class TestSegmentMutations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noReaderBelievesABentSegment_data()
    {
        QTest::addColumn<QString>("file");
        QTest::newRow("first segment") << "000001.csj";
        QTest::newRow("last segment") << "000002.csj";
    }

    void noReaderBelievesABentSegment()
    {
        QFETCH(QString, file);
        QTemporaryDir folder;
        const std::filesystem::path place = folder.path().toStdString();
        journal::JournalOptions options = optionsFor(place);
        options.maxSegmentBytes = 64 << 10;
        auto writer =
            take(journal::JournalWriter::create(std::move(options), take(journal::JournalKey::generate()), startOf()));
        appendNumbered(*writer, 20);
        QVERIFY(writer->beginSegment(timeFor(20), bytesOf("a snapshot")).ok());
        appendNumbered(*writer, 20);
        take(writer->close());
        writer.reset();
        QCOMPARE(journal::verifyJournal(place).status, journal::JournalStatus::Sound);

        const std::filesystem::path segment = place / file.toStdString();
        const std::string good = contentOf(segment);
        std::mt19937 random(20240104);
        for (int i = 0; i < 800; ++i) {
            const std::string bent = test::mutatedBytes(good, random);
            if (bent == good)
                continue;
            write(segment, bent);
            const journal::VerifyReport report = journal::verifyJournal(place);
            QVERIFY2(report.status != journal::JournalStatus::Sound, std::to_string(i).c_str());
            QVERIFY(report.place.has_value() && !report.sentence().empty());
            readAll(place, i);
            const Result<journal::RecoveredJournal> recovered = journal::recoverJournal(place);
            QVERIFY(recovered.ok() || !recovered.error().message.empty());
        }
    }

    void theReserveGivesOnlyWhatWasPutIn()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath(QStringLiteral("reserve.csj")).toStdString();
        auto reserve = take(journal::JournalReserve::open(folder.path().toStdString(), 4'096));
        for (std::uint64_t i = 1; i <= 20; ++i)
            QVERIFY(reserve->append(static_cast<std::uint16_t>(i), timeFor(i), payloadFor(i)).ok());
        reserve.reset();
        const std::string good = contentOf(file);
        std::mt19937 random(20240105);
        for (int i = 0; i < 5'000; ++i) {
            write(file, test::mutatedBytes(good, random));
            const Result<journal::ReserveContent> content = journal::readReserve(file);
            if (!content.ok())
                continue;
            QVERIFY(content->records.size() <= 20);
            for (const journal::ReserveRecord &record : content->records)
                QVERIFY2(record.payload == payloadFor(record.type), std::to_string(i).c_str());
        }
    }

    void headsAreReadOrRefused()
    {
        QTemporaryDir folder;
        auto writer = take(journal::JournalWriter::create(optionsFor(folder.path().toStdString()),
                                                          take(journal::JournalKey::generate()), startOf()));
        appendNumbered(*writer, 3);
        const journal::JournalHead head = take(writer->close());
        std::mt19937 random(20240106);
        for (const std::string &text : {head.text(), head.fullText()}) {
            for (int i = 0; i < 5'000; ++i) {
                const Result<journal::JournalHead> read = journal::parseHead(test::mutatedBytes(text, random));
                QVERIFY(read.ok() || !read.error().message.empty());
                // A proof that was bent proves nothing.
                QVERIFY(!read.ok() || !read->proof || read->fullText() == head.fullText()
                        || !journal::proofHolds(*read));
            }
        }
    }

private:
    /// Every record that comes out is one that went in, in order.
    static void readAll(const std::filesystem::path &place, int round)
    {
        Result<journal::JournalReader> reader = journal::JournalReader::open(place);
        if (!reader)
            return;
        std::uint64_t last = 0;
        for (;;) {
            const Result<std::optional<journal::RecordView>> record = reader->next();
            if (!record || !record->has_value())
                return;
            const journal::RecordHeader &header = (*record)->header;
            QVERIFY2(header.sequence == last + 1, std::to_string(round).c_str());
            last = header.sequence;
            const journal::ByteBuffer expected = payloadFor(header.sequence);
            QVERIFY(std::equal(expected.begin(), expected.end(), (*record)->payload.begin(), (*record)->payload.end()));
            QCOMPARE(header.timeNs, timeFor(header.sequence).ns);
        }
    }
};

} // namespace coinswarm::testing

QTEST_GUILESS_MAIN(coinswarm::testing::TestSegmentMutations)
#include "tst_segment_mutations.moc"
