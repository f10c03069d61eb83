// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "desktop_fixture.h"

#include "panels/quorum_panel.h"

#include <QtWidgets/QScrollBar>

using namespace coinswarm;
using namespace coinswarm::ui;
using namespace Qt::StringLiterals;

/// The audit trail of the quorum: slots, the matrix of votes, search through the whole log, faults, verification, export.
class QuorumPanelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void saysWhenMemoryIsOff();
    void newestSlotIsFirstWithAColumnPerManager();
    void newSlotsArrive();
    void drawerShowsItemsAndReasons();
    void everySlotOfTheLogIsFound_data();
    void everySlotOfTheLogIsFound();
    void searchRestsWhenMuchIsFoundAndGoesOn();
    void searchStopsWhenItIsTold();
    void anotherFilterLetsGoOfWhatWasFound();
    void searchWaitsUntilTheLogIsKnown();
    void failedSearchSaysWhy();
    void olderSlotsComeWhenTheEndIsReached();
    void faultsAreRed();
    void verificationTellsWhatItFound();
    void exportWritesWhatPassesTheFilter();
    void escapeClosesTheDrawer();

private:
    QuorumPanel &panel() { return m_desktop->window.quorum(); }
    ScriptedSwarm &swarm() { return m_desktop->engine.swarm(); }
    const QAbstractItemModel &rows() { return *panel().table()->view()->model(); }
    quint64 slotAt(int row) { return rows().index(row, 0).data(RecordModelBase::KeyRole).toULongLong(); }
    int column(const QString &title);
    QByteArray exported(const QString &name);

    std::optional<Desktop> m_desktop;
};

