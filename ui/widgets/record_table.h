// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/record_order.h"
#include "theme/preferences.h"
#include "widgets/empty_state.h"

#include <QtCore/QTimer>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>

namespace coinswarm::ui {

/// A table over a RecordModel: sort, filter as you type, hide columns, copy as CSV, an empty state in place of nothing.
/// Enter, Space or a click picks a row. Rows are fetched as the view is scrolled, see RecordOrder. Columns that do not fit
/// are hidden from the right; what is left over goes to a last one of text, else to all of them. GUI thread.
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
    /// The selected rows, or else those that pass the filter, at most kMostCopied.
    QString selectionAsCsv();
    static constexpr int kMostCopied = 20'000;

Q_SIGNALS:
    void picked(quint64 key);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void showOrHideEmpty();
    void beginColumns();
    void fitColumns();
    void spread(int left);
    void openMenu(const QPoint &at);
    void openHeaderMenu(const QPoint &at);
    void pick(const QModelIndex &index);

    RecordModelBase &m_model;
    RecordOrder *m_proxy;
    QTableView *m_view;
    EmptyState *m_empty;
    QSet<int> m_hiddenByUser;
    int m_columns = 0; ///< that the header has been laid out for
    quint64 m_selected = 0; ///< key of the row that a reset must not lose
    bool m_hasSelected = false;
    bool m_fitting = false; ///< columns change their width by themselves
    bool m_resizedByUser = false;
    QTimer m_fade;
    int m_fadeTicks = 0;
};

} // namespace coinswarm::ui
