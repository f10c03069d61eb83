// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "desktop_fixture.h"
#include "layouts/layouts_dialog.h"

using namespace coinswarm;
using namespace coinswarm::ui;
using namespace Qt::StringLiterals;

/// The operator's own layouts: named, chosen, renamed, deleted and brought back, by keyboard alone.
class LayoutsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namedLayoutIsKeptAndChosen();
    void everyChangeCanBeTakenBack();
    void nameMustBeNewAndNotBlank();
    void dialogWorksByKeyboard();
    void paletteAndMenuListTheLayouts();
    void resetGoesBackToTheLayoutInUse();
    void unusableLayoutIsSaid();

private:
    static QStringList visiblePanels(const MainWindow &window)
    {
        QStringList ids;
        for (const PanelDock *dock : window.docks()) {
            if (!dock->isHidden()) {
                ids.append(dock->panel()->id());
            }
        }
        return ids;
    }
    static bool paletteRuns(MainWindow &window, const QString &words)
    {
        window.openPalette();
        window.palette().input()->setText(words);
        if (window.palette().matches() != 1) {
            return false;
        }
        QTest::keyClick(window.palette().input(), Qt::Key_Return);
        return true;
    }
};

void LayoutsTest::namedLayoutIsKeptAndChosen()
{
    QTemporaryDir folder;
    const QString file = folder.filePath(u"settings.ini"_s);
    ScriptedEngine engine;
    {
        Preferences preferences(file);
        MainWindow window(engine, preferences);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.applyLayout(Layout::Research);
        window.dock(u"alerts"_s)->show();
        window.dock(u"regimes"_s)->hide();
        window.saveLayout(u"Night watch"_s);
        window.applyLayout(Layout::Supervision);
        window.close();
    }
    Preferences preferences(file);
    MainWindow window(engine, preferences);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QVERIFY(visiblePanels(window).contains(u"approvals"_s));
    QCOMPARE(window.layouts().names(), QStringList{u"Night watch"_s});
    QVERIFY(window.applySavedLayout(u"Night watch"_s));
    const QStringList panels = visiblePanels(window);
    QVERIFY(panels.contains(u"alerts"_s) && panels.contains(u"market"_s));
    QVERIFY(!panels.contains(u"regimes"_s) && !panels.contains(u"approvals"_s));
}

void LayoutsTest::everyChangeCanBeTakenBack()
{
    QTemporaryDir folder;
    QSettings settings(folder.filePath(u"settings.ini"_s), QSettings::IniFormat);
    SavedLayouts layouts(settings);
    QVERIFY(!layouts.canUndo());
    QVERIFY(layouts.save(u"a"_s, "1"));
    QVERIFY(layouts.save(u"b"_s, "2"));
    layouts.remove(u"a"_s);
    QCOMPARE(layouts.names(), QStringList{u"b"_s});
    layouts.undo();
    QCOMPARE(layouts.names(), (QStringList{u"a"_s, u"b"_s}));
    QVERIFY(!layouts.canUndo());
    QVERIFY(layouts.save(u"a"_s, "3"));
    QCOMPARE(layouts.state(u"a"_s), QByteArray("3"));
    layouts.undo();
    QCOMPARE(layouts.state(u"a"_s), QByteArray("1"));
    QVERIFY(layouts.rename(u"b"_s, u"c"_s));
    layouts.undo();
    QCOMPARE(SavedLayouts(settings).names(), (QStringList{u"a"_s, u"b"_s}));
}

void LayoutsTest::nameMustBeNewAndNotBlank()
{
    QTemporaryDir folder;
    QSettings settings(folder.filePath(u"settings.ini"_s), QSettings::IniFormat);
    SavedLayouts layouts(settings);
    QVERIFY(!layouts.save(u"  "_s, "1"));
    QVERIFY(layouts.save(u"  two   words "_s, "1"));
    QCOMPARE(layouts.names(), QStringList{u"two words"_s});
    QVERIFY(layouts.save(u"b"_s, "2"));
    QVERIFY(!layouts.rename(u"b"_s, u"two words"_s));
    QVERIFY(!layouts.rename(u"b"_s, u" "_s));
    QVERIFY(!layouts.rename(u"missing"_s, u"x"_s));
    QCOMPARE(layouts.names(), (QStringList{u"two words"_s, u"b"_s}));
}

