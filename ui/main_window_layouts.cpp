// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// How the panels are arranged: the built-in layouts, the operator's own, and what is kept between starts.
#include "layouts/layouts_dialog.h"
#include "main_window.h"

#include <QtGui/QCloseEvent>
#include <QtWidgets/QTabBar>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

constexpr int kLayoutVersion = 1;
constexpr int kBuiltInLayouts = 4;

} // namespace

void MainWindow::applyLayout(Layout layout)
{
    for (PanelDock *each : m_docks) {
        each->setFloating(false);
        removeDockWidget(each);
    }
    const auto at = [this](QLatin1StringView id) { return dock(QString(id)); };
    PanelDock *market = at("market"_L1);
    PanelDock *approvals = at("approvals"_L1);
    PanelDock *committee = at("committee"_L1);
    PanelDock *trading = at("trading"_L1);
    PanelDock *equity = at("equity"_L1);
    PanelDock *agents = at("agents"_L1);
    PanelDock *plugins = at("plugins"_L1);
    PanelDock *regimes = at("regimes"_L1);
    PanelDock *alerts = at("alerts"_L1);
    PanelDock *why = at("explanation"_L1);
    PanelDock *memory = at("memory"_L1);
    PanelDock *quorum = at("quorum"_L1);
    PanelDock *cluster = at("cluster"_L1);
    addDockWidget(Qt::LeftDockWidgetArea,
                  layout == Layout::Supervision  ? approvals
                      : layout == Layout::Memory ? memory
                                                 : market);
    QList<QDockWidget *> shown;
    const int w = width();
    const int h = height() - 72;
    switch (layout) {
    case Layout::Trading:
        splitDockWidget(market, committee, Qt::Vertical);
        splitDockWidget(committee, regimes, Qt::Vertical);
        splitDockWidget(market, approvals, Qt::Horizontal);
        splitDockWidget(committee, trading, Qt::Horizontal);
        splitDockWidget(trading, equity, Qt::Horizontal);
        splitDockWidget(regimes, alerts, Qt::Horizontal);
        tabifyDockWidget(committee, agents);
        tabifyDockWidget(committee, plugins);
        tabifyDockWidget(alerts, quorum);
        shown = {market, approvals, committee, trading, equity, agents, plugins, regimes, alerts, quorum};
        for (QDockWidget *each : shown) {
            each->show();
        }
        resizeDocks({market, approvals}, {w * 66 / 100, w * 34 / 100}, Qt::Horizontal);
        resizeDocks({committee, trading, equity}, {w * 36 / 100, w * 38 / 100, w * 26 / 100}, Qt::Horizontal);
        resizeDocks({regimes, alerts}, {w * 48 / 100, w * 52 / 100}, Qt::Horizontal);
        resizeDocks({market, committee, regimes}, {h * 53 / 100, h * 29 / 100, h * 18 / 100}, Qt::Vertical);
        committee->raise();
        alerts->raise();
        break;
    case Layout::Supervision:
        splitDockWidget(approvals, agents, Qt::Horizontal);
        splitDockWidget(approvals, alerts, Qt::Vertical);
        splitDockWidget(agents, committee, Qt::Vertical);
        splitDockWidget(committee, equity, Qt::Vertical);
        tabifyDockWidget(agents, plugins);
        tabifyDockWidget(equity, trading);
        tabifyDockWidget(alerts, cluster);
        shown = {approvals, agents, alerts, committee, equity, plugins, trading, cluster};
        for (QDockWidget *each : shown) {
            each->show();
        }
        resizeDocks({approvals, agents}, {w * 45 / 100, w * 55 / 100}, Qt::Horizontal);
        resizeDocks({approvals, alerts}, {h * 60 / 100, h * 40 / 100}, Qt::Vertical);
        resizeDocks({agents, committee, equity}, {h * 28 / 100, h * 42 / 100, h * 30 / 100}, Qt::Vertical);
        agents->raise();
        trading->raise();
        alerts->raise();
        break;
    case Layout::Research:
        splitDockWidget(market, regimes, Qt::Vertical);
        splitDockWidget(market, committee, Qt::Horizontal);
        splitDockWidget(committee, trading, Qt::Vertical);
        tabifyDockWidget(regimes, equity);
        tabifyDockWidget(regimes, memory);
        shown = {market, regimes, committee, trading, equity, memory};
        for (QDockWidget *each : shown) {
            each->show();
        }
        resizeDocks({market, committee}, {w * 62 / 100, w * 38 / 100}, Qt::Horizontal);
        resizeDocks({market, regimes}, {h * 72 / 100, h * 28 / 100}, Qt::Vertical);
        regimes->raise();
        break;
    case Layout::Memory:
        splitDockWidget(memory, quorum, Qt::Vertical);
        splitDockWidget(memory, cluster, Qt::Horizontal);
        tabifyDockWidget(quorum, alerts);
        shown = {memory, quorum, cluster, alerts};
        for (QDockWidget *each : shown) {
            each->show();
        }
        resizeDocks({memory, cluster}, {w * 58 / 100, w * 42 / 100}, Qt::Horizontal);
        resizeDocks({memory, quorum}, {h * 54 / 100, h * 46 / 100}, Qt::Vertical);
        quorum->raise();
        break;
    }
    addDockWidget(Qt::RightDockWidgetArea, why);
    resizeDocks({why}, {400}, Qt::Horizontal);
    for (PanelDock *each : m_docks) {
        if (!shown.contains(each)) {
            if (dockWidgetArea(each) == Qt::NoDockWidgetArea) {
                addDockWidget(Qt::RightDockWidgetArea, each);
            }
            each->hide();
        }
    }
    m_layout.clear();
    m_builtIn = layout;
    QTimer::singleShot(0, this, &MainWindow::updateTabTitles);
}

