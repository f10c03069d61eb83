// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "widgets/record_table.h"

#include "widgets/cell_delegate.h"

#include <QtGui/QClipboard>
#include <QtGui/QContextMenuEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QMenu>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

constexpr int kFadeStepMs = 60;
/// What a last column of text keeps when it is tight.
constexpr int kLeastStretch = 96;
/// More than this between two numbers, and the eye loses the row.
constexpr int kMostSpread = 64;

QString csvField(QString text)
{
    text.replace(QChar(0x2212), u'-');
    if (text.contains(u',') || text.contains(u'"') || text.contains(u'\n')) {
        text = u'"' + text.replace(u'"', u"\"\""_s) + u'"';
    }
    return text;
}

} // namespace

RecordTable::RecordTable(RecordModelBase &model, const Preferences &preferences, const QString &name, QWidget *parent)
    : QStackedWidget(parent),
      m_model(model),
      m_proxy(new RecordOrder(model, this)),
      m_view(new QTableView(this)),
      m_empty(new EmptyState(this))
{
    m_view->setModel(m_proxy);
    m_view->setItemDelegate(new CellDelegate(preferences, m_view));
    m_view->setAccessibleName(name);
    m_view->setShowGrid(false);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setWordWrap(false);
    m_view->setTabKeyNavigation(false); // Tab goes on to the next panel, arrows move inside
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    m_view->setCornerButtonEnabled(false);
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_view->verticalHeader()->setDefaultSectionSize(CellDelegate::kRowHeight);
    QHeaderView *header = m_view->horizontalHeader();
    header->setFixedHeight(22);
    header->setHighlightSections(false);
    header->setSectionsMovable(true);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    header->setSortIndicatorClearable(true);
    header->setMinimumSectionSize(28);
    header->setAccessibleName(name + u" columns"_s);
    beginColumns();
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setSortingEnabled(true);
    header->setSortIndicator(-1, Qt::AscendingOrder);
    m_proxy->sort(-1, Qt::AscendingOrder);
    addWidget(m_view);
    addWidget(m_empty);

    connect(m_view, &QTableView::customContextMenuRequested, this, &RecordTable::openMenu);
    connect(header, &QHeaderView::customContextMenuRequested, this, &RecordTable::openHeaderMenu);
    connect(m_view, &QTableView::clicked, this, &RecordTable::pick);
    connect(m_proxy, &QAbstractItemModel::rowsInserted, this, &RecordTable::showOrHideEmpty);
    connect(m_proxy, &QAbstractItemModel::rowsRemoved, this, &RecordTable::showOrHideEmpty);
    connect(m_proxy, &QAbstractItemModel::modelReset, this, &RecordTable::showOrHideEmpty);
    connect(m_proxy, &RecordOrder::busyChanged, this, &RecordTable::showOrHideEmpty);
    connect(m_proxy, &QAbstractItemModel::modelReset, this, [this] {
        if (m_columns != m_model.columnCount()) {
            beginColumns();
            fitColumns();
        }
        if (m_hasSelected) {
            selectKey(m_selected);
        }
    });
    connect(header, &QHeaderView::sectionResized, this, [this] { m_resizedByUser = m_resizedByUser || !m_fitting; });
    m_view->installEventFilter(this);
    m_view->viewport()->installEventFilter(this);
    m_fade.setInterval(kFadeStepMs);
    connect(&m_fade, &QTimer::timeout, this, [this] {
        m_view->viewport()->update();
        if (++m_fadeTicks * kFadeStepMs > CellDelegate::kFadeMs) {
            m_fade.stop();
        }
    });
    connect(&model, &QAbstractItemModel::dataChanged, this, [this, &preferences] {
        if (preferences.fades() && isVisible()) {
            m_fadeTicks = 0;
            m_fade.start();
        }
    });
    showOrHideEmpty();
}

void RecordTable::setFilter(const QString &text)
{
    m_proxy->setFilter(text);
    showOrHideEmpty();
}

void RecordTable::sortDescending(int column)
{
    m_view->sortByColumn(column, Qt::DescendingOrder);
}

void RecordTable::selectKey(quint64 key)
{
    const int row = m_model.rowOfKey(key);
    m_selected = key;
    m_hasSelected = row >= 0;
    if (row < 0) {
        m_view->clearSelection();
        return;
    }
    m_proxy->reveal(row);
    const QModelIndex index = m_proxy->mapFromSource(m_model.index(row, 0));
    if (index.isValid() && !m_view->selectionModel()->isRowSelected(index.row(), {})) {
        m_view->selectRow(index.row());
    }
}

QString RecordTable::selectionAsCsv()
{
    if (!m_view->selectionModel()->hasSelection()) {
        while (m_proxy->rowCount() < kMostCopied && m_proxy->canFetchMore({})) {
            m_proxy->fetchMore({});
        }
    }
    QStringList lines;
    QStringList fields;
    for (int c = 0; c < m_proxy->columnCount(); ++c) {
        if (!m_view->isColumnHidden(c)) {
            fields.append(csvField(m_proxy->headerData(c, Qt::Horizontal).toString()));
        }
    }
    lines.append(fields.join(u','));
    const QModelIndexList selected = m_view->selectionModel()->selectedRows();
    const int rows =
        selected.isEmpty() ? std::min(m_proxy->rowCount(), kMostCopied) : static_cast<int>(selected.size());
    for (int r = 0; r < rows; ++r) {
        fields.clear();
        const int row = selected.isEmpty() ? r : selected[r].row();
        for (int c = 0; c < m_proxy->columnCount(); ++c) {
            if (!m_view->isColumnHidden(c)) {
                fields.append(csvField(m_proxy->index(row, c).data().toString()));
            }
        }
        lines.append(fields.join(u','));
    }
    return lines.join(u'\n') + u'\n';
}

