// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "panels/panel.h"
#include "widgets/state_dot.h"
#include "widgets/veil.h"

#include <QtWidgets/QDockWidget>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>

namespace coinswarm::ui {

/// A panel in its dock, under a one-line header: title, the panel's tools, state dot, menu. Dims its content while
/// what it shows is stale.
class PanelDock : public QDockWidget
{
    Q_OBJECT

public:
    PanelDock(Panel *panel, const PanelContext &context, QWidget *parent = nullptr);

    Panel *panel() const { return m_panel; }
    const Veil *veil() const { return m_veil; }
    bool dimmed() const { return !m_veil->isHidden(); }
    /// False where a tab already names the panel.
    void setTitleShown(bool shown);

Q_SIGNALS:
    void helpRequested(const QString &panelId);

private:
    QWidget *makeHeader();
    void restyle();
    void showFreshness();

    PanelContext m_context;
    Panel *m_panel;
    Veil *m_veil;
    QWidget *m_header = nullptr;
    QLabel *m_title = nullptr;
    StateDot *m_dot = nullptr;
    QToolButton *m_menu = nullptr;
};

} // namespace coinswarm::ui
