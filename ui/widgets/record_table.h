// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/record_model.h"
#include "theme/preferences.h"
#include "widgets/empty_state.h"

#include <QtCore/QSortFilterProxyModel>
#include <QtCore/QTimer>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>

namespace coinswarm::ui {

/// A table over a RecordModel: sort, filter as you type, hide columns, copy as CSV, an empty state in place of nothing.
/// Enter, Space or a click picks a row. Columns that do not fit are hidden from the right, except a
/// last one of text, which takes what is left. GUI thread.
class RecordTable : public QStackedWidget
{
    Q_OBJECT

public:
    RecordTable(RecordModelBase &model, const Preferences &preferences, const QString &name, QWidget *parent = nullptr);

    QTableView *view() const { return m_view; }
    EmptyState *emptyState() const { return m_empty; }
    void setFilter(const QString &text);
    /// Newest first by the given column.
    void sortDescending(int column);
    /// Selects the row without picking it.
    void selectKey(quint64 key);
    QString selectionAsCsv() const;

Q_SIGNALS:
    void picked(quint64 key);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void showOrHideEmpty();
    void fitColumns();
    void openMenu(const QPoint &at);
    void openHeaderMenu(const QPoint &at);
    void pick(const QModelIndex &index);

    RecordModelBase &m_model;
    QSortFilterProxyModel *m_proxy;
    QTableView *m_view;
    EmptyState *m_empty;
    QSet<int> m_hiddenByUser;
    QTimer m_fade;
    int m_fadeTicks = 0;
};

} // namespace coinswarm::ui