void QuorumPanelTest::init()
{
    m_desktop.emplace();
    QVERIFY(m_desktop->open());
    if (qstrcmp(QTest::currentTestFunction(), "saysWhenMemoryIsOff") != 0) {
        m_desktop->window.applyLayout(Layout::Memory);
        m_desktop->engine.turnMemoryOn();
        QTRY_COMPARE(rows().rowCount(), 1'000);
    }
}

void QuorumPanelTest::cleanup()
{
    m_desktop.reset();
}

int QuorumPanelTest::column(const QString &title)
{
    for (int c = 0; c < rows().columnCount(); ++c) {
        if (rows().headerData(c, Qt::Horizontal).toString() == title) {
            return c;
        }
    }
    return -1;
}

void QuorumPanelTest::saysWhenMemoryIsOff()
{
    QTRY_VERIFY(panel().table()->emptyState()->title().contains(u"Memory is off"_s));
    QVERIFY(!panel().verifyButton()->isEnabled());
}

void QuorumPanelTest::newestSlotIsFirstWithAColumnPerManager()
{
    QCOMPARE(slotAt(0), 18'234U);
    QCOMPARE(slotAt(1), 18'233U);
    for (const QString &manager : {u"m1"_s, u"m2"_s, u"m3"_s, u"m4"_s}) {
        QVERIFY2(column(manager) >= 0, qPrintable(manager));
    }
    // 13 divides 18,226: m4 was silent there. 41 divides 18,204: all refused one item.
    const int silentRow = 18'234 - 18'226;
    QCOMPARE(rows().index(silentRow, column(u"m4"_s)).data().toString(), u"○"_s);
    QCOMPARE(rows().index(silentRow, column(u"m1"_s)).data().toString(), u"●"_s);
    const int refusedRow = 18'234 - 18'204;
    QVERIFY(rows().index(refusedRow, column(u"m1"_s)).data().toString().contains(u"✕1"_s));
    QVERIFY(rows().index(refusedRow, column(u"reasons"_s)).data().toString().contains(u"unknown pattern"_s));
}

void QuorumPanelTest::newSlotsArrive()
{
    api::QuorumSlotView next = swarm().slot(18'235);
    next.latencyMs = 1.4;
    next.time = m_desktop->engine.sessionStatus().now;
    m_desktop->engine.next().quorumSlots.push_back(next);
    m_desktop->engine.deliver();
    QTRY_COMPARE(slotAt(0), 18'235U);
    QCOMPARE(rows().index(0, column(u"ms"_s)).data().toString(), u"1.4"_s);
}

void QuorumPanelTest::drawerShowsItemsAndReasons()
{
    panel().showSlot(18'204);
    const QString said = panel().drawerText();
    for (const QString &part : {u"Slot 18,204"_s, u"unknown_pattern"_s, u"m1, m2, m3, m4"_s, u"commit"_s}) {
        QVERIFY2(said.contains(part), qPrintable(part + u" in\n"_s + said));
    }
    panel().showSlot(77); // not held here: read from the log
    QTRY_VERIFY2(panel().drawerText().contains(u"Slot 77"_s), qPrintable(panel().drawerText()));
}

void QuorumPanelTest::everySlotOfTheLogIsFound_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<QList<quint64>>("found");
    QTest::newRow("a range") << u"slot:17-19"_s << QList<quint64>{19, 18, 17};
    QTest::newRow("two words") << u"kind:promote silent:m4 slot:1-10000"_s << QList<quint64>{8'229, 5'486, 2'743};
    QTest::newRow("text of items") << u"eth-usdt slot:2-4"_s << QList<quint64>{4};
    QTest::newRow("text of items that are here") << u"eth-usdt slot:999998-1000000"_s << QList<quint64>{1'000'000};
    QTest::newRow("none") << u"nothing like it"_s << QList<quint64>{};
}

void QuorumPanelTest::everySlotOfTheLogIsFound()
{
    QFETCH(const QString, filter);
    QFETCH(const QList<quint64>, found);
    swarm().slots = 1'000'000;
    m_desktop->engine.turnMemoryOn();
    QTRY_COMPARE(slotAt(0), 1'000'000U);
    panel().filter()->setText(filter);
    QTRY_COMPARE_WITH_TIMEOUT(panel().search().state(), SlotSearch::State::Done, 60'000);
    QTRY_COMPARE(rows().rowCount(), static_cast<int>(found.size()));
    for (int row = 0; row < rows().rowCount(); ++row) {
        QCOMPARE(slotAt(row), found[row]);
    }
    QVERIFY2(panel().searchText().contains(u"1,000,000 slots"_s), qPrintable(panel().searchText()));
}

void QuorumPanelTest::searchRestsWhenMuchIsFoundAndGoesOn()
{
    panel().filter()->setText(u"round:0"_s);
    QTRY_COMPARE(panel().search().state(), SlotSearch::State::Resting);
    const QString first = panel().searchText();
    QVERIFY2(first.contains(u"stopped"_s), qPrintable(first));
    QVERIFY(panel().searchButton()->isVisible());
    panel().searchButton()->click();
    QTRY_VERIFY(panel().search().state() == SlotSearch::State::Resting && panel().searchText() != first);
}

void QuorumPanelTest::searchStopsWhenItIsTold()
{
    swarm().slots = 1'000'000;
    swarm().slotsPerLook = 500;
    panel().filter()->setText(u"nothing like it"_s);
    QTRY_COMPARE(panel().search().state(), SlotSearch::State::Running);
    QTRY_VERIFY(swarm().queries > 3);
    panel().searchButton()->click();
    QCOMPARE(panel().search().state(), SlotSearch::State::Resting);
    const std::uint64_t asked = swarm().queries;
    m_desktop->engine.advance(std::chrono::seconds(1));
    QCoreApplication::processEvents();
    QCOMPARE(swarm().queries, asked);
}

void QuorumPanelTest::anotherFilterLetsGoOfWhatWasFound()
{
    QuorumModel &model = m_desktop->window.session().memory().quorum();
    panel().filter()->setText(u"slot:17-19"_s);
    QTRY_COMPARE(panel().search().state(), SlotSearch::State::Done);
    QCOMPARE(model.row(0).slot, 17U);
    QCOMPARE(model.oldest(), 17'235U); // found ones do not count: there is a gap
    panel().filter()->clear();
    QCOMPARE(model.row(0).slot, 17'235U);
    QCOMPARE(panel().searchText(), QString());
    QTRY_COMPARE(rows().rowCount(), 1'000);
}

void QuorumPanelTest::searchWaitsUntilTheLogIsKnown()
{
    swarm().known = 0.2;
    QStringList said;
    connect(&panel().search(), &SlotSearch::changed, &panel(), [&] { said.append(panel().searchText()); });
    panel().filter()->setText(u"slot:5"_s);
    QTRY_COMPARE(panel().search().state(), SlotSearch::State::Done);
    QVERIFY2(said.join(u'\n').contains(u"for the first time: 20 %"_s), qPrintable(said.join(u'\n')));
    QTRY_COMPARE(rows().rowCount(), 1);
}

void QuorumPanelTest::failedSearchSaysWhy()
{
    swarm().enabled = false; // the engine refuses
    panel().filter()->setText(u"slot:5"_s);
    QTRY_COMPARE(panel().search().state(), SlotSearch::State::Failed);
    QVERIFY(panel().searchText().contains(u"memory is off"_s));
}

void QuorumPanelTest::olderSlotsComeWhenTheEndIsReached()
{
    QuorumModel &model = m_desktop->window.session().memory().quorum();
    QScrollBar *bar = panel().table()->view()->verticalScrollBar();
    QTRY_VERIFY(bar->maximum() > 0);
    bar->setValue(bar->maximum());
    QTRY_COMPARE(model.oldest(), 16'235U);
    QTRY_VERIFY(rows().canFetchMore({}) || rows().rowCount() == 2'000);
    bar->setValue(0);
    // To the end of the log, and no further.
    while (model.oldest() > 1) {
        const std::uint64_t before = model.oldest();
        m_desktop->window.session().loadOlderSlots();
        QVERIFY(model.oldest() < before);
    }
    QCOMPARE(model.rowCount(), 18'234);
    m_desktop->window.session().loadOlderSlots();
    QCOMPARE(model.rowCount(), 18'234);
}

void QuorumPanelTest::faultsAreRed()
{
    QVERIFY(!panel().alarm()->isVisible());
    m_desktop->engine.next().evidence.push_back(
        {18'220, {}, "m2", "double_vote", "Two votes in slot 18220.", "proof.csevidence"});
    m_desktop->engine.deliver();
    QTRY_VERIFY(panel().alarm()->isVisible());
    QVERIFY(panel().alarm()->text().contains(u"m2 convicted of double vote"_s));
    QVERIFY(panel().alarm()->text().contains(u"proof.csevidence"_s));
    QVERIFY(panel().caption().contains(u"1 fault"_s));
    QCOMPARE(rows().index(0, column(u"m2"_s)).data(RecordModelBase::ToneRole).toInt(), static_cast<int>(Tone::Danger));
    QVERIFY(rows().index(0, column(u"m1"_s)).data(RecordModelBase::ToneRole).toInt() != static_cast<int>(Tone::Danger));
}

void QuorumPanelTest::verificationTellsWhatItFound()
{
    panel().verifyButton()->click();
    QTRY_VERIFY2(panel().auditText().contains(u"verifying 25 %"_s), qPrintable(panel().auditText()));
    QVERIFY(!panel().verifyButton()->isEnabled());
    swarm().check = {api::AuditState::Sound, 1, 0, "The log is sound.", 18'234, 2.5};
    QTRY_VERIFY2(panel().auditText().contains(u"✓ sound: 18,234 slots"_s), qPrintable(panel().auditText()));
    QVERIFY(!panel().alarm()->isVisible());
    panel().verifyButton()->click();
    swarm().check = {api::AuditState::Bad, 1, 4'211, "Slot 4211: a signature of m3 does not hold.", 18'234, 2.5};
    QTRY_VERIFY2(panel().auditText().contains(u"not sound"_s), qPrintable(panel().auditText()));
    QVERIFY(panel().alarm()->isVisible());
    QVERIFY(panel().alarm()->text().contains(u"Slot 4211"_s));
}

QByteArray QuorumPanelTest::exported(const QString &name)
{
    const QString file = m_desktop->folder.filePath(name);
    QSignalSpy answered(&m_desktop->window.session(), &SessionStore::answered);
    panel().exportTo(file);
    if (!QTest::qWaitFor([&] { return answered.count() > 0; }) || !answered.first().first().toBool()) {
        return {};
    }
    QFile written(file);
    return written.open(QIODevice::ReadOnly) ? written.readAll() : QByteArray();
}

void QuorumPanelTest::exportWritesWhatPassesTheFilter()
{
    panel().filter()->setText(u"slot:17-19"_s);
    QTRY_COMPARE(panel().search().state(), SlotSearch::State::Done);
    const QList<QByteArray> lines = exported(u"slots.csv"_s).trimmed().split('\n');
    QCOMPARE(lines.size(), 4);
    QVERIFY(lines[0].startsWith("slot,time,change"));
    QVERIFY(lines[1].startsWith("17,"));
    QVERIFY(lines[1].contains(swarm().slot(17).commit.c_str()));
    const QJsonArray list = QJsonDocument::fromJson(exported(u"slots.json"_s)).array();
    QCOMPARE(list.size(), 3);
    QCOMPARE(list[2].toObject()[u"slot"_s].toInt(), 19);
    QCOMPARE(list[2].toObject()[u"managers"_s].toArray().size(), 4);
    QCOMPARE(exported(u"no/such/folder.csv"_s), QByteArray());
}

void QuorumPanelTest::escapeClosesTheDrawer()
{
    panel().showSlot(18'204);
    QVERIFY(!panel().drawerText().isEmpty());
    QTest::keyClick(&panel(), Qt::Key_Escape);
    QVERIFY(panel().drawerText().isEmpty());
}

QTEST_MAIN(QuorumPanelTest)
#include "tst_quorum_panel.moc"