void LayoutsTest::dialogWorksByKeyboard()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    QTest::keyClick(&desktop.window, Qt::Key_S, Qt::ControlModifier | Qt::AltModifier);
    LayoutsDialog *dialog = desktop.window.layoutsDialog();
    QVERIFY(dialog && dialog->isVisible());
    QVERIFY(dialog->message().contains(u"No layout is saved yet"_s));
    desktop.window.applyLayout(Layout::Research);
    QTest::keyClicks(dialog->nameField(), u"mine"_s);
    QTest::keyClick(dialog->nameField(), Qt::Key_Return);
    QTRY_COMPARE(dialog->list()->count(), 1);
    QCOMPARE(dialog->message(), u"Saved “mine”."_s);
    QVERIFY(dialog->isVisible());
    if (const QString folder = qEnvironmentVariable("COINSWARM_SCREENSHOTS"); !folder.isEmpty()) {
        QVERIFY(dialog->grab().save(folder + u"/layouts.png"_s));
    }

    desktop.window.applyLayout(Layout::Supervision);
    dialog->activateWindow();
    dialog->list()->setFocus();
    QTRY_VERIFY(dialog->list()->hasFocus());
    QTest::keyClick(dialog->list(), Qt::Key_Return);
    QVERIFY(!visiblePanels(desktop.window).contains(u"approvals"_s));

    dialog->list()->item(0)->setText(u"yours"_s); // what F2 and an edit end in
    QTRY_COMPARE(desktop.window.layouts().names(), QStringList{u"yours"_s});
    QTRY_COMPARE(dialog->list()->item(0)->data(Qt::UserRole).toString(), u"yours"_s);
    dialog->list()->setFocus();
    QTest::keyClick(dialog->list(), Qt::Key_Delete);
    QTRY_COMPARE(dialog->list()->count(), 0);
    QVERIFY(dialog->undoButton()->isEnabled());
    QTest::keyClick(dialog->list(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(dialog->list()->count(), 1);
    QCOMPARE(desktop.window.layouts().names(), QStringList{u"yours"_s});
}

void LayoutsTest::paletteAndMenuListTheLayouts()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    desktop.window.applyLayout(Layout::Research);
    desktop.window.saveLayout(u"bulls & bears"_s);
    desktop.window.applyLayout(Layout::Supervision);
    QVERIFY(paletteRuns(desktop.window, u"bulls & bears"_s));
    QVERIFY(!visiblePanels(desktop.window).contains(u"approvals"_s));
    // The fifth layout has the fifth key.
    desktop.window.applyLayout(Layout::Supervision);
    QTest::keyClick(&desktop.window, Qt::Key_5, Qt::ControlModifier | Qt::AltModifier);
    QVERIFY(!visiblePanels(desktop.window).contains(u"approvals"_s));
    desktop.window.layouts().remove(u"bulls & bears"_s);
    QVERIFY(!paletteRuns(desktop.window, u"bulls & bears"_s));
}

void LayoutsTest::resetGoesBackToTheLayoutInUse()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    desktop.window.applyLayout(Layout::Supervision);
    desktop.window.dock(u"approvals"_s)->hide();
    desktop.window.resetLayout();
    QVERIFY(visiblePanels(desktop.window).contains(u"approvals"_s));
    QVERIFY(!visiblePanels(desktop.window).contains(u"market"_s));
    desktop.window.dock(u"alerts"_s)->hide();
    desktop.window.saveLayout(u"quiet"_s);
    desktop.window.dock(u"alerts"_s)->show();
    desktop.window.resetLayout();
    QVERIFY(!visiblePanels(desktop.window).contains(u"alerts"_s));
}

void LayoutsTest::unusableLayoutIsSaid()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    desktop.window.layouts().save(u"old"_s, "nonsense");
    const QStringList before = visiblePanels(desktop.window);
    QVERIFY(!desktop.window.applySavedLayout(u"old"_s));
    QCOMPARE(visiblePanels(desktop.window), before);
    QVERIFY(desktop.window.noticeBar().text().contains(u"cannot be used"_s));
}

QTEST_MAIN(LayoutsTest)
#include "tst_layouts.moc"
