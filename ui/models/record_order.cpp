// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/record_order.h"

#include <algorithm>

namespace coinswarm::ui {

namespace {

/// A row further away than this is not fetched only because something else selected it.
constexpr std::size_t kMostRevealed = 20'000;

} // namespace

RecordOrder::RecordOrder(RecordModelBase &source, QObject *parent) : QAbstractProxyModel(parent), m_source(source)
{
    setSourceModel(&source);
    m_timer.setInterval(0);
    connect(&m_timer, &QTimer::timeout, this, &RecordOrder::lookFurther);
    connect(&source, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex &, int first, int last) {
        if (first == 0 && last + 1 < m_source.rowCount()) {
            onPrepended();
        } else {
            onInserted();
        }
    });
    connect(&source, &QAbstractItemModel::rowsAboutToBeRemoved, this,
            [this](const QModelIndex &, int, int last) { onRemoving(last); });
    connect(&source, &QAbstractItemModel::rowsRemoved, this, &RecordOrder::topUp);
    connect(&source, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex &first, const QModelIndex &last) { onChanged(first.row(), last.row()); });
    connect(&source, &QAbstractItemModel::modelReset, this, [this] {
        m_wants = m_source.filterOf(m_filter); // columns may be others now
        restart(Keep::Nothing);
    });
    restart(Keep::Shown);
}

void RecordOrder::setFilter(const QString &text)
{
    if (text != m_filter) {
        m_filter = text;
        m_wants = m_source.filterOf(text);
        restart(Keep::Shown);
    }
}

void RecordOrder::sort(int column, Qt::SortOrder order)
{
    const bool descending = column >= 0 && order == Qt::DescendingOrder;
    if (column == m_column && descending == m_descending) {
        return;
    }
    m_column = column;
    m_descending = descending;
    m_arrivalColumn = column >= 0 && m_source.headerData(column, Qt::Horizontal, RecordModelBase::ArrivalRole).toBool();
    restart(Keep::Shown);
}

/// Everything changes at once. Who is told of it may ask for more rows in the middle, which would be too early.
template <class Change>
void RecordOrder::reset(Change change)
{
    m_resetting = true;
    beginResetModel();
    change();
    m_resetting = false;
    endResetModel();
}

void RecordOrder::restart(Keep keep)
{
    const auto begin = [this] {
        m_wanted = kPage;
        m_gathering = !byArrival();
        m_sorted.clear(m_descending);
        // In reversed order of arrival it looks downwards from the end, else upwards from the beginning.
        m_from = m_to = byArrival() && m_descending ? endOfSource() : firstOfSource();
    };
    if (byArrival() || keep == Keep::Nothing) {
        reset([this, begin] {
            begin();
            m_shown.clear();
            lookAtSlice();
            if (m_gathering && lookedAtAll()) {
                m_gathering = false;
                takeSorted();
            }
        });
    } else {
        begin();
        lookAtSlice();
    }
    goOnOrRest();
}

bool RecordOrder::lookedAtAll() const
{
    return byArrival() && m_descending ? m_from <= firstOfSource() : m_to >= endOfSource();
}

void RecordOrder::goOnOrRest()
{
    if (m_gathering && lookedAtAll()) {
        // While keys are read the rows stay as they were; now they change all at once.
        reset([this] {
            m_gathering = false;
            m_shown.clear();
            takeSorted();
        });
    }
    setBusy(m_gathering || (byArrival() && m_shown.size() < m_wanted && !lookedAtAll()));
}

void RecordOrder::lookFurther()
{
    lookAtSlice();
    goOnOrRest();
}

void RecordOrder::lookAtSlice()
{
    std::vector<Sequence> found;
    const bool downwards = byArrival() && m_descending;
    const int most = m_filter.isEmpty() ? kSlice : m_source.filterSlice();
    for (int looked = 0; looked < most && !lookedAtAll(); ++looked) {
        if (byArrival() && m_shown.size() + found.size() >= m_wanted) {
            break;
        }
        const Sequence row = downwards ? --m_from : m_to++;
        if (!passes(row)) {
            continue;
        }
        if (byArrival()) {
            found.push_back(row);
        } else {
            m_sorted.add(keyOf(row), row);
        }
    }
    insertAt(m_shown.size(), found);
}

