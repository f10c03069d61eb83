// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "main_window.h"
#include "panels/cluster_panel.h"
#include "panels/memory_panel.h"
#include "panels/quorum_panel.h"
#include "scripted_engine.h"
#include "theme/preferences.h"

#include <QtCharts/QChartView>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::ui;
using namespace Qt::StringLiterals;

/// Every panel in its states, in both themes. With COINSWARM_SCREENSHOTS=folder the pictures are kept to be looked at.
class ScreensTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyPanelShowsSomething_data();
    void everyPanelShowsSomething();

private:
    static void showMemory(const QString &state, MainWindow &window, ScriptedEngine &engine);
    void keep(QWidget &widget, const QString &name) const;
    /// Different colours on a coarse grid: a blank panel has one.
    static int colors(const QImage &image);
};

void ScreensTest::keep(QWidget &widget, const QString &name) const
{
    const QString folder = qEnvironmentVariable("COINSWARM_SCREENSHOTS");
    if (!folder.isEmpty()) {
        QVERIFY(QDir().mkpath(folder));
        QVERIFY(widget.grab().save(folder + u'/' + name + u".png"_s));
    }
}

int ScreensTest::colors(const QImage &image)
{
    QSet<QRgb> seen;
    for (int y = 0; y < image.height(); y += 3) {
        for (int x = 0; x < image.width(); x += 3) {
            seen.insert(image.pixel(x, y));
        }
    }
    return static_cast<int>(seen.size());
}

