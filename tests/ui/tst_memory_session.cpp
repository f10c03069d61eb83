// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "main_window.h"
#include "panels/cluster_panel.h"
#include "panels/memory_panel.h"
#include "panels/quorum_panel.h"
#include "support/paper_session.h"
#include "theme/preferences.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::ui;
using namespace Qt::StringLiterals;

/// The panels of memory on a real session: four managers in this process, their audit log on the disk.
class MemorySessionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void remembersVotesSearchesAndVerifies();
};

void MemorySessionTest::remembersVotesSearchesAndVerifies()
{
    QTemporaryDir folder;
    test::PaperSession paper(folder.path().toStdString(), test::busySettings("0", "600"));
    const Result<void> started = paper.start();
    QVERIFY2(started.ok(), started.ok() ? "" : started.error().message.c_str());
    Preferences preferences(folder.filePath(u"settings.ini"_s));
    MainWindow window(*paper.engine, preferences);
    window.show();
    window.applyLayout(Layout::Memory);
    const MemoryStore &memory = window.session().memory();
    constexpr int kPatience = 60'000;
    QTRY_VERIFY_WITH_TIMEOUT(memory.episodes().size() >= 5, kPatience);
    QTRY_VERIFY2_WITH_TIMEOUT(window.memory().neighbours()->view()->model()->rowCount() > 0,
                              qPrintable(window.memory().summary()), kPatience);
    QVERIFY(!window.memory().showsEmpty());
    QVERIFY(window.memory().map()->grab().toImage().width() > 0);
    QVERIFY(window.memory().map()->drawn() > 0);

    const QAbstractItemModel *rows = window.quorum().table()->view()->model();
    QVERIFY(rows->rowCount() > 0);
    const api::EpisodeView episode = memory.episodes().front();
    window.quorum().showSlot(episode.slot);
    QTRY_VERIFY2(window.quorum().drawerText().contains(u"add_episode"_s), qPrintable(window.quorum().drawerText()));

    window.session().setFeedPaused(true);
    window.quorum().filter()->setText(u"slot:"_s + QString::number(episode.slot) + u' ' + text(episode.tags.symbol));
    QTRY_COMPARE_WITH_TIMEOUT(window.quorum().search().state(), SlotSearch::State::Done, kPatience);
    QTRY_COMPARE(rows->rowCount(), 1);

    window.quorum().verifyButton()->click();
    QTRY_VERIFY2_WITH_TIMEOUT(window.quorum().auditText().contains(u"✓ sound"_s),
                              qPrintable(window.quorum().auditText()), kPatience);

    const QAbstractItemModel *parts = window.cluster().table()->view()->model();
    QCOMPARE(parts->rowCount(), 6); // four managers, hot memory, the database
    for (int row = 0; row < parts->rowCount(); ++row) {
        QVERIFY2(parts->index(row, 1).data().toString().contains(u"working"_s),
                 qPrintable(parts->index(row, 0).data().toString()));
    }
    QVERIFY(window.cluster().faultDomain().contains(u"one fault domain"_s));
    if (const QString pictures = qEnvironmentVariable("COINSWARM_SCREENSHOTS"); !pictures.isEmpty()) {
        QVERIFY(window.grab().save(pictures + u"/memory-session.png"_s));
    }
}

QTEST_MAIN(MemorySessionTest)
#include "tst_memory_session.moc"