void MainWindow::saveLayout(const QString &name)
{
    if (m_layouts.save(name, saveState(kLayoutVersion))) {
        m_layout = name.simplified();
    }
}

bool MainWindow::applySavedLayout(const QString &name)
{
    const QByteArray state = m_layouts.state(name);
    if (state.isEmpty() || !restoreState(state, kLayoutVersion)) {
        m_notice->say(NoticeBar::Level::Message, Tone::Warn,
                      u"The layout “"_s + name + u"” cannot be used by this version; save it again."_s);
        return false;
    }
    m_layout = name;
    QTimer::singleShot(0, this, &MainWindow::updateTabTitles);
    return true;
}

void MainWindow::resetLayout()
{
    if (m_layout.isEmpty() || !applySavedLayout(m_layout)) {
        applyLayout(m_builtIn);
    }
}

void MainWindow::openLayouts()
{
    if (!m_layoutsDialog) {
        m_layoutsDialog = new LayoutsDialog(m_layouts, this);
        connect(m_layoutsDialog, &LayoutsDialog::saveRequested, this, &MainWindow::saveLayout);
        connect(m_layoutsDialog, &LayoutsDialog::useRequested, this, &MainWindow::applySavedLayout);
    }
    m_layoutsDialog->show();
    m_layoutsDialog->raise();
    m_layoutsDialog->activateWindow();
}

void MainWindow::fillLayoutMenu()
{
    for (QAction *action : m_layoutActions) {
        m_actions.erase(std::remove(m_actions.begin(), m_actions.end(), action), m_actions.end());
        delete action;
    }
    m_layoutActions.clear();
    int number = kBuiltInLayouts;
    for (const QString &name : m_layouts.names()) {
        ++number;
        const QKeySequence keys =
            number > 9 ? QKeySequence() : QKeySequence(Qt::CTRL | Qt::ALT | static_cast<Qt::Key>(Qt::Key_0 + number));
        // An ampersand in a name is not a mnemonic.
        QAction *action = addCommand(m_layoutMenu, QString(name).replace(u'&', u"&&"_s) + u" layout"_s, keys,
                                     [this, name] { applySavedLayout(name); });
        m_layoutActions.push_back(action);
    }
}

void MainWindow::updateTabTitles()
{
    for (PanelDock *each : m_docks) {
        each->setTitleShown(tabifiedDockWidgets(each).isEmpty());
    }
    // Qt makes these bars by itself as docks are put behind one another.
    for (QTabBar *bar : findChildren<QTabBar *>(Qt::FindDirectChildrenOnly)) {
        bar->setAccessibleName(u"Panels that share this place"_s);
    }
}

void MainWindow::showEvent(QShowEvent *event)
{
    QMainWindow::showEvent(event);
    if (m_placed) {
        return;
    }
    m_placed = true;
    QSettings &settings = m_preferences.settings();
    const bool restored = restoreGeometry(settings.value("window/geometry").toByteArray())
        && restoreState(settings.value("window/state").toByteArray(), kLayoutVersion);
    if (restored) {
        m_layout = settings.value("window/layout").toString();
        m_builtIn = static_cast<Layout>(std::clamp(settings.value("window/built_in").toInt(), 0, kBuiltInLayouts - 1));
    } else {
        applyLayout(Layout::Trading);
    }
    setFocus(); // Tab begins at the top; nothing is armed by a stray key
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    m_preferences.settings().setValue("window/geometry", saveGeometry());
    m_preferences.settings().setValue("window/state", saveState(kLayoutVersion));
    m_preferences.settings().setValue("window/layout", m_layout);
    m_preferences.settings().setValue("window/built_in", static_cast<int>(m_builtIn));
    QMainWindow::closeEvent(event);
}

} // namespace coinswarm::ui
