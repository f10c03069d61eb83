// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The menu, its shortcuts, and the palette that finds everything in it.
#include "help_window.h"
#include "main_window.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

/// Older orders are found by their number.
constexpr int kOrdersListed = 500;

} // namespace

QAction *MainWindow::addCommand(QMenu *menu, const QString &title, const QKeySequence &keys, std::function<void()> run)
{
    QAction *action = menu->addAction(title);
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WindowShortcut);
    addAction(action);
    connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    m_actions.push_back(action);
    return action;
}

void MainWindow::makeMenu()
{
    addCommand(m_menu, u"Find anything"_s, Qt::CTRL | Qt::Key_K, [this] { openPalette(); });
    addCommand(m_menu, u"Answer the waiting approval"_s, Qt::CTRL | Qt::Key_G, [this] {
        showPanel(u"approvals"_s);
        m_approvals->focusFirst();
    });
    QMenu *panels = m_menu->addMenu(u"Panels"_s);
    int number = 0;
    for (PanelDock *each : m_docks) {
        ++number;
        // There are more panels than digits.
        const Qt::KeyboardModifiers with = number <= 10 ? Qt::ControlModifier : Qt::ControlModifier | Qt::ShiftModifier;
        const QKeySequence keys(QKeyCombination(with, static_cast<Qt::Key>(Qt::Key_0 + number % 10)));
        const QString id = each->panel()->id();
        addCommand(panels, u"Go to "_s + each->panel()->title(), keys, [this, id] { showPanel(id); });
    }
    m_layoutMenu = m_menu->addMenu(u"Layouts"_s);
    addCommand(m_layoutMenu, u"Save or manage layouts…"_s, Qt::CTRL | Qt::ALT | Qt::Key_S, [this] { openLayouts(); });
    addCommand(m_layoutMenu, u"Reset the layout"_s, Qt::CTRL | Qt::ALT | Qt::Key_0, [this] { resetLayout(); });
    m_layoutMenu->addSeparator();
    addCommand(m_layoutMenu, u"Trading layout"_s, Qt::CTRL | Qt::ALT | Qt::Key_1,
               [this] { applyLayout(Layout::Trading); });
    addCommand(m_layoutMenu, u"Supervision layout"_s, Qt::CTRL | Qt::ALT | Qt::Key_2,
               [this] { applyLayout(Layout::Supervision); });
    addCommand(m_layoutMenu, u"Research layout"_s, Qt::CTRL | Qt::ALT | Qt::Key_3,
               [this] { applyLayout(Layout::Research); });
    addCommand(m_layoutMenu, u"Memory layout"_s, Qt::CTRL | Qt::ALT | Qt::Key_4,
               [this] { applyLayout(Layout::Memory); });
    m_layoutMenu->addSeparator();
    connect(&m_layouts, &SavedLayouts::changed, this, &MainWindow::fillLayoutMenu);
    fillLayoutMenu();
    QMenu *skip = m_menu->addMenu(u"Skip ahead"_s);
    addCommand(skip, u"Skip an hour of the market"_s, Qt::CTRL | Qt::ALT | Qt::Key_Right,
               [this] { m_session->skip(std::chrono::hours(1)); });
    addCommand(skip, u"Skip a day of the market"_s, {}, [this] { m_session->skip(std::chrono::hours(24)); });
    addCommand(skip, u"Skip a week of the market"_s, {}, [this] { m_session->skip(std::chrono::hours(24 * 7)); });
    QMenu *look = m_menu->addMenu(u"Look"_s);
    addCommand(look, u"Dark theme"_s, {}, [this] { m_preferences.setThemeMode(ThemeMode::Dark); });
    addCommand(look, u"Light theme"_s, {}, [this] { m_preferences.setThemeMode(ThemeMode::Light); });
    addCommand(look, u"Theme of the system"_s, {}, [this] { m_preferences.setThemeMode(ThemeMode::System); });
    look->addSeparator();
    addCommand(look, u"Colour-blind palette on or off"_s, {},
               [this] { m_preferences.setColourBlind(!m_preferences.colourBlind()); });
    addCommand(look, u"Times in UTC or local"_s, Qt::CTRL | Qt::Key_T,
               [this] { m_preferences.setLocalTime(!m_preferences.localTime()); });
    addCommand(look, u"Fade of changed cells on or off"_s, {},
               [this] { m_preferences.setFades(!m_preferences.fades()); });
    m_menu->addSeparator();
    addCommand(m_menu, u"Reload the list of plugins"_s, {}, [this] { m_session->reloadPlugins(); });
    addCommand(m_menu, u"Help on this panel"_s, Qt::Key_F1, [this] { openHelp(); });
    addCommand(m_menu, u"Help overview"_s, {}, [this] { m_help->showPage(u"overview"_s); });
    addCommand(m_menu, u"Quit"_s, QKeySequence::Quit, [this] { close(); });
}

std::vector<Command> MainWindow::commands()
{
    std::vector<Command> all;
    for (QAction *action : m_actions) {
        all.push_back({action->text().replace(u"&&"_s, u"&"_s), action->shortcut().toString(QKeySequence::NativeText),
                       [action] { action->trigger(); }});
    }
    all.push_back({u"Pause or continue trading"_s, u"Ctrl+Shift+P"_s, [this] { m_topBar->pauseButton()->click(); }});
    all.push_back(
        {u"Kill switch: hold Ctrl+Shift+K"_s, u"Ctrl+Shift+K"_s, [this] { m_topBar->killButton()->setFocus(); }});
    for (const Instrument &each : m_session->info().instruments) {
        all.push_back({u"Chart of "_s + text(each.symbol), u"instrument"_s,
                       [this, id = each.id] { m_session->selectInstrument(id); }});
    }
    const OrdersModel &orders = m_session->orders();
    for (int i = orders.rowCount() - 1; i >= std::max(0, orders.rowCount() - kOrdersListed); --i) {
        all.push_back(explainCommand(orders.row(i)));
    }
    return all;
}

Command MainWindow::explainCommand(const Order &order)
{
    return {u"Why order "_s + QString::number(order.id.value) + u"  "_s + sideText(order.side) + u' '
                + m_session->formats().symbol(order.instrument) + u", "_s + words(enumName(order.state)),
            u"order"_s, [this, id = order.id] { m_session->explain(id); }};
}

void MainWindow::openPalette()
{
    m_palette->open(commands(), [this](std::uint64_t number) -> std::vector<Command> {
        const OrdersModel &orders = m_session->orders();
        const int row = orders.rowOfKey(number);
        // The newest are listed already.
        return row < 0 || row >= orders.rowCount() - kOrdersListed ? std::vector<Command>{}
                                                                   : std::vector{explainCommand(orders.row(row))};
    });
}

} // namespace coinswarm::ui