void RecordOrder::takeSorted()
{
    while (m_shown.size() < m_wanted) {
        const std::optional<Sequence> row = m_sorted.take(firstOfSource());
        if (!row) {
            return;
        }
        m_shown.push_back(*row);
    }
}

bool RecordOrder::passes(Sequence row) const
{
    return m_filter.isEmpty() || m_wants(static_cast<int>(row - firstOfSource()));
}

SortKey RecordOrder::keyOf(Sequence row) const
{
    return SortKey::of(
        m_source.index(static_cast<int>(row - firstOfSource()), m_column).data(RecordModelBase::SortRole));
}

int RecordOrder::placeOf(Sequence row) const
{
    if (byArrival()) {
        const auto found = std::lower_bound(m_shown.begin(), m_shown.end(), row,
                                            [this](Sequence a, Sequence b) { return before(a, b); });
        return found != m_shown.end() && *found == row ? static_cast<int>(found - m_shown.begin()) : -1;
    }
    const auto found = std::find(m_shown.begin(), m_shown.end(), row);
    return found == m_shown.end() ? -1 : static_cast<int>(found - m_shown.begin());
}

void RecordOrder::insertAt(std::size_t place, const std::vector<Sequence> &rows)
{
    if (m_resetting) {
        m_shown.insert(m_shown.begin() + static_cast<std::ptrdiff_t>(place), rows.begin(), rows.end());
    } else if (!rows.empty()) {
        const int first = static_cast<int>(place);
        beginInsertRows({}, first, first + static_cast<int>(rows.size()) - 1);
        m_shown.insert(m_shown.begin() + first, rows.begin(), rows.end());
        endInsertRows();
    }
}

void RecordOrder::removeAt(std::size_t place)
{
    const int row = static_cast<int>(place);
    beginRemoveRows({}, row, row);
    m_shown.erase(m_shown.begin() + row);
    endRemoveRows();
}

void RecordOrder::reveal(int sourceRow)
{
    const Sequence row = firstOfSource() + static_cast<Sequence>(sourceRow);
    if (!m_filter.isEmpty() || !byArrival() || placeOf(row) >= 0) {
        return;
    }
    const Sequence away = m_descending ? endOfSource() - row : row - firstOfSource() + 1;
    if (away <= kMostRevealed) {
        m_wanted = std::max<std::size_t>(m_wanted, away + kPage / 2);
        while (m_shown.size() < m_wanted && !lookedAtAll()) {
            lookAtSlice();
        }
    }
}

bool RecordOrder::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && !busy() && !m_resetting && (byArrival() ? !lookedAtAll() : !m_sorted.empty());
}

void RecordOrder::fetchMore(const QModelIndex &parent)
{
    if (!canFetchMore(parent)) {
        return;
    }
    m_wanted = m_shown.size() + kPage;
    if (byArrival()) {
        lookFurther();
        return;
    }
    std::vector<Sequence> page;
    while (m_shown.size() + page.size() < m_wanted) {
        const std::optional<Sequence> row = m_sorted.take(firstOfSource());
        if (!row) {
            break;
        }
        page.push_back(*row);
    }
    insertAt(m_shown.size(), page);
}

void RecordOrder::setBusy(bool busy)
{
    if (busy != m_timer.isActive()) {
        if (busy) {
            m_timer.start();
        } else {
            m_timer.stop();
        }
        Q_EMIT busyChanged();
    }
}

QModelIndex RecordOrder::index(int row, int column, const QModelIndex &parent) const
{
    return hasIndex(row, column, parent) ? createIndex(row, column) : QModelIndex();
}

int RecordOrder::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int RecordOrder::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_source.columnCount();
}

QVariant RecordOrder::headerData(int section, Qt::Orientation orientation, int role) const
{
    return m_source.headerData(section, orientation, role);
}

QModelIndex RecordOrder::mapToSource(const QModelIndex &index) const
{
    if (!index.isValid()) {
        return {};
    }
    const Sequence row = m_shown[static_cast<std::size_t>(index.row())];
    return m_source.index(static_cast<int>(row - firstOfSource()), index.column());
}

QModelIndex RecordOrder::mapFromSource(const QModelIndex &index) const
{
    const int place = index.isValid() ? placeOf(firstOfSource() + static_cast<Sequence>(index.row())) : -1;
    return place < 0 ? QModelIndex() : this->index(place, index.column());
}

} // namespace coinswarm::ui
