// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

namespace coinswarm::ui {

/// Stands where content will be: what will appear and how to make it appear. With a detail it is an error state: what,
/// why, what to do, and a button that copies it.
class EmptyState : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyState(QWidget *parent = nullptr);

    void setTexts(const QString &title, const QString &hint);
    void setError(const QString &what, const QString &detail);
    QString title() const { return m_title->text(); }
    QString hint() const { return m_hint->text(); }
    QPushButton *copyButton() const { return m_copy; }

private:
    QLabel *m_title;
    QLabel *m_hint;
    QPushButton *m_copy;
};

} // namespace coinswarm::ui
