// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "layouts/saved_layouts.h"
#include "panels/approvals_panel.h"
#include "panels/explanation_panel.h"
#include "panels/market_panel.h"
#include "panels/panel_dock.h"
#include "panels/trading_panel.h"
#include "top_bar.h"
#include "widgets/command_palette.h"
#include "widgets/notice_bar.h"

#include <QtWidgets/QMainWindow>

namespace coinswarm::ui {

class ClusterPanel;
class HelpWindow;
class LayoutsDialog;
class MemoryPanel;
class QuorumPanel;

enum class Layout : unsigned char { Trading, Supervision, Research, Memory };

/// The desktop: top bar, notice line, and the panels in docks. GUI thread; the engine outlives it.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    MainWindow(api::Engine &engine, Preferences &preferences, QWidget *parent = nullptr);
    ~MainWindow() override;

    SessionStore &session() { return *m_session; }
    TopBar &topBar() { return *m_topBar; }
    NoticeBar &noticeBar() { return *m_notice; }
    CommandPalette &palette() { return *m_palette; }
    MarketPanel &market() { return *m_market; }
    ApprovalsPanel &approvals() { return *m_approvals; }
    TradingPanel &trading() { return *m_trading; }
    ExplanationPanel &explanation() { return *m_explanation; }
    MemoryPanel &memory() { return *m_memory; }
    QuorumPanel &quorum() { return *m_quorum; }
    ClusterPanel &cluster() { return *m_cluster; }
    HelpWindow &help() { return *m_help; }
    const std::vector<PanelDock *> &docks() const { return m_docks; }
    PanelDock *dock(const QString &panelId) const;

    void applyLayout(Layout layout);
    /// Keeps the panels as they are now under a name of the operator's.
    void saveLayout(const QString &name);
    /// False, and says so, if there is none of this name or it cannot be used.
    bool applySavedLayout(const QString &name);
    /// Back to how the layout in use was when it was chosen or saved.
    void resetLayout();
    SavedLayouts &layouts() { return m_layouts; }
    void openLayouts();
    LayoutsDialog *layoutsDialog() const { return m_layoutsDialog; }
    void openPalette();
    /// Help on the panel that has the keyboard focus.
    void openHelp();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    PanelDock *addPanel(Panel *panel);
    void makePanels();
    void makeMenu();
    void wireSession();
    void showState();
    void showMode();
    void showPanel(const QString &panelId);
    void updateTabTitles();
    void fillLayoutMenu();
    void hintAtFirstApproval();
    QAction *addCommand(QMenu *menu, const QString &title, const QKeySequence &keys, std::function<void()> run);
    std::vector<Command> commands();
    Command explainCommand(const Order &order);

    Preferences &m_preferences;
    std::unique_ptr<SessionStore> m_session;
    PanelContext m_context;
    SavedLayouts m_layouts;
    QMenu *m_menu;
    QMenu *m_layoutMenu = nullptr;
    TopBar *m_topBar;
    NoticeBar *m_notice;
    CommandPalette *m_palette;
    HelpWindow *m_help;
    MarketPanel *m_market = nullptr;
    ApprovalsPanel *m_approvals = nullptr;
    TradingPanel *m_trading = nullptr;
    ExplanationPanel *m_explanation = nullptr;
    MemoryPanel *m_memory = nullptr;
    QuorumPanel *m_quorum = nullptr;
    ClusterPanel *m_cluster = nullptr;
    std::vector<PanelDock *> m_docks;
    std::vector<QAction *> m_actions; ///< everything that the palette offers besides what moves
    std::vector<QAction *> m_layoutActions; ///< the operator's own layouts among them
    LayoutsDialog *m_layoutsDialog = nullptr;
    QString m_layout; ///< of the operator's own; empty while a built-in one is in use
    Layout m_builtIn = Layout::Trading;
    bool m_killKeyDown = false;
    bool m_placed = false;
};

} // namespace coinswarm::ui