void ScreensTest::showMemory(const QString &state, MainWindow &window, ScriptedEngine &engine)
{
    if (state == u"memory-off"_s) {
        return;
    }
    engine.turnMemoryOn();
    QCoreApplication::processEvents();
    window.memory().showTab(state == u"memory-patterns"_s ? 1 : 0);
    window.memory().patterns()->view()->selectRow(0);
    if (state == u"memory-faults"_s) {
        engine.swarm().check = {
            api::AuditState::Bad, 1, 4'211, "Slot 4,211: the signature of m3 does not hold.", 18'234, 3.4};
        api::Frame &frame = engine.next();
        frame.evidence.push_back(
            {18'220, engine.sessionStatus().now, "m2", "double_vote",
             "Manager m2 is convicted of a double_vote in slot 18220; its own signatures prove it.",
             "memory/evidence/18220-m2.csevidence"});
        frame.memory = engine.swarm().status();
        frame.memory->services[1].state = api::ServiceState::Gone;
        frame.memory->services[1].ageSeconds = 94;
        frame.memory->services[4].state = api::ServiceState::Degraded;
        frame.memory->services[4].detail = "nats-2 cannot be reached";
        frame.memory->trouble = "m2 has not answered for 94 s";
        engine.deliver();
        window.session().verifyAudit();
        engine.swarm().check.state = api::AuditState::Bad;
        QTRY_VERIFY(window.quorum().alarm()->text().contains(u"not sound"_s));
        window.quorum().filter()->setText(u"rejected"_s);
        QTRY_COMPARE(window.quorum().search().state(), SlotSearch::State::Done);
    }
    window.quorum().showSlot(18'204);
}

void ScreensTest::everyPanelShowsSomething_data()
{
    QTest::addColumn<QString>("state");
    QTest::addColumn<bool>("dark");
    QTest::addColumn<QSize>("size");
    for (const QString &state :
         {u"live"_s, u"empty"_s, u"disconnected"_s, u"stale"_s, u"halted"_s, u"armed"_s, u"explained"_s})
    {
        for (const bool dark : {true, false}) {
            QTest::addRow("%s %s", qPrintable(state), dark ? "dark" : "light") << state << dark << QSize(1440, 900);
        }
    }
    for (const QString &state : {u"memory"_s, u"memory-patterns"_s, u"memory-faults"_s, u"memory-off"_s}) {
        for (const bool dark : {true, false}) {
            QTest::addRow("%s %s", qPrintable(state), dark ? "dark" : "light") << state << dark << QSize(1440, 900);
        }
    }
    QTest::addRow("memory small") << u"memory"_s << true << QSize(1280, 720);
    QTest::addRow("memory large") << u"memory"_s << false << QSize(2560, 1440);
    QTest::addRow("live small") << u"live"_s << true << QSize(1280, 720);
    QTest::addRow("live large") << u"live"_s << true << QSize(2560, 1440);
    QTest::addRow("supervision") << u"supervision"_s << true << QSize(1440, 900);
    QTest::addRow("research") << u"research"_s << false << QSize(1440, 900);
}

void ScreensTest::everyPanelShowsSomething()
{
    QFETCH(const QString, state);
    QFETCH(const bool, dark);
    QFETCH(const QSize, size);
    QTemporaryDir folder;
    Preferences preferences(folder.filePath(u"settings.ini"_s));
    preferences.setThemeMode(dark ? ThemeMode::Dark : ThemeMode::Light);
    preferences.setFades(false);
    ScriptedEngine engine(7, state == u"empty"_s);
    engine.info().mode = state == u"armed"_s ? api::SessionMode::Live : api::SessionMode::Paper;
    MainWindow window(engine, preferences);
    window.resize(size);
    window.show();
    if (state == u"supervision"_s) {
        window.applyLayout(Layout::Supervision);
    } else if (state == u"research"_s) {
        window.applyLayout(Layout::Research);
    } else if (state.startsWith(u"memory"_s)) {
        window.applyLayout(Layout::Memory);
    }
    QTRY_VERIFY(state == u"empty"_s || window.session().freshness() == Freshness::Live);
    if (state != u"empty"_s) {
        for (int i = 0; i < 500; ++i) {
            engine.advance(std::chrono::seconds(60));
            const auto pending = window.session().pendingApprovals();
            if (!pending.empty() && i < 460) {
                window.session().answerApproval(pending.front(), true, {});
            }
        }
        engine.addApproval(std::chrono::seconds(41 * 60));
        engine.addAlert(api::Severity::Info, "session_started",
                        "Paper session paper-20260112-093000 started with seed 7.");
        engine.addAlert(api::Severity::Warning, "feed_gap",
                        "ETH-USDT: no trade for 12 s; indicators keep their last values.");
        if (state == u"halted"_s) {
            engine.addAlert(api::Severity::Danger, "halted",
                            "Kill switch: 1 approval withdrawn, 2 protective orders kept, 1 position left open.");
        }
        engine.advance(std::chrono::seconds(65));
    }
    if (state == u"disconnected"_s) {
        engine.setConnection(false, "connection refused", std::chrono::seconds(3));
    } else if (state == u"halted"_s) {
        window.session().halt(u"test"_s);
        engine.advance(std::chrono::seconds(1));
    } else if (state.startsWith(u"memory"_s)) {
        showMemory(state, window, engine);
    } else if (state == u"explained"_s) {
        QVERIFY(window.session().fills().rowCount() > 0);
        window.session().explain(window.session().fills().row(window.session().fills().rowCount() - 1).order);
    } else if (state == u"stale"_s) {
        engine.stall(true);
        QTRY_VERIFY_WITH_TIMEOUT(window.session().freshness() == Freshness::Stale, 8000);
    }
    QTRY_VERIFY(window.isVisible());
    QCoreApplication::processEvents();
    if (window.dock(u"equity"_s)->isVisible() && !window.dock(u"equity"_s)->visibleRegion().isEmpty()
        && state != u"empty"_s)
    {
        QTRY_VERIFY(window.findChild<QChartView *>()->isVisible()); // drawn twice a second
    }
    for (PanelDock *dock : window.docks()) {
        if (dock->isVisible() && !dock->visibleRegion().isEmpty()) {
            const QImage image = dock->panel()->grab().toImage();
            QVERIFY2(colors(image) > 1, qPrintable(dock->panel()->id()));
        }
    }
    keep(window, state + (dark ? u"-dark-"_s : u"-light-"_s) + QString::number(size.width()));
    engine.stall(false);
}

QTEST_MAIN(ScreensTest)
#include "tst_screens.moc"