bool RecordTable::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_view->viewport() && event->type() == QEvent::Resize) {
        fitColumns();
    }
    if (watched == m_view && event->type() == QEvent::KeyPress) {
        auto *key = static_cast<QKeyEvent *>(event);
        if (key->matches(QKeySequence::Copy)) {
            QApplication::clipboard()->setText(selectionAsCsv());
            return true;
        }
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter || key->key() == Qt::Key_Space) {
            pick(m_view->currentIndex());
            return true;
        }
    }
    return QStackedWidget::eventFilter(watched, event);
}

/// A model may come to have other columns: there is one per manager of the quorum.
void RecordTable::beginColumns()
{
    QHeaderView *header = m_view->horizontalHeader();
    const int last = m_model.columnCount() - 1;
    m_columns = last + 1;
    m_hiddenByUser.clear();
    m_fitting = true;
    for (int c = 0; c <= last; ++c) {
        header->setSectionResizeMode(c, QHeaderView::Interactive);
        header->resizeSection(c, m_model.headerData(c, Qt::Horizontal, RecordModelBase::WidthRole).toInt());
    }
    const auto align = m_model.headerData(last, Qt::Horizontal, Qt::TextAlignmentRole).value<Qt::Alignment>();
    if (align.testFlag(Qt::AlignLeft)) {
        header->setSectionResizeMode(last, QHeaderView::Stretch);
    }
    m_fitting = false;
}

void RecordTable::fitColumns()
{
    const QHeaderView *header = m_view->horizontalHeader();
    const int last = m_proxy->columnCount() - 1;
    const bool stretches = header->sectionResizeMode(last) == QHeaderView::Stretch;
    m_fitting = true;
    int left = m_view->viewport()->width() - (stretches ? kLeastStretch : 0);
    bool full = false;
    for (int c = 0; c <= last; ++c) {
        if (m_hiddenByUser.contains(c)) {
            m_view->setColumnHidden(c, true);
            continue;
        }
        if (c == last && stretches) {
            m_view->setColumnHidden(c, false);
            continue;
        }
        const int width = m_resizedByUser && !m_view->isColumnHidden(c)
            ? header->sectionSize(c)
            : m_model.headerData(c, Qt::Horizontal, RecordModelBase::WidthRole).toInt();
        const bool fits = !full && (width <= left || c == 0);
        m_view->setColumnHidden(c, !fits);
        full = !fits;
        left -= fits ? width : 0;
    }
    if (!stretches && !m_resizedByUser) {
        spread(left);
    }
    m_fitting = false;
}

/// Numbers in a narrow block beside an empty half look lost: what is left over goes to all columns.
void RecordTable::spread(int left)
{
    std::vector<int> shown;
    for (int c = 0; c < m_proxy->columnCount(); ++c) {
        if (!m_view->isColumnHidden(c)) {
            shown.push_back(c);
        }
    }
    const int share = std::min(std::max(left, 0) / std::max<int>(1, static_cast<int>(shown.size())), kMostSpread);
    for (const int c : shown) {
        m_view->setColumnWidth(c, m_model.headerData(c, Qt::Horizontal, RecordModelBase::WidthRole).toInt() + share);
    }
}

void RecordTable::showOrHideEmpty()
{
    // While rows are looked for it is not known yet that there are none.
    const bool empty = m_proxy->rowCount() == 0 && !m_proxy->busy();
    setCurrentWidget(empty ? static_cast<QWidget *>(m_empty) : m_view);
}

void RecordTable::openMenu(const QPoint &at)
{
    const QModelIndex index = m_view->indexAt(at);
    QMenu menu(this);
    if (index.isValid()) {
        const QString cell = index.data().toString();
        menu.addAction(u"Explain"_s, this, [this, index] { pick(index); });
        menu.addAction(u"Copy cell"_s, this, [cell] { QApplication::clipboard()->setText(cell); });
        menu.addAction(u"Show only “"_s + cell + u"”"_s, this, [this, cell] { setFilter(cell); });
    }
    menu.addAction(u"Show all rows"_s, this, [this] { setFilter({}); });
    menu.addAction(u"Copy as CSV"_s, QKeySequence::Copy, this,
                   [this] { QApplication::clipboard()->setText(selectionAsCsv()); });
    menu.exec(m_view->viewport()->mapToGlobal(at));
}

void RecordTable::openHeaderMenu(const QPoint &at)
{
    QMenu menu(this);
    for (int c = 0; c < m_proxy->columnCount(); ++c) {
        QAction *action = menu.addAction(m_proxy->headerData(c, Qt::Horizontal).toString());
        action->setCheckable(true);
        action->setChecked(!m_hiddenByUser.contains(c));
        connect(action, &QAction::toggled, this, [this, c](bool on) {
            if (on) {
                m_hiddenByUser.remove(c);
            } else {
                m_hiddenByUser.insert(c);
            }
            fitColumns();
        });
    }
    menu.exec(m_view->horizontalHeader()->mapToGlobal(at));
}

void RecordTable::pick(const QModelIndex &index)
{
    if (index.isValid()) {
        m_selected = index.data(RecordModelBase::KeyRole).toULongLong();
        m_hasSelected = true;
        Q_EMIT picked(m_selected);
    }
}

} // namespace coinswarm::ui
