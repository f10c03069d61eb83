// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/formats.h"
#include "theme/colors.h"

#include <QtCore/QAbstractTableModel>
#include <QtCore/QElapsedTimer>

#include <algorithm>
#include <deque>
#include <map>

namespace coinswarm::ui {

/// What a list of a long session keeps. The database keeps everything.
inline constexpr std::size_t kMostRows = 1'000'000;

/// One cell as it is shown.
struct Cell {
    QString text = {};
    QVariant sort = {}; ///< what sorting compares; the text if invalid
    Tone tone = Tone::Normal;
    QString tip = {}; ///< formula, inputs, as of; empty for the column's own
    double bar = -1; ///< 0 … 1 draws a bar behind the text; negative for none
};

/// Whether the row at an index is wanted.
using RowFilter = std::function<bool(int)>;

/// The part of a table model that does not depend on the row's type. GUI thread.
class RecordModelBase : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Role {
        ToneRole = Qt::UserRole + 1,
        SortRole,
        BarRole,
        ChangedAgoRole, ///< milliseconds since the cell's text changed; absent if it never did
        KeyRole, ///< the row's id as a number
        WidthRole, ///< header: pixels the column would like
        ArrivalRole, ///< header: whether rows arrive in the order of this column, so that it needs no sorting
    };

    const Formats &formats() const { return *m_formats; }
    /// All texts may have changed: other clock, other instruments.
    virtual void reformat() = 0;
    virtual int rowOfKey(quint64 key) const = 0;
    /// The number of the first row: this plus a row's index names the row for good.
    virtual std::uint64_t removedRows() const = 0;
    /// What `text` asks for: here, rows that have it in any column, whatever its case. Valid as long as the model.
    virtual RowFilter filterOf(const QString &text) const;
    /// Rows that a filter may look at in one turn of the event loop.
    virtual int filterSlice() const { return 250; }

protected:
    RecordModelBase(const Formats &formats, QObject *parent);

    const Formats *m_formats; ///< outlives the model
    QElapsedTimer m_clock;
};

template <class Row>
struct ColumnSpec {
    QString title; ///< with the unit
    QString tip; ///< what the number is and how it is computed
    Qt::Alignment align = Qt::AlignLeft;
    int width = 80;
    std::function<Cell(const Row &, const Formats &)> cell;
    bool byArrival = false; ///< rows arrive in the order of this column
};

/// A bounded list of records, newest last, updated in place: an existing key changes its row, a new one is appended,
/// and beyond `limit` the oldest row goes. Never resets except through assign(). No operation looks at other rows, and
/// none takes longer because there are many.
template <class Row>
class RecordModel : public RecordModelBase
{
public:
    using KeyOf = std::function<quint64(const Row &)>;

    RecordModel(const Formats &formats, KeyOf keyOf, std::vector<ColumnSpec<Row>> columns, std::size_t limit,
                QObject *parent = nullptr)
        : RecordModelBase(formats, parent), m_keyOf(std::move(keyOf)), m_columns(std::move(columns)), m_limit(limit)
    {}

    void assign(const std::vector<Row> &rows)
    {
        beginResetModel();
        m_rows.clear();
        m_index.clear();
        m_removed = kFirstRow;
        const std::size_t skip = rows.size() > m_limit ? rows.size() - m_limit : 0;
        for (std::size_t i = skip; i < rows.size(); ++i) {
            m_index.emplace_hint(m_index.end(), m_keyOf(rows[i]), m_rows.size() + m_removed);
            m_rows.push_back({rows[i], {}});
        }
        endResetModel();
    }

    void upsert(const Row &row)
    {
        const quint64 key = m_keyOf(row);
        if (const auto found = m_index.find(key); found != m_index.end()) {
            change(static_cast<int>(found->second - m_removed), row);
            return;
        }
        if (m_rows.size() >= m_limit) {
            beginRemoveRows({}, 0, 0);
            m_index.erase(m_keyOf(m_rows.front().row));
            m_rows.pop_front();
            ++m_removed;
            endRemoveRows();
        }
        const int at = static_cast<int>(m_rows.size());
        beginInsertRows({}, at, at);
        m_index.emplace_hint(m_index.end(), key, m_rows.size() + m_removed);
        m_rows.push_back({row, {}});
        endInsertRows();
    }

    /// Puts rows before the first one, in their order and with keys that are not there yet; the newest of them if there is
    /// no room for all.
    void prepend(const std::vector<Row> &rows)
    {
        const std::size_t count = std::min(rows.size(), m_limit - std::min(m_limit, m_rows.size()));
        if (count == 0) {
            return;
        }
        beginInsertRows({}, 0, static_cast<int>(count) - 1);
        for (std::size_t i = 0; i < count; ++i) {
            const Row &added = rows[rows.size() - 1 - i];
            --m_removed;
            m_index.emplace(m_keyOf(added), m_removed);
            m_rows.push_front({added, {}});
        }
        endInsertRows();
    }

