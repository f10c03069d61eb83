// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "desktop_fixture.h"
#include "help_window.h"

#include <QtGui/QAccessible>

using namespace coinswarm;
using namespace coinswarm::api;
using namespace coinswarm::ui;
using namespace Qt::StringLiterals;

/// The whole desktop under a hand that slips, an engine that hangs, and no mouse.
class MainWindowTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void killSwitchIsHeld();
    void killSwitchIsHeldByKeyboard();
    void tapOnTheKillSwitchSaysWhatItWouldDo();
    void resumeIsHeldToo();
    void modeIsInTitleAndBadge();
    void stalledEngineLeavesTheWindowResponsive();
    void disconnectedIsSaidAndRecovered();
    void whatIsNotKnownIsNotShownAsNothing();
    void answersAfterTheWindowIsGoneAreDropped();
    void quietEngineIsNotStale();
    void everyActionIsReachedByTab();
    void everyControlHasAName();
    void paletteFindsPanelsInstrumentsAndOrders();
    void helpOpensOnThePanelInFocus_data();
    void helpOpensOnThePanelInFocus();
    void everyPanelHasAHelpPage();
    void layoutIsRestored();
    void fillIsExplainedInOneClick();
    void firstStartHintCanBeDismissedForever();
};

void MainWindowTest::killSwitchIsHeld()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    HoldButton *kill = desktop.window.topBar().killButton();
    QTest::mouseClick(kill, Qt::LeftButton);
    QTest::keyClick(kill, Qt::Key_Space);
    QCOMPARE(desktop.engine.halts, 0);
    QTest::mousePress(kill, Qt::LeftButton);
    QTRY_COMPARE(desktop.engine.halts, 1);
    QTest::mouseRelease(kill, Qt::LeftButton);
    QTRY_VERIFY(desktop.window.windowTitle().startsWith(u"HALTED"_s));
    QVERIFY(!kill->isVisible());
    QVERIFY(desktop.window.noticeBar().text().contains(u"still open"_s));
}

void MainWindowTest::killSwitchIsHeldByKeyboard()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    const auto keys = Qt::ControlModifier | Qt::ShiftModifier;
    QTest::keyClick(&desktop.window, Qt::Key_K, keys);
    QCOMPARE(desktop.window.topBar().killButton()->progress(), 0.0);
    QCOMPARE(desktop.engine.halts, 0);
    QTest::keyPress(&desktop.window, Qt::Key_K, keys);
    QTRY_COMPARE(desktop.engine.halts, 1);
    QTest::keyRelease(&desktop.window, Qt::Key_K, keys);
}

void MainWindowTest::tapOnTheKillSwitchSaysWhatItWouldDo()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    QVERIFY(desktop.openApproval());
    QTest::mouseClick(desktop.window.topBar().killButton(), Qt::LeftButton);
    const QString said = desktop.window.noticeBar().text();
    QVERIFY2(said.contains(u"withdraw 1 approval"_s) && said.contains(u"leave 0 positions open"_s), qPrintable(said));
}

void MainWindowTest::resumeIsHeldToo()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    desktop.window.session().halt(u"test"_s);
    HoldButton *resume = desktop.window.topBar().resumeButton();
    QTRY_VERIFY(resume->isVisible());
    QTest::mouseClick(resume, Qt::LeftButton);
    QCOMPARE(desktop.engine.resumes, 0);
    QTest::mousePress(resume, Qt::LeftButton);
    QTRY_COMPARE(desktop.engine.resumes, 1);
    QTRY_VERIFY(desktop.window.topBar().killButton()->isVisible());
}

void MainWindowTest::modeIsInTitleAndBadge()
{
    QTemporaryDir folder;
    Preferences preferences(folder.filePath(u"settings.ini"_s));
    ScriptedEngine engine;
    engine.info().mode = api::SessionMode::Live;
    MainWindow window(engine, preferences);
    window.show();
    QTRY_COMPARE(window.topBar().badge()->text(), u"LIVE ARMED"_s);
    QVERIFY(window.windowTitle().startsWith(u"LIVE ARMED"_s));
}

void MainWindowTest::stalledEngineLeavesTheWindowResponsive()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    desktop.engine.stall(true);
    int ticks = 0;
    qint64 longest = 0;
    QElapsedTimer since;
    QTimer timer;
    connect(&timer, &QTimer::timeout, &desktop.window, [&] {
        ++ticks;
        longest = std::max(longest, since.restart());
    });
    since.start();
    timer.start(20);
    QElapsedTimer stall;
    stall.start();
    desktop.window.session().setPaused(true);
    desktop.window.market().chart()->grab();
    QTRY_VERIFY_WITH_TIMEOUT(stall.elapsed() > 5'000, 6'000);
    QVERIFY2(ticks > 100, qPrintable(QString::number(ticks)));
    QVERIFY2(longest < 1'000, qPrintable(QString::number(longest)));
    QCOMPARE(desktop.window.session().freshness(), Freshness::Stale);
    QVERIFY(desktop.window.noticeBar().text().contains(u"has not answered"_s));
    desktop.engine.stall(false);
    desktop.engine.advance(std::chrono::seconds(1));
    QCOMPARE(desktop.window.session().freshness(), Freshness::Live);
    QVERIFY(!desktop.window.noticeBar().text().contains(u"has not answered"_s));
}

