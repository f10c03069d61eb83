// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "desktop_fixture.h"

#include "panels/cluster_panel.h"
#include "panels/memory_panel.h"

using namespace coinswarm;
using namespace coinswarm::ui;
using namespace Qt::StringLiterals;

/// The memory explorer and the cluster's health.
class MemoryPanelsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void emptyStatesSayWhatIsTrue();
    void presentStateHasItsTenNeighbours();
    void choosingAPointTellsItsEpisode();
    void choosingANeighbourMarksItOnTheMap();
    void coloursSayWhatIsChosen_data();
    void coloursSayWhatIsChosen();
    void mapIsMovedWithTheKeyboard();
    void patternsHaveStatisticsAndHistory();
    void memoryThatDidNotAnswerIsSaid();
    void haltedMemoryIsAnAlarm();
    void everyPartSaysWhatHappensIfItDies();
    void partThatIsGoneIsAnAlarm();
    void managersInOneProcessAreSaidToBeOneFaultDomain();
    void helpIsThere_data();
    void helpIsThere();

private:
    MemoryPanel &memory() { return m_desktop->window.memory(); }
    ClusterPanel &cluster() { return m_desktop->window.cluster(); }
    void remember()
    {
        m_desktop->engine.turnMemoryOn();
        QTRY_VERIFY(m_desktop->window.session().memory().enabled());
    }
    static QString cell(RecordTable *table, int row, const QString &title);

    std::optional<Desktop> m_desktop;
};

void MemoryPanelsTest::init()
{
    m_desktop.emplace();
    QVERIFY(m_desktop->open());
    m_desktop->window.applyLayout(Layout::Memory);
}

void MemoryPanelsTest::cleanup()
{
    m_desktop.reset();
}

QString MemoryPanelsTest::cell(RecordTable *table, int row, const QString &title)
{
    const QAbstractItemModel *model = table->view()->model();
    for (int c = 0; c < model->columnCount(); ++c) {
        if (model->headerData(c, Qt::Horizontal).toString() == title) {
            return model->index(row, c).data().toString();
        }
    }
    return u"no such column"_s;
}

void MemoryPanelsTest::emptyStatesSayWhatIsTrue()
{
    QVERIFY(memory().showsEmpty());
    QVERIFY(memory().empty()->title().contains(u"Memory is off"_s));
    QVERIFY(cluster().table()->emptyState()->title().contains(u"Memory is off"_s));
    m_desktop->engine.swarm().enabled = true;
    m_desktop->engine.next().memory = m_desktop->engine.swarm().status();
    m_desktop->engine.deliver();
    QTRY_VERIFY(memory().empty()->title().contains(u"Nothing is remembered yet"_s));
    remember();
    QTRY_VERIFY(!memory().showsEmpty());
}

void MemoryPanelsTest::presentStateHasItsTenNeighbours()
{
    remember();
    QTRY_COMPARE(memory().neighbours()->view()->model()->rowCount(), 10);
    QVERIFY2(memory().summary().contains(u"BTC-USDT"_s) && memory().summary().contains(u"10 neighbours"_s),
             qPrintable(memory().summary()));
    for (int row = 0; row < 10; ++row) {
        QVERIFY(cell(memory().neighbours(), row, u"did"_s).contains(u"BUY"_s));
        QVERIFY(cell(memory().neighbours(), row, u"earned"_s).contains(u'%'));
    }
    const QString before = memory().summary();
    memory().instrument()->setCurrentIndex(2);
    QVERIFY(memory().summary() != before && memory().summary().contains(u"SOL-USDT"_s));
    QCOMPARE(cell(memory().neighbours(), 0, u"#"_s), u"1"_s);
}

void MemoryPanelsTest::choosingAPointTellsItsEpisode()
{
    remember();
    const api::EpisodeView &episode = m_desktop->window.session().memory().episodes().back();
    EpisodeMapView *map = memory().map();
    QVERIFY(map->isVisible());
    const QPointF at = map->place(episode.x, episode.y);
    QVERIFY(map->rect().contains(at.toPoint()));
    QTest::mouseClick(map, Qt::LeftButton, {}, at.toPoint());
    QVERIFY(map->selected());
    QVERIFY2(memory().chosen().contains(u"episode "_s + countText(map->selected().value)),
             qPrintable(memory().chosen()));
    QVERIFY(memory().chosen().contains(u"earned"_s));
}

void MemoryPanelsTest::choosingANeighbourMarksItOnTheMap()
{
    remember();
    QTableView *view = memory().neighbours()->view();
    view->setFocus();
    view->selectRow(0);
    QTest::keyClick(view, Qt::Key_Down);
    const quint64 key = view->model()->index(1, 0).data(RecordModelBase::KeyRole).toULongLong();
    QCOMPARE(memory().map()->selected().value, key);
}

void MemoryPanelsTest::coloursSayWhatIsChosen_data()
{
    QTest::addColumn<int>("coloring");
    for (const int coloring : {1, 2, 3}) {
        QTest::addRow("%d", coloring) << coloring;
    }
}

void MemoryPanelsTest::coloursSayWhatIsChosen()
{
    QFETCH(const int, coloring);
    remember();
    const QImage before = memory().map()->grab().toImage();
    QVERIFY(memory().map()->drawn() > 300);
    memory().coloring()->setCurrentIndex(coloring);
    QVERIFY(memory().map()->grab().toImage() != before);
}

