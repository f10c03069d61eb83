// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What was acknowledged survives kill -9 at any moment; a limit of the kernel ends the journal cleanly; memory is bounded.
// The process that is killed is this program itself, started with --write.

#include "unit/journal_fixture.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <cstring>
#include <random>

#include <sys/resource.h>
#include <unistd.h>

using namespace coinswarm;
using namespace coinswarm::journal;
using namespace coinswarm::testing;
namespace fs = std::filesystem;

namespace {

JournalOptions childOptions(const fs::path &at)
{
    JournalOptions options = optionsFor(at);
    options.maxSegmentBytes = 150'000;
    options.headInterval = std::chrono::milliseconds(1);
    return options;
}

// Appends until killed, and tells each acknowledgement on standard output, eight bytes each.
int writeUntilKilled(const fs::path &at, const fs::path &keys)
{
    JournalOptions options = childOptions(at);
    options.onDurable = [](Sequence sequence) {
        if (::write(STDOUT_FILENO, &sequence.value, sizeof sequence.value) != sizeof sequence.value)
            ::_exit(1);
    };
    auto key = take(JournalKey::loadOrCreate(keys));
    const bool exists = listJournal(at).ok();
    auto writer = take(exists ? JournalWriter::openForAppend(std::move(options), std::move(key))
                              : JournalWriter::create(std::move(options), std::move(key), startOf("state")));
    for (std::uint64_t group = 0;; ++group) {
        appendNumbered(*writer, 1 + group * 7 % 23);
        writer->commit();
        if (writer->wantsSegment() && !writer->beginSegment(timeFor(1), bytesOf("snapshot")))
            return 1;
        // Now and then it waits as an engine does; otherwise the groups would grow as large as the queue.
        if (group % 4 == 0 && !writer->waitDurable(writer->lastSequence()))
            return 1;
    }
}

} // namespace

class TestJournalCrash : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_root;

private Q_SLOTS:
    void nothingAcknowledgedIsLost()
    {
        const fs::path root = m_root.path().toStdString();
        const fs::path at = root / "journal";
        std::mt19937_64 random(42);
        std::uint64_t acknowledged = 0;
        for (int round = 0; round < 30; ++round) {
            QProcess child;
            child.start(QCoreApplication::applicationFilePath(),
                        {QStringLiteral("--write"), QString::fromStdString(at.string()),
                         QString::fromStdString((root / "keys").string())});
            QVERIFY(child.waitForStarted());
            // Some die while they start, most somewhere between two and two hundred acknowledgements later.
            const qint64 wanted = static_cast<qint64>(round % 10 == 9 ? 0 : 8 * (1 + random() % 200));
            while (child.bytesAvailable() < wanted)
                QVERIFY2(child.waitForReadyRead(30'000), child.readAllStandardError().constData());
            child.kill();
            QVERIFY(child.waitForFinished());
            const QByteArray told = child.readAllStandardOutput();
            if (told.size() >= 8) {
                std::uint64_t last = 0;
                std::memcpy(&last, told.constData() + (told.size() / 8 - 1) * 8, 8);
                QVERIFY(last > acknowledged);
                acknowledged = last;
            }
            if (acknowledged == 0)
                continue;
            QVERIFY(countNumbered(at) >= static_cast<std::int64_t>(acknowledged));
            const VerifyReport report = verifyJournal(at);
            QVERIFY2(report.status == JournalStatus::TornOrNotClosed, report.sentence().c_str());
        }
        auto writer =
            take(JournalWriter::openForAppend(childOptions(at), take(JournalKey::loadOrCreate(root / "keys"))));
        QVERIFY(writer->lastSequence().value >= acknowledged);
        take(writer->close());
        const VerifyReport report = verifyJournal(at);
        QVERIFY2(report.status == JournalStatus::Sound, report.sentence().c_str());
        QVERIFY(report.segments > 1);
    }

    void aLimitOfTheKernelEndsTheJournalAndTheReserveStillWorks()
    {
        const fs::path at = fs::path(m_root.path().toStdString()) / "limited";
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit before{};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
        JournalOptions options = optionsFor(at);
        options.reserveBytes = 8192;
        auto writer = take(JournalWriter::create(std::move(options), take(JournalKey::generate()), startOf()));
        const rlimit low{200'000, before.rlim_max};
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &low), 0);
        while (writer->append(1, timeFor(1), payloadFor(writer->lastSequence().value + 1)))
            writer->commit();
        const std::uint64_t durable = writer->durableSequence().value;
        const bool reserved = writer->appendToReserve(9, timeFor(2), bytesOf("cancel")).ok();
        const std::string reason = writer->failure().value().message;
        writer.reset();
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
        QVERIFY(reserved);
        QVERIFY2(reason.find("ulimit -f") != std::string::npos, reason.c_str());
        const VerifyReport report = verifyJournal(at);
        QCOMPARE(report.status, JournalStatus::TornOrNotClosed);
        QVERIFY(report.records >= durable);
        QCOMPARE(report.reserveRecords, 1U);
    }

    void memoryDoesNotGrowWithTheJournal()
    {
        const fs::path at = fs::path(m_root.path().toStdString()) / "large";
        const auto peak = [] {
            rusage usage{};
            ::getrusage(RUSAGE_SELF, &usage);
            return usage.ru_maxrss / 1024;
        };
        const long before = peak();
        const ByteBuffer payload(200, std::byte{3});
        auto writer =
            take(JournalWriter::create(optionsFor(at, SyncPolicy::AtClose), take(JournalKey::generate()), startOf()));
        for (std::int64_t i = 0; i < 700'000; ++i)
            QVERIFY(bool(writer->append(1, Timestamp{i}, payload)));
        take(writer->close());
        writer.reset();
        const VerifyReport report = verifyJournal(at);
        QCOMPARE(report.status, JournalStatus::Sound);
        QVERIFY(report.bytes > 150'000'000);
        QVERIFY2(peak() - before < 40, std::to_string(peak() - before).c_str());
    }
};

int main(int argc, char **argv)
{
    if (argc == 4 && std::strcmp(argv[1], "--write") == 0)
        return writeUntilKilled(argv[2], argv[3]);
    QCoreApplication application(argc, argv);
    TestJournalCrash test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_journal_crash.moc"
