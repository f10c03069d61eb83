// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/colors.h"

#include <QtWidgets/QFrame>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>

#include <functional>
#include <vector>

namespace coinswarm::ui {

struct Command {
    QString title; ///< "Switch to the light theme"
    QString hint; ///< shortcut or kind, at the right
    std::function<void()> run;
};

/// Ctrl+K: finds any action, panel, instrument or order by words of its title.
class CommandPalette : public QFrame
{
    Q_OBJECT

public:
    explicit CommandPalette(QWidget *parent);

    using ByNumber = std::function<std::vector<Command>(std::uint64_t)>;

    /// With what there is at the moment of opening. `byNumber` finds what is too much to list, when a number is typed.
    void open(std::vector<Command> commands, ByNumber byNumber = {});
    int matches() const { return m_list->count(); }
    QLineEdit *input() const { return m_input; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void filter(const QString &words);
    void runCurrent();

    QLineEdit *m_input;
    QListWidget *m_list;
    std::vector<Command> m_commands;
    std::size_t m_listed = 0; ///< of m_commands; after them comes what a number has found
    ByNumber m_byNumber;
};

} // namespace coinswarm::ui
