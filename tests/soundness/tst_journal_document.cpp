// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// docs/journal-format.md must say enough to write a verifier from: verify_journal.py is one. Both verifiers must agree on
// sound journals, on damaged ones, and on the document's own example.

#include "unit/journal_fixture.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace coinswarm;
using namespace coinswarm::journal;
using namespace coinswarm::testing;
namespace fs = std::filesystem;

class TestJournalDocument : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_root;
    QString m_python;
    int m_next = 0;

    fs::path folder() { return fs::path(m_root.path().toStdString()) / std::to_string(++m_next); }

    int second(const fs::path &at, const std::string &head = {}) const
    {
        QStringList arguments{QStringLiteral(COINSWARM_SOURCE_DIR "/tests/soundness/verify_journal.py"),
                              QString::fromStdString(at.string())};
        if (!head.empty())
            arguments << QStringLiteral("--head") << QString::fromStdString(head);
        QProcess process;
        process.start(m_python, arguments);
        return process.waitForFinished(60'000) && process.exitStatus() == QProcess::NormalExit ? process.exitCode()
                                                                                               : -1;
    }

    static int first(const fs::path &at, const std::string &head = {})
    {
        VerifyOptions options;
        if (!head.empty())
            options.expectedHead = take(parseHead(head));
        switch (verifyJournal(at, options).status) {
        case JournalStatus::Sound:
            return 0;
        case JournalStatus::Tampered:
            return 1;
        case JournalStatus::TornOrNotClosed:
            return 4;
        case JournalStatus::Unreadable:
        case JournalStatus::Cancelled:
            break;
        }
        return 3;
    }

    // The fenced block of this kind in the document.
    static std::string block(const std::string &kind)
    {
        const std::string text = readFile(COINSWARM_SOURCE_DIR "/docs/journal-format.md");
        const std::size_t from = text.find("```" + kind + "\n") + kind.size() + 4;
        return text.substr(from, text.find("\n```", from) - from);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_python = QStandardPaths::findExecutable(QStringLiteral("python3"));
        if (m_python.isEmpty() || QStandardPaths::findExecutable(QStringLiteral("openssl")).isEmpty())
            QSKIP("SKIPPED: python3 or openssl not found");
    }

    void theExampleIsSoundAndHasItsHead()
    {
        std::string content;
        const QStringList lines = QString::fromStdString(block("hexdump")).split(QLatin1Char('\n'));
        for (const QString &line : lines)
            content += QByteArray::fromHex(line.mid(5).toLatin1()).toStdString();
        const fs::path at = folder();
        fs::create_directories(at);
        writeFile(at / segmentName(1), content);
        const std::string head = block("head");
        QCOMPARE(first(at, head), 0);
        QCOMPARE(second(at, head), 0);
        QCOMPARE(take(parseHead(head)).text(), verifyJournal(at).head->text());
        QCOMPARE(countNumbered(at), -1); // one record, and not one of this test's
    }

    void bothAgreeOnEveryKindOfJournal()
    {
        JournalOptions options = optionsFor(folder());
        options.maxSegmentBytes = 3000;
        options.reserveBytes = 4096;
        options.headInterval = std::chrono::nanoseconds(1);
        const fs::path at = options.folder;
        const fs::path keys = folder();
        auto writer = take(JournalWriter::create(options, take(JournalKey::loadOrCreate(keys)), startOf("state")));
        for (std::uint64_t i = 0; i < 12; ++i) {
            appendNumbered(*writer, 9);
            QVERIFY(writer->waitDurable(writer->lastSequence()).ok());
        }
        const std::string early = writer->lastHead().value().fullText();
        QVERIFY(writer->appendToReserve(1, timeFor(1), bytesOf("cancel")).ok());
        writer.reset();
        QCOMPARE(first(at), 4);
        QCOMPARE(second(at), 4);

        writer = take(JournalWriter::openForAppend(options, take(JournalKey::loadOrCreate(keys))));
        appendNumbered(*writer, 20);
        take(writer->close());
        writer.reset();
        writer =
            take(JournalWriter::openForAppend(options, take(JournalKey::loadOrCreate(keys)), startOf("continued")));
        appendNumbered(*writer, 20);
        const std::string head = take(writer->close()).fullText();
        for (const std::string &expected : {std::string(), early, head}) {
            QCOMPARE(first(at, expected), 0);
            QCOMPARE(second(at, expected), 0);
        }
        std::string other = head;
        other[other.find(':') + 5] = other[other.find(':') + 5] == '0' ? '1' : '0';
        QCOMPARE(first(at, other), 1);
        QCOMPARE(second(at, other), 1);
    }

    void bothAgreeOnDamage()
    {
        JournalOptions options = optionsFor(folder());
        const fs::path at = options.folder;
        auto writer = take(JournalWriter::create(options, take(JournalKey::generate()), startOf("state")));
        for (int i = 0; i < 4; ++i) {
            appendNumbered(*writer, 6);
            writer->commit();
            QVERIFY(writer->waitDurable(writer->lastSequence()).ok());
        }
        take(writer->close());
        const fs::path segment = at / segmentName(1);
        const std::string good = readFile(segment);
        std::mt19937_64 random(20261121);
        for (int round = 0; round < 60; ++round) {
            std::string bad = good;
            const std::size_t place = random() % good.size();
            switch (round % 5) {
            case 0:
                bad[place] = static_cast<char>(bad[place] ^ (1 << (random() % 8)));
                break;
            case 1:
                bad.resize(place);
                break;
            case 2:
                bad = bad.substr(0, place) + std::string(good.size() - place + random() % 3000, '\0');
                break;
            case 3:
                bad.erase(place, random() % 200);
                break;
            default:
                bad.replace(place, std::min<std::size_t>(700, bad.size() - place), 700, '\0');
            }
            writeFile(segment, bad);
            const int expected = first(at);
            QVERIFY(expected != 0 || bad == good);
            QVERIFY2(second(at) == expected, std::to_string(round).c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestJournalDocument)
#include "tst_journal_document.moc"
