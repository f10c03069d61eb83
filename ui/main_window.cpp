// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "main_window.h"

#include "help_window.h"
#include "panels/agents_panel.h"
#include "panels/alerts_panel.h"
#include "panels/cluster_panel.h"
#include "panels/committee_panel.h"
#include "panels/equity_panel.h"
#include "panels/memory_panel.h"
#include "panels/plugins_panel.h"
#include "panels/quorum_panel.h"
#include "panels/regimes_panel.h"

#include <QtCore/QDateTime>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

MainWindow::MainWindow(api::Engine &engine, Preferences &preferences, QWidget *parent)
    : QMainWindow(parent),
      m_preferences(preferences),
      m_session(std::make_unique<SessionStore>(engine)),
      m_context{*m_session, preferences},
      m_layouts(preferences.settings()),
      m_menu(new QMenu(this)),
      m_topBar(new TopBar(m_context, m_menu, this)),
      m_notice(new NoticeBar(this)),
      m_palette(new CommandPalette(this)),
      m_help(new HelpWindow(this))
{
    setWindowTitle(u"Coinswarm"_s);
    resize(1440, 900);
    setMinimumSize(960, 600);
    setDockOptions(AllowNestedDocks | AllowTabbedDocks | AnimatedDocks | GroupedDragging);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    setCorner(Qt::TopRightCorner, Qt::RightDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    auto *top = new QWidget(this);
    auto *column = new QVBoxLayout(top);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_topBar);
    column->addWidget(m_notice);
    setMenuWidget(top);
    m_session->setLocalTime(preferences.localTime());
    m_notice->setColors(preferences.colors());
    makePanels();
    makeMenu();
    wireSession();
    applyLayout(Layout::Trading);
    qApp->installEventFilter(this);
    showMode();
    showState();
}

MainWindow::~MainWindow()
{
    qApp->removeEventFilter(this);
    // Panels refer to the session: they go first.
    for (PanelDock *each : m_docks) {
        delete each;
    }
    delete m_topBar;
}

PanelDock *MainWindow::addPanel(Panel *panel)
{
    auto *added = new PanelDock(panel, m_context, this);
    m_docks.push_back(added);
    connect(added, &PanelDock::helpRequested, m_help, &HelpWindow::showPage);
    connect(added, &QDockWidget::visibilityChanged, this,
            [this] { QTimer::singleShot(0, this, &MainWindow::updateTabTitles); });
    return added;
}

void MainWindow::makePanels()
{
    addPanel(m_market = new MarketPanel(m_context));
    addPanel(m_approvals = new ApprovalsPanel(m_context));
    auto *committee = new CommitteePanel(m_context);
    addPanel(committee);
    addPanel(m_trading = new TradingPanel(m_context));
    addPanel(new EquityPanel(m_context));
    addPanel(new AgentsPanel(m_context));
    addPanel(new PluginsPanel(m_context));
    addPanel(new RegimesPanel(m_context));
    addPanel(new AlertsPanel(m_context));
    addPanel(m_explanation = new ExplanationPanel(m_context));
    addPanel(m_memory = new MemoryPanel(m_context));
    addPanel(m_quorum = new QuorumPanel(m_context));
    addPanel(m_cluster = new ClusterPanel(m_context));
    connect(committee, &CommitteePanel::explainDecision, this, [this](DecisionId id) {
        const OrdersModel &orders = m_session->orders();
        for (int i = orders.rowCount() - 1; i >= 0; --i) {
            if (orders.row(i).decision == id) {
                m_session->explain(orders.row(i).id);
                return;
            }
        }
        if (const Decision *decision = m_session->decisions().find(id.value)) {
            m_explanation->showDecision(*decision);
        }
    });
    connect(m_explanation, &ExplanationPanel::shown, this, [this] {
        PanelDock *drawer = dock(u"explanation"_s);
        drawer->show();
        drawer->raise();
    });
}

PanelDock *MainWindow::dock(const QString &panelId) const
{
    const auto found =
        std::find_if(m_docks.begin(), m_docks.end(), [&](PanelDock *d) { return d->panel()->id() == panelId; });
    return found == m_docks.end() ? nullptr : *found;
}

void MainWindow::wireSession()
{
    SessionStore *s = m_session.get();
    connect(s, &SessionStore::freshnessChanged, this, &MainWindow::showState);
    connect(s, &SessionStore::freshnessChanged, this, &MainWindow::showMode);
    connect(s, &SessionStore::statusChanged, this, &MainWindow::showState);
    connect(s, &SessionStore::statusChanged, this, &MainWindow::showMode);
    connect(s, &SessionStore::infoChanged, this, &MainWindow::showMode);
    connect(s, &SessionStore::approvalsChanged, this, &MainWindow::hintAtFirstApproval);
    connect(s, &SessionStore::answered, this, [this](bool success, const QString &message) {
        m_notice->say(NoticeBar::Level::Message, success ? Tone::Accent : Tone::Danger, message);
    });
    connect(m_topBar, &TopBar::killTouched, this,
            [this](const QString &preview) { m_notice->say(NoticeBar::Level::Message, Tone::Danger, preview); });
    connect(m_notice, &NoticeBar::dismissed, this, [this](NoticeBar::Level level) {
        if (level == NoticeBar::Level::Hint) {
            m_preferences.setFirstStartSeen();
        }
    });
    connect(m_notice, &NoticeBar::followed, this, [this] {
        showPanel(u"approvals"_s);
        m_approvals->focusFirst();
        m_notice->clear(NoticeBar::Level::Hint);
        m_preferences.setFirstStartSeen();
    });
    connect(&m_preferences, &Preferences::changed, this, [this] {
        m_notice->setColors(m_preferences.colors());
        m_session->setLocalTime(m_preferences.localTime());
    });
}