void MainWindowTest::disconnectedIsSaidAndRecovered()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    desktop.engine.setConnection(false, "connection refused", std::chrono::milliseconds(2'600));
    const QString said = desktop.window.noticeBar().text();
    QVERIFY2(said.startsWith(u"Engine gone since "_s) && said.contains(u"trading may go on there"_s)
                 && said.contains(u"reconnecting in 3 s"_s),
             qPrintable(said));
    QVERIFY(desktop.window.dock(u"market"_s)->dimmed());
    desktop.engine.setConnection(true);
    QTRY_COMPARE(desktop.window.session().freshness(), Freshness::Live);
    QVERIFY(desktop.window.noticeBar().textOf(NoticeBar::Level::State).isEmpty());
    QVERIFY(!desktop.window.dock(u"market"_s)->dimmed());
}

void MainWindowTest::whatIsNotKnownIsNotShownAsNothing()
{
    Desktop desktop;
    desktop.engine.stall(true);
    QTemporaryDir folder;
    Preferences preferences(folder.filePath(u"settings.ini"_s));
    MainWindow window(desktop.engine, preferences);
    window.show();
    const auto words = [&window](const QString &panel) { return window.dock(panel)->veil()->words(); };
    QCOMPARE(window.topBar().badge()->text(), u"LOADING"_s);
    QCOMPARE(words(u"trading"_s), u"Loading"_s);
    desktop.engine.setConnection(false, "connection refused", std::chrono::milliseconds(2'600));
    QCOMPARE(window.topBar().badge()->text(), u"NO ENGINE"_s);
    QVERIFY(words(u"trading"_s).contains(u"Not known"_s));
    QVERIFY(!window.topBar().pauseButton()->isEnabled());
    desktop.engine.stall(false);
    desktop.engine.setConnection(true);
    QTRY_COMPARE(window.topBar().badge()->text(), u"PAPER"_s);
    QVERIFY(words(u"trading"_s).isEmpty());
    QVERIFY(window.dock(u"trading"_s)->veil()->isHidden());
}

void MainWindowTest::answersAfterTheWindowIsGoneAreDropped()
{
    QTemporaryDir folder;
    Preferences preferences(folder.filePath(u"settings.ini"_s));
    ScriptedEngine engine;
    {
        MainWindow window(engine, preferences);
        window.show();
        QTRY_COMPARE(window.session().freshness(), Freshness::Live);
        engine.stall(true);
        window.session().setPaused(true);
        window.session().explain(OrderId(1));
        window.session().reloadPlugins();
    }
    engine.stall(false); // every question is answered now
    QCoreApplication::processEvents();
    QCOMPARE(engine.sessionStatus().state, api::RunState::Paused);
}

void MainWindowTest::quietEngineIsNotStale()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    QElapsedTimer quiet;
    quiet.start();
    bool stale = false;
    connect(&desktop.window.session(), &SessionStore::freshnessChanged, &desktop.window,
            [&] { stale = stale || desktop.window.session().freshness() == Freshness::Stale; });
    QTRY_VERIFY_WITH_TIMEOUT(quiet.elapsed() > 4'000, 5'000);
    QVERIFY(!stale);
}

void MainWindowTest::everyActionIsReachedByTab()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    QVERIFY(desktop.openApproval());
    QSet<QWidget *> reached;
    QWidget *at = desktop.window.topBar().pauseButton();
    at->setFocus();
    for (int i = 0; i < 400; ++i) {
        QTest::keyClick(desktop.window.focusWidget() ? desktop.window.focusWidget() : &desktop.window, Qt::Key_Tab);
        reached.insert(desktop.window.focusWidget());
    }
    const ApprovalCard *card = desktop.window.approvals().cards().front();
    for (QWidget *wanted :
         std::initializer_list<QWidget *>{desktop.window.topBar().pauseButton(), desktop.window.topBar().killButton(),
                                          desktop.window.market().chart(), desktop.window.market().instrumentBox(),
                                          card->approveButton(), card->rejectButton()})
    {
        QVERIFY2(reached.contains(wanted), qPrintable(wanted->accessibleName()));
    }
    for (QAbstractButton *button : desktop.window.findChildren<QAbstractButton *>()) {
        if (button->isVisible() && button->isEnabled() && button->window() == &desktop.window) {
            QVERIFY2(reached.contains(button), qPrintable(button->accessibleName() + u" / "_s + button->text()));
        }
    }
}

void MainWindowTest::everyControlHasAName()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    QVERIFY(desktop.openApproval());
    for (QTabBar *bar : desktop.window.findChildren<QTabBar *>(Qt::FindDirectChildrenOnly)) {
        QTRY_VERIFY(!bar->isVisible() || !bar->accessibleName().isEmpty()); // named when the layout has settled
    }
    int seen = 0;
    for (QWidget *widget : desktop.window.findChildren<QWidget *>()) {
        if (widget->window() != &desktop.window || !widget->isVisible() || widget->focusPolicy() == Qt::NoFocus
            || widget->objectName().startsWith(u"qt_"_s) || qobject_cast<QMenu *>(widget))
        {
            continue;
        }
        QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(widget);
        QVERIFY(interface);
        // Parts that Qt makes inside its own widgets (the editor of a combo box, a viewport) are named by the owner.
        const bool inner = qobject_cast<QComboBox *>(widget->parentWidget())
            || qobject_cast<QAbstractItemView *>(widget->parentWidget())
            || qobject_cast<QTabBar *>(widget->parentWidget())
            || qobject_cast<QAbstractScrollArea *>(widget->parentWidget());
        if (!inner) {
            ++seen;
            QVERIFY2(!interface->text(QAccessible::Name).isEmpty(),
                     qPrintable(QLatin1StringView(widget->metaObject()->className()) + u" in "_s
                                + QLatin1StringView(widget->parentWidget()->metaObject()->className())));
        }
    }
    QVERIFY(seen > 30);
}

