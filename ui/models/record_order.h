// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/record_model.h"
#include "models/sorted_rows.h"

#include <QtCore/QAbstractProxyModel>
#include <QtCore/QTimer>

#include <deque>

namespace coinswarm::ui {

/// The order in which a table shows a RecordModel: filtered, sorted, and fetched on demand, so that a million rows cost
/// what a page of them does. GUI thread.
///
/// It shows a page and more when the view has scrolled to its end (fetchMore). In order of arrival or its reverse
/// nothing is computed per row. A filter looks at a slice of rows per turn of the event loop, beginning at the end
/// that is shown first, until a page is full. Sorting by another column reads keys in slices too, and takes the page out
/// of sorted runs. What arrives or changes later is put where it belongs.
class RecordOrder : public QAbstractProxyModel
{
    Q_OBJECT

public:
    static constexpr int kPage = 1'000; ///< rows that a fetch adds
    static constexpr int kSlice = 1'000; ///< rows whose keys one turn of the event loop reads

    explicit RecordOrder(RecordModelBase &source, QObject *parent = nullptr);

    /// Rows with this text in any column, whatever its case; empty for all.
    void setFilter(const QString &text);
    /// −1 is the order of arrival.
    void sort(int column, Qt::SortOrder order) override;
    /// Still looking for rows of the present page.
    bool busy() const { return m_timer.isActive(); }
    /// Fetches until the row is there, if it passes the filter and lies on a page that is cheap to reach.
    void reveal(int sourceRow);

    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;
    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &) const override { return {}; }
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    QModelIndex mapToSource(const QModelIndex &index) const override;
    QModelIndex mapFromSource(const QModelIndex &index) const override;

Q_SIGNALS:
    /// Busy or not any more.
    void busyChanged();

private:
    using Sequence = std::uint64_t; ///< counts the rows of the source from its first ever

    template <class Change>
    void reset(Change change);
    /// What is on the screen while keys are read.
    enum class Keep : unsigned char { Shown, Nothing };
    void restart(Keep keep);
    void lookFurther();
    void lookAtSlice();
    void goOnOrRest();
    bool lookedAtAll() const;
    void takeSorted();
    void topUp();
    void trim();
    bool passes(Sequence row) const;
    bool byArrival() const { return m_column < 0 || m_arrivalColumn; }
    Sequence firstOfSource() const { return m_source.removedRows(); }
    Sequence endOfSource() const { return firstOfSource() + static_cast<Sequence>(m_source.rowCount()); }
    bool before(Sequence a, Sequence b) const { return m_descending ? a > b : a < b; }
    /// Where the row is shown, −1 if it is not.
    int placeOf(Sequence row) const;
    void insertAt(std::size_t place, const std::vector<Sequence> &rows);
    void removeAt(std::size_t place);
    void insertSorted(Sequence row);
    void changeSorted(Sequence row, int place, bool stays);
    void onInserted();
    void onPrepended();
    void onRemoving(int last);
    void onChanged(int first, int last);
    void setBusy(bool busy);
    SortKey keyOf(Sequence row) const;

    RecordModelBase &m_source;
    QString m_filter;
    RowFilter m_wants; ///< of a filter that is not empty
    int m_column = -1;
    bool m_arrivalColumn = false;
    bool m_descending = false;
    std::deque<Sequence> m_shown;
    std::size_t m_wanted = kPage; ///< rows to show if there are so many
    /// What has been looked at: [m_from, m_to). In order of arrival it grows towards the rows not shown yet.
    Sequence m_from = 0;
    Sequence m_to = 0;
    SortedRows m_sorted; ///< rows that pass, by key, while not in order of arrival
    bool m_gathering = false; ///< keys are being read; what is shown is the order before
    bool m_resetting = false;
    QTimer m_timer; ///< runs while there is more to look at
};

} // namespace coinswarm::ui
