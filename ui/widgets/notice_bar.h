// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/colors.h"

#include <QtCore/QTimer>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>

#include <array>

namespace coinswarm::ui {

/// One line under the top bar, only there when something has to be said. A lasting state (halted, disconnected) wins
/// over a passing message (an answer was accepted) and that over a hint (first start).
class NoticeBar : public QWidget
{
    Q_OBJECT

public:
    enum class Level : unsigned char { Hint, Message, State };

    explicit NoticeBar(QWidget *parent = nullptr);

    void setColors(const Colors &colors);
    /// Messages go by themselves after eight seconds; hints stay until they are dismissed.
    void say(Level level, Tone tone, const QString &text);
    void clear(Level level);
    /// What can be read now.
    QString text() const { return m_label->text(); }
    QString textOf(Level level) const { return m_entries[static_cast<std::size_t>(level)].text; }
    QToolButton *actionButton() const { return m_action; }

Q_SIGNALS:
    void dismissed(coinswarm::ui::NoticeBar::Level level);
    /// The hint was clicked.
    void followed();

private:
    struct Entry {
        Tone tone = Tone::Normal;
        QString text;
    };
    void refresh();

    std::array<Entry, 3> m_entries;
    Colors m_colors = darkColors(false);
    Level m_shown = Level::Hint;
    QLabel *m_label;
    QToolButton *m_action;
    QToolButton *m_close;
    QTimer m_timer;
};

} // namespace coinswarm::ui