void MemoryPanelsTest::mapIsMovedWithTheKeyboard()
{
    remember();
    EpisodeMapView *map = memory().map();
    const auto apart = [map] { return map->place(1, 0).x() - map->place(0, 0).x(); };
    const double before = apart();
    const double left = map->place(0, 0).x();
    QTest::keyClick(map, Qt::Key_Plus);
    QVERIFY(apart() > before);
    QTest::keyClick(map, Qt::Key_0);
    QCOMPARE(apart(), before);
    QTest::keyClick(map, Qt::Key_Left);
    QVERIFY(map->place(0, 0).x() > left);
}

void MemoryPanelsTest::patternsHaveStatisticsAndHistory()
{
    remember();
    memory().showTab(1);
    RecordTable *table = memory().patterns();
    QTRY_COMPARE(table->view()->model()->rowCount(), 5);
    QVERIFY(cell(table, 0, u"status"_s).contains(u"promoted"_s));
    QVERIFY(cell(table, 1, u"status"_s).contains(u"deprecated"_s));
    table->view()->selectRow(0);
    Pattern changed = *m_desktop->window.session().memory().patterns().find(1);
    changed.slot = 18'300;
    changed.status = PatternStatus::Deprecated;
    changed.statistics.meanReward = -0.0123;
    m_desktop->engine.next().patterns.push_back(changed);
    m_desktop->engine.deliver();
    QTRY_VERIFY(cell(table, 0, u"status"_s).contains(u"deprecated"_s));
    const auto *history = memory().findChild<PatternHistory *>();
    QVERIFY2(history->accessibleDescription().contains(u"18,300"_s), qPrintable(history->accessibleDescription()));
    QCOMPARE(m_desktop->window.session().memory().history(PatternId(1)).size(), std::size_t{2});
}

void MemoryPanelsTest::memoryThatDidNotAnswerIsSaid()
{
    remember();
    api::RecallView recall;
    recall.instrument = InstrumentId(1);
    recall.recall.unavailable = "Redis does not answer";
    m_desktop->engine.next().recalls.push_back(recall);
    m_desktop->engine.deliver();
    QTRY_VERIFY2(memory().summary().contains(u"Redis does not answer"_s), qPrintable(memory().summary()));
}

void MemoryPanelsTest::haltedMemoryIsAnAlarm()
{
    remember();
    m_desktop->engine.next().memory = m_desktop->engine.swarm().status();
    m_desktop->engine.next().memory->halted = "the disk is full.";
    m_desktop->engine.deliver();
    QTRY_VERIFY(cluster().alarm()->isVisible());
    QVERIFY(cluster().alarm()->text().contains(u"the disk is full"_s));
    QVERIFY(cluster().caption().contains(u"halted"_s));
}

void MemoryPanelsTest::everyPartSaysWhatHappensIfItDies()
{
    remember();
    const QAbstractItemModel *model = cluster().table()->view()->model();
    QTRY_COMPARE(model->rowCount(), 7);
    for (int row = 0; row < model->rowCount(); ++row) {
        const QString name = model->index(row, 0).data().toString();
        for (int c = 0; c < model->columnCount(); ++c) {
            const QString tip = model->index(row, c).data(Qt::ToolTipRole).toString();
            QVERIFY2(tip.contains(u"What happens if "_s + name + u" dies:\n"_s) && tip.size() > 40, qPrintable(tip));
        }
    }
    for (const QString &figure : {u"last commit"_s, u"lag"_s, u"swarm-1"_s}) {
        QVERIFY2(cluster().figures().contains(QString(figure).replace(u' ', u"&nbsp;"_s))
                     || cluster().figures().contains(figure),
                 qPrintable(cluster().figures()));
    }
}

void MemoryPanelsTest::partThatIsGoneIsAnAlarm()
{
    remember();
    QVERIFY(!cluster().alarm()->isVisible());
    m_desktop->engine.next().memory = m_desktop->engine.swarm().status();
    m_desktop->engine.next().memory->services[1].state = api::ServiceState::Gone;
    m_desktop->engine.deliver();
    QTRY_VERIFY(cluster().alarm()->isVisible());
    QVERIFY(cluster().alarm()->text().contains(u"m2 is gone"_s));
    QVERIFY(cluster().caption().contains(u"1 gone"_s));
    QVERIFY(cell(cluster().table(), 1, u"state"_s).contains(u"gone"_s));
}

void MemoryPanelsTest::managersInOneProcessAreSaidToBeOneFaultDomain()
{
    remember();
    QCOMPARE(cluster().faultDomain(), QString());
    m_desktop->engine.next().memory = m_desktop->engine.swarm().status();
    m_desktop->engine.next().memory->embedded = true;
    m_desktop->engine.deliver();
    QTRY_VERIFY(cluster().faultDomain().contains(u"one fault domain"_s));
}

void MemoryPanelsTest::helpIsThere_data()
{
    QTest::addColumn<QString>("panel");
    const Desktop desktop;
    for (const PanelDock *dock : desktop.window.docks()) {
        QTest::newRow(qPrintable(dock->panel()->id())) << dock->panel()->id();
    }
}

void MemoryPanelsTest::helpIsThere()
{
    QFETCH(const QString, panel);
    QFile page(u":/coinswarm/help/"_s + panel + u".md"_s);
    QVERIFY(page.open(QIODevice::ReadOnly));
    QVERIFY(page.readAll().size() > 100);
}

QTEST_MAIN(MemoryPanelsTest)
#include "tst_memory_panels.moc"
