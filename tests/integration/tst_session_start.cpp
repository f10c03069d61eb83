// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/paper_session.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QFileInfo>
#include <QtTest/QtTest>

namespace coinswarm::test {

/// The first minute of a newcomer.
class TestSessionStart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFirstDecisionComesWithinTwoSecondsAndTheFirstApprovalWithin45()
    {
        QTemporaryDir folder;
        PaperSession session(folder.path().toStdString() + "/not/made/yet");
        QElapsedTimer clock;
        clock.start();
        take(session.start());
        QVERIFY(waitFor([&] { return !session.seen.decisions.empty(); }, std::chrono::seconds(10)));
        const qint64 decision = clock.elapsed();
        QVERIFY(waitFor([&] { return session.pendingApproval() != nullptr; }, std::chrono::seconds(90)));
        const qint64 approval = clock.elapsed();
        qInfo("first decision after %lld ms, first approval after %lld ms", decision, approval);
        QCOMPARE_LT(decision, 2'000);
        QCOMPARE_LT(approval, 45'000);
    }

    void N1_everyFolderIsMadeFromNothing()
    {
        QTemporaryDir folder;
        PaperSession session(folder.path().toStdString() + "/not/made/yet");
        take(session.start());
        const api::SessionStatus status = session.status();
        QVERIFY(status.killSwitchTested);
        QVERIFY(status.state == api::RunState::Running);
        QVERIFY(!status.degraded);
        QVERIFY(QFileInfo(QString::fromStdString(session.info.journal)).isDir());
        QVERIFY(QFileInfo::exists(QString::fromStdString(session.folder + "/data/coinswarm.sqlite")));
    }

    void theSameSessionCannotRunTwice()
    {
        QTemporaryDir folder;
        PaperSession first(folder.path().toStdString(), busySettings());
        take(first.start());
        QVERIFY(waitFor([&] { return !first.seen.fills.empty(); }));
        PaperSession second(folder.path().toStdString(), busySettings());
        const Result<void> started = second.start();
        QVERIFY(!started.ok());
        QVERIFY2(QString::fromStdString(started.error().message).contains(QStringLiteral("memory.name")),
                 started.error().message.c_str());
        const std::size_t fills = first.seen.fills.size();
        QVERIFY(waitFor([&] { return first.seen.fills.size() > fills; }));
    }

    void aFolderThatCannotBeWrittenIsRefusedInASentence()
    {
        QTemporaryDir folder;
        // Root may write anywhere, but nobody makes a folder below a file.
        const QString file = folder.filePath(QStringLiteral("file"));
        QVERIFY(QFile(file).open(QIODevice::WriteOnly));
        PaperSession session((file + QStringLiteral("/below")).toStdString());
        const Result<void> started = session.start();
        QVERIFY(!started.ok());
        QVERIFY(started.error().kind == ErrorKind::Environment);
        QVERIFY(started.error().message.find("/below") != std::string::npos);
    }
};

} // namespace coinswarm::test

QTEST_GUILESS_MAIN(coinswarm::test::TestSessionStart)
#include "tst_session_start.moc"
