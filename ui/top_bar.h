// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "panels/panel.h"
#include "widgets/hold_button.h"
#include "widgets/number_label.h"
#include "widgets/state_dot.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QToolButton>

namespace coinswarm::ui {

/// What the whole window stands for, loud where it must be.
enum class Mode : unsigned char { Paper, Backtest, Live, Halted, Failed };

Mode modeOf(const api::SessionInfo &info, const api::SessionStatus &status);
QString modeText(Mode mode);

/// Mode, engine health, clock, equity, drawdown, risk; feed speed, pause, kill switch, menu.
class TopBar : public QWidget
{
    Q_OBJECT

public:
    TopBar(const PanelContext &context, QMenu *menu, QWidget *parent = nullptr);

    HoldButton *killButton() const { return m_kill; }
    HoldButton *resumeButton() const { return m_resume; }
    QToolButton *pauseButton() const { return m_pause; }
    StateDot *health() const { return m_health; }
    QLabel *badge() const { return m_badge; }
    NumberLabel *equity() const { return m_equity; }

Q_SIGNALS:
    /// Somebody touches the kill switch: say what it would do.
    void killTouched(const QString &preview);

private:
    QWidget *line();
    void build(QMenu *menu);
    void refresh();
    void showHealth();
    void restyle();

    PanelContext m_context;
    QLabel *m_badge;
    StateDot *m_health;
    NumberLabel *m_clock;
    NumberLabel *m_equity;
    NumberLabel *m_drawdown;
    NumberLabel *m_risk;
    QComboBox *m_speed;
    QToolButton *m_feed;
    QToolButton *m_pause;
    HoldButton *m_kill;
    HoldButton *m_resume;
    QToolButton *m_menu;
    std::vector<QWidget *> m_lines;
    Mode m_mode = Mode::Paper;
};

} // namespace coinswarm::ui