    void removeFirst(int count)
    {
        if (count <= 0) {
            return;
        }
        beginRemoveRows({}, 0, count - 1);
        for (int i = 0; i < count; ++i) {
            m_index.erase(m_keyOf(m_rows.front().row));
            m_rows.pop_front();
            ++m_removed;
        }
        endRemoveRows();
    }

    const Row &row(int index) const { return m_rows[static_cast<std::size_t>(index)].row; }
    const Row *find(quint64 key) const
    {
        const int index = rowOfKey(key);
        return index < 0 ? nullptr : &row(index);
    }
    int rowOfKey(quint64 key) const override
    {
        const auto found = m_index.find(key);
        return found == m_index.end() ? -1 : static_cast<int>(found->second - m_removed);
    }
    std::uint64_t removedRows() const override { return m_removed; }
    void reformat() override
    {
        if (!m_rows.empty()) {
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        }
    }

    int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
    }
    int columnCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
    }
    QVariant data(const QModelIndex &index, int role) const override
    {
        if (!index.isValid() || index.row() >= rowCount()) {
            return {};
        }
        const Entry &entry = m_rows[static_cast<std::size_t>(index.row())];
        const ColumnSpec<Row> &column = m_columns[static_cast<std::size_t>(index.column())];
        switch (role) {
        case Qt::TextAlignmentRole:
            return QVariant::fromValue(column.align | Qt::AlignVCenter);
        case KeyRole:
            return m_keyOf(entry.row);
        case ChangedAgoRole: {
            const auto found = std::find_if(entry.changed.begin(), entry.changed.end(),
                                            [&](const auto &each) { return each.first == index.column(); });
            return found == entry.changed.end() ? QVariant() : QVariant(m_clock.elapsed() - found->second);
        }
        case Qt::DisplayRole:
        case Qt::ToolTipRole:
        case Qt::AccessibleTextRole:
        case ToneRole:
        case SortRole:
        case BarRole:
            break;
        default:
            return {};
        }
        const Cell cell = column.cell(entry.row, *m_formats);
        switch (role) {
        case Qt::ToolTipRole:
            return cell.tip.isEmpty() ? column.tip : cell.tip;
        case ToneRole:
            return static_cast<int>(cell.tone);
        case SortRole:
            return cell.sort.isValid() ? cell.sort : QVariant(cell.text);
        case BarRole:
            return cell.bar;
        case Qt::AccessibleTextRole:
            return QString(column.title + QStringLiteral(": ") + cell.text);
        default:
            return cell.text;
        }
    }
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override
    {
        if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
            return {};
        }
        const ColumnSpec<Row> &column = m_columns[static_cast<std::size_t>(section)];
        switch (role) {
        case Qt::DisplayRole:
            return column.title;
        case Qt::ToolTipRole:
            return column.tip;
        case Qt::TextAlignmentRole:
            return QVariant::fromValue(column.align | Qt::AlignVCenter);
        case WidthRole:
            return column.width;
        case ArrivalRole:
            return column.byArrival;
        default:
            return {};
        }
    }

protected:
    void setColumns(std::vector<ColumnSpec<Row>> columns)
    {
        beginResetModel();
        m_columns = std::move(columns);
        endResetModel();
    }

private:
    /// Rows are counted from here, so that there are numbers for those that come before the first.
    static constexpr std::size_t kFirstRow = std::size_t{1} << 40;

    struct Entry {
        Row row;
        std::vector<std::pair<int, qint64>> changed; ///< column → when its text changed
    };

    void change(int at, const Row &row)
    {
        Entry &entry = m_rows[static_cast<std::size_t>(at)];
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            if (m_columns[i].cell(entry.row, *m_formats).text != m_columns[i].cell(row, *m_formats).text) {
                const int column = static_cast<int>(i);
                std::erase_if(entry.changed, [column](const auto &each) { return each.first == column; });
                entry.changed.emplace_back(column, m_clock.elapsed());
            }
        }
        entry.row = row;
        Q_EMIT dataChanged(index(at, 0), index(at, columnCount() - 1));
    }

    KeyOf m_keyOf;
    std::vector<ColumnSpec<Row>> m_columns;
    std::size_t m_limit;
    std::size_t m_removed = kFirstRow; ///< the number of the first row; m_index has that of each
    std::deque<Entry> m_rows;
    std::map<quint64, std::size_t> m_index; ///< a hash table would stand still now and then to grow
};

} // namespace coinswarm::ui