void MainWindow::showState()
{
    const SessionStore &s = *m_session;
    const api::SessionStatus &status = s.status();
    const Formats &f = s.formats();
    if (s.freshness() == Freshness::Disconnected) {
        const auto wait = std::chrono::ceil<std::chrono::seconds>(s.connection().retryIn).count();
        const QString next = wait > 0 ? u"reconnecting in "_s + QString::number(wait) + u" s"_s : u"reconnecting"_s;
        const QString why = s.connection().why.empty() ? QString() : u"  ·  "_s + text(s.connection().why);
        if (s.everConnected()) {
            const QString since =
                timeText(Timestamp::fromMilliseconds(s.goneSince().toMSecsSinceEpoch()), f.localTime) + u' ' + f.zone();
            m_notice->say(NoticeBar::Level::State, Tone::Danger,
                          u"Engine gone since "_s + since + u"; trading may go on there; "_s + next + why);
        } else {
            m_notice->say(NoticeBar::Level::State, Tone::Danger,
                          u"No engine yet: nothing answers at the address; "_s + next + why);
        }
    } else if (s.freshness() == Freshness::Stale) {
        m_notice->say(NoticeBar::Level::State, Tone::Warn,
                      u"The engine has not answered for "_s + ageText(s.age())
                          + u"; what you see is that old. The window keeps working."_s);
    } else if (status.state == api::RunState::Failed) {
        m_notice->say(NoticeBar::Level::State, Tone::Danger,
                      u"The engine has stopped and does not trade: "_s + text(status.stateReason));
    } else if (status.state == api::RunState::Halted) {
        m_notice->say(NoticeBar::Level::State, Tone::Danger,
                      u"HALTED: "_s + s.stillOpenText() + u". Only orders that reduce risk pass. "_s
                          + text(status.stateReason));
    } else if (status.degraded) {
        m_notice->say(NoticeBar::Level::State, Tone::Warn, u"Degraded: "_s + text(status.degradedReason));
    } else {
        m_notice->clear(NoticeBar::Level::State);
    }
}

void MainWindow::showMode()
{
    const api::SessionStatus &status = m_session->status();
    const Mode mode = modeOf(m_session->info(), status);
    QString title = modeText(mode);
    if (mode == Mode::Halted) {
        title += u" – "_s + m_session->stillOpenText();
    }
    if (!m_session->known()) {
        title = m_session->freshness() == Freshness::Disconnected ? u"no engine"_s : u"loading"_s;
    }
    if (m_session->freshness() == Freshness::Disconnected) {
        title += u" – disconnected"_s;
    }
    title += u" – Coinswarm"_s;
    if (!m_session->info().session.empty()) {
        title += u" – "_s + text(m_session->info().session);
    }
    if (title != windowTitle()) {
        setWindowTitle(title);
    }
}

void MainWindow::hintAtFirstApproval()
{
    if (m_preferences.firstStartSeen()) {
        return;
    }
    if (m_session->pendingApprovals().empty()) {
        m_notice->clear(NoticeBar::Level::Hint);
        return;
    }
    m_notice->say(
        NoticeBar::Level::Hint, Tone::Accent,
        u"An order waits for you at the top right. Read the evidence, press A to select approve, then hold Enter."_s);
}

void MainWindow::showPanel(const QString &panelId)
{
    if (PanelDock *found = dock(panelId)) {
        found->show();
        found->raise();
        // The content if it can take the focus, else the header: an empty table cannot.
        for (QWidget *part : {static_cast<QWidget *>(found->panel()), static_cast<QWidget *>(found)}) {
            for (QWidget *child : part->findChildren<QWidget *>()) {
                if (child->isVisible() && (child->focusPolicy() & Qt::TabFocus) != 0) {
                    child->setFocus(Qt::ShortcutFocusReason);
                    return;
                }
            }
        }
    }
}

void MainWindow::openHelp()
{
    for (QWidget *at = focusWidget(); at; at = at->parentWidget()) {
        if (auto *found = qobject_cast<PanelDock *>(at)) {
            m_help->showPage(found->panel()->id());
            return;
        }
    }
    m_help->showPage(u"overview"_s);
}

bool MainWindow::eventFilter(QObject *watched, QEvent *event)
{
    // The kill switch is held, so its key needs the release too, which a shortcut does not report.
    if (event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress) {
        auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_K && key->modifiers() == (Qt::ControlModifier | Qt::ShiftModifier)) {
            if (event->type() == QEvent::KeyPress && !key->isAutoRepeat() && !m_killKeyDown
                && m_topBar->killButton()->isVisible()) {
                m_killKeyDown = true;
                m_topBar->killButton()->begin();
            }
            event->accept();
            return true;
        }
    } else if (event->type() == QEvent::KeyRelease && m_killKeyDown) {
        auto *key = static_cast<QKeyEvent *>(event);
        if (!key->isAutoRepeat()) {
            m_killKeyDown = false;
            m_topBar->killButton()->cancel();
        }
    } else if (event->type() == QEvent::WindowDeactivate && m_killKeyDown) {
        m_killKeyDown = false;
        m_topBar->killButton()->cancel();
    }
    return QMainWindow::eventFilter(watched, event);
}

} // namespace coinswarm::ui
