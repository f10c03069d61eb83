// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "unit/journal_fixture.h"

#include <QTemporaryDir>
#include <QTest>

using namespace coinswarm;
using namespace coinswarm::journal;
using namespace coinswarm::testing;
namespace fs = std::filesystem;

class TestJournalHead : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aKeyIsMadeOnceForItsOwnerOnly()
    {
        const QTemporaryDir folder;
        const fs::path keys = fs::path(folder.path().toStdString()) / "keys";
        const JournalKey made = take(JournalKey::loadOrCreate(keys));
        QCOMPARE(fs::status(keys / "journal-key.pem").permissions(), fs::perms::owner_read | fs::perms::owner_write);
        QVERIFY(take(JournalKey::loadOrCreate(keys)).publicKey() == made.publicKey());
    }

    void aKeyThatOthersMayReadIsRefused()
    {
        const QTemporaryDir folder;
        const fs::path keys = folder.path().toStdString();
        take(JournalKey::loadOrCreate(keys));
        fs::permissions(keys / "journal-key.pem", fs::perms::group_read, fs::perm_options::add);
        const Result<JournalKey> key = JournalKey::loadOrCreate(keys);
        QVERIFY(!key);
        QCOMPARE(key.error().kind, ErrorKind::Refused);
        QVERIFY(key.error().message.find("chmod 600") != std::string::npos);
    }

    void aFileThatIsNoKeyIsCorrupt()
    {
        const QTemporaryDir folder;
        const fs::path keys = folder.path().toStdString();
        writeFile(keys / "journal-key.pem", "not a key");
        fs::permissions(keys / "journal-key.pem", fs::perms::owner_read);
        QCOMPARE(JournalKey::loadOrCreate(keys).error().kind, ErrorKind::Corrupt);
    }

    void textsAreReadBack()
    {
        const JournalKey key = take(JournalKey::generate());
        const JournalHead head = take(
            signHead(key, kClosedType, Sequence(42), sha256(bytesOf("chain")), Timestamp{1'700'000'000'000'000'001}));
        const JournalHead brief = take(parseHead("  " + head.text() + "\n"));
        QVERIFY(brief.sequence == head.sequence && brief.chain == head.chain && !brief.proof);
        const JournalHead full = take(parseHead(head.fullText()));
        QVERIFY(proofHolds(full));
        QVERIFY(full.proof->type == kClosedType && full.proof->time == head.proof->time);

        const QTemporaryDir folder;
        const fs::path file = fs::path(folder.path().toStdString()) / "head.txt";
        writeFile(file, head.fullText() + "\n");
        QCOMPARE(take(loadHead(file.string())).fullText(), head.fullText());
    }

    void whatIsNoHeadIsInvalid_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no hash") << QByteArray("12");
        QTest::newRow("short hash") << QByteArray("12:abcd");
        QTest::newRow("not hexadecimal") << "12:" + QByteArray(64, 'g');
        QTest::newRow("negative") << "-1:" + QByteArray(64, 'a');
        QTest::newRow("half a proof") << "12:" + QByteArray(64, 'a') + ":head:5";
    }
    void whatIsNoHeadIsInvalid()
    {
        QFETCH(QByteArray, text);
        QCOMPARE(parseHead(text.toStdString()).error().kind, ErrorKind::Invalid);
    }

    void everyPartOfAProofIsSigned()
    {
        const JournalKey key = take(JournalKey::generate());
        const JournalHead head = take(signHead(key, kHeadType, Sequence(7), sha256({}), Timestamp{9}));
        QVERIFY(proofHolds(head));
        JournalHead other = head;
        other.sequence = Sequence(8);
        QVERIFY(!proofHolds(other));
        other = head;
        other.chain[0] ^= std::byte{1};
        QVERIFY(!proofHolds(other));
        other = head;
        other.proof->type = kClosedType;
        QVERIFY(!proofHolds(other));
        other = head;
        other.proof->time.ns += 1;
        QVERIFY(!proofHolds(other));
        other = head;
        other.proof->key = take(JournalKey::generate()).publicKey();
        QVERIFY(!proofHolds(other));
    }
};

QTEST_APPLESS_MAIN(TestJournalHead)
#include "tst_journal_head.moc"
