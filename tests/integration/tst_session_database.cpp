// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/paper_session.h"
#include "support/venue_truth.h"

#include "journal/journal_verifier.h"

#include <QtTest/QtTest>

namespace coinswarm::test {

namespace {

/// The session's database, with what SQLite keeps beside it.
std::vector<std::string> databaseFiles(const std::string &folder)
{
    std::vector<std::string> files;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().filename().string().starts_with("coinswarm.sqlite")) {
            files.push_back(entry.path().string());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

/// The database is what people look things up in; the journal is what is true. A broken database must not pass for an
/// empty one.
class TestSessionDatabase : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aCorruptDatabaseIsRefusedAndNothingIsLost_data()
    {
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("length");
        QTest::newRow("its first page") << 0 << 100;
        QTest::newRow("every page") << 0 << (1 << 30);
    }

    void aCorruptDatabaseIsRefusedAndNothingIsLost()
    {
        QFETCH(int, from);
        QFETCH(int, length);
        QTemporaryDir folder;
        PaperSession session(folder.path().toStdString(), busySettings("0", "600"));
        take(session.start());
        QVERIFY2(waitFor([&] { return session.seen.fills.size() > 2; }, std::chrono::seconds(60)),
                 session.story().c_str());
        const std::size_t fills = session.seen.fills.size();
        session.stop();

        const std::vector<std::string> files = databaseFiles(session.folder);
        QVERIFY(!files.empty());
        for (const std::string &name : files) {
            QFile file(QString::fromStdString(name));
            QVERIFY(file.open(QIODevice::ReadWrite));
            const qint64 bytes = std::min<qint64>(length, file.size() - from);
            QVERIFY(file.seek(from));
            QCOMPARE(file.write(QByteArray(bytes, '\xA5')), bytes);
        }

        const Result<void> started = session.start();
        QVERIFY(!started.ok());
        QVERIFY2(started.error().message.find(files.front()) != std::string::npos, started.error().message.c_str());
        const std::string journal = session.folder + "/data/sessions/paper/journal";
        const journal::VerifyReport report = journal::verifyJournal(journal);
        QVERIFY2(report.status == journal::JournalStatus::Sound
                     || report.status == journal::JournalStatus::TornOrNotClosed,
                 report.sentence().c_str());

        // With the broken files put aside it goes on: orders, fills and positions are in the journal.
        for (const std::string &name : files) {
            std::filesystem::rename(name, name + ".broken");
        }
        take(session.start());
        QVERIFY(waitFor([&] { return session.alerted("reconciled") && !session.seen.positions.empty(); }));
        VenueTruth truth = readVenueTruth(session.folder + "/data/sessions/paper");
        QVERIFY(truth.fills.size() >= fills);
        QVERIFY(waitFor([&] {
            for (const Position &position : session.seen.positions) {
                const std::string &symbol = session.info.instruments[position.instrument.value - 1].symbol;
                truth = readVenueTruth(session.folder + "/data/sessions/paper");
                if (truth.positions[symbol] != position.quantity.raw) {
                    return false;
                }
            }
            return true;
        }));
    }
};

} // namespace coinswarm::test

QTEST_GUILESS_MAIN(coinswarm::test::TestSessionDatabase)
#include "tst_session_database.moc"
