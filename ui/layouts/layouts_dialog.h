// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "layouts/saved_layouts.h"

#include <QtWidgets/QDialog>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>

namespace coinswarm::ui {

/// Saves the present layout under a name, and uses, renames and deletes saved ones: Enter, F2, Delete, Ctrl+Z takes the
/// last change back. GUI thread.
class LayoutsDialog : public QDialog
{
    Q_OBJECT

public:
    /// `layouts` outlives it.
    explicit LayoutsDialog(SavedLayouts &layouts, QWidget *parent = nullptr);

    QLineEdit *nameField() const { return m_name; }
    QListWidget *list() const { return m_list; }
    QPushButton *undoButton() const { return m_undo; }
    QString message() const { return m_message->text(); }

Q_SIGNALS:
    void saveRequested(const QString &name);
    void useRequested(const QString &name);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    QPushButton *addButton(const QString &text, const QString &tip);
    void fill();
    void save();
    void use();
    void rename(QListWidgetItem *item);
    void removeCurrent();
    void undo();
    void enableButtons();

    SavedLayouts &m_layouts;
    QLineEdit *m_name;
    QPushButton *m_save;
    QListWidget *m_list;
    QLabel *m_message;
    QPushButton *m_use;
    QPushButton *m_rename;
    QPushButton *m_delete;
    QPushButton *m_undo;
    bool m_filling = false;
};

} // namespace coinswarm::ui