void MainWindowTest::paletteFindsPanelsInstrumentsAndOrders()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    QVERIFY(desktop.openApproval());
    const auto count = [&](const QString &words) {
        desktop.window.openPalette();
        desktop.window.palette().input()->setText(words);
        return desktop.window.palette().matches();
    };
    QVERIFY(count(u"committee"_s) >= 1);
    QVERIFY(count(u"chart eth"_s) == 1);
    QVERIFY(count(u"why order"_s) >= 1);
    QCOMPARE(count(u"no such thing at all"_s), 0);
    QCOMPARE(count(u"chart eth"_s), 1);
    QTest::keyClick(desktop.window.palette().input(), Qt::Key_Return);
    QCOMPARE(desktop.window.market().instrumentBox()->currentText(), u"ETH-USDT"_s);
}

void MainWindowTest::helpOpensOnThePanelInFocus_data()
{
    QTest::addColumn<QString>("panel");
    for (const char *panel : {"market", "alerts", "committee"}) {
        QTest::newRow(panel) << QString::fromLatin1(panel);
    }
}

void MainWindowTest::helpOpensOnThePanelInFocus()
{
    QFETCH(const QString, panel);
    Desktop desktop;
    QVERIFY(desktop.open());
    const auto children = desktop.window.dock(panel)->findChildren<QWidget *>();
    const auto target = std::find_if(children.begin(), children.end(), [](QWidget *w) {
        return w->isVisible() && (w->focusPolicy() & Qt::TabFocus) != 0;
    });
    QVERIFY(target != children.end());
    (*target)->setFocus();
    desktop.window.openHelp();
    QCOMPARE(desktop.window.help().page(), panel);
}

void MainWindowTest::everyPanelHasAHelpPage()
{
    Desktop desktop;
    for (PanelDock *dock : desktop.window.docks()) {
        const QString page = u":/coinswarm/help/"_s + dock->panel()->id() + u".md"_s;
        QVERIFY2(QFile::exists(page), qPrintable(page));
    }
}

void MainWindowTest::layoutIsRestored()
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
        window.close();
    }
    Preferences preferences(file);
    MainWindow window(engine, preferences);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QVERIFY(!window.dock(u"approvals"_s)->isVisible());
    QVERIFY(window.dock(u"market"_s)->isVisible());
}

void MainWindowTest::fillIsExplainedInOneClick()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    QVERIFY(desktop.openApproval());
    const Approval approval = desktop.window.approvals().cards().front()->approval();
    desktop.window.session().answerApproval(approval, true, {});
    desktop.engine.deliver();
    QTRY_VERIFY(!desktop.window.market().chart()->content().markers.empty());
    Q_EMIT desktop.window.market().chart()->orderClicked(approval.order);
    QTRY_VERIFY(desktop.window.dock(u"explanation"_s)->isVisible());
    const QString text = desktop.window.explanation().asText();
    for (const QString &link : {u"Executed"_s, u"Order [order "_s, u"Approval [approval"_s, u"Risk checks"_s,
                                u"Committee decision"_s, u"Votes"_s, u"dissents"_s, u"Market state"_s, u"adx:14"_s})
    {
        QVERIFY2(text.contains(link), qPrintable(link));
    }
    QVERIFY(desktop.window.explanation().asJson().contains(QString::fromStdString(approval.orderHash)));
}

void MainWindowTest::firstStartHintCanBeDismissedForever()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    QVERIFY(desktop.openApproval());
    QVERIFY(desktop.window.noticeBar().textOf(NoticeBar::Level::Hint).contains(u"waits for you"_s));
    Q_EMIT desktop.window.noticeBar().followed();
    QVERIFY(desktop.window.noticeBar().textOf(NoticeBar::Level::Hint).isEmpty());
    QVERIFY(desktop.preferences.firstStartSeen());
}

QTEST_MAIN(MainWindowTest)
#include "tst_main_window.moc"
