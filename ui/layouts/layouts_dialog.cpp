// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "layouts/layouts_dialog.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

LayoutsDialog::LayoutsDialog(SavedLayouts &layouts, QWidget *parent)
    : QDialog(parent),
      m_layouts(layouts),
      m_name(new QLineEdit(this)),
      m_save(addButton(u"Save"_s, u"Keep the panels as they are now under this name"_s)),
      m_list(new QListWidget(this)),
      m_message(new QLabel(this)),
      m_use(addButton(u"Use"_s, u"Arrange the panels like this (Enter)"_s)),
      m_rename(addButton(u"Rename"_s, u"Give it another name (F2)"_s)),
      m_delete(addButton(u"Delete"_s, u"Delete it; Undo brings it back (Delete)"_s)),
      m_undo(addButton(u"Undo"_s, u"Take the last change back (Ctrl+Z)"_s))
{
    setWindowTitle(u"Your layouts"_s);
    resize(420, 340);
    m_name->setPlaceholderText(u"Save the present layout as"_s);
    m_name->setAccessibleName(u"Name for the present layout"_s);
    m_list->setAccessibleName(u"Saved layouts"_s);
    m_list->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_list->installEventFilter(this);
    m_message->setProperty("role", u"secondary"_s);
    m_message->setWordWrap(true);
    auto *close = addButton(u"Close"_s, u"Close this window (Esc)"_s);
    auto *top = new QHBoxLayout;
    top->addWidget(m_name, 1);
    top->addWidget(m_save);
    auto *bottom = new QHBoxLayout;
    for (QPushButton *button : {m_use, m_rename, m_delete, m_undo}) {
        bottom->addWidget(button);
    }
    bottom->addStretch(1);
    bottom->addWidget(close);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->addLayout(top);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_message);
    layout->addLayout(bottom);
    connect(m_name, &QLineEdit::textChanged, this, &LayoutsDialog::enableButtons);
    connect(m_name, &QLineEdit::returnPressed, this, &LayoutsDialog::save);
    connect(m_save, &QPushButton::clicked, this, &LayoutsDialog::save);
    connect(m_use, &QPushButton::clicked, this, &LayoutsDialog::use);
    connect(m_rename, &QPushButton::clicked, this, [this] { m_list->editItem(m_list->currentItem()); });
    connect(m_delete, &QPushButton::clicked, this, &LayoutsDialog::removeCurrent);
    connect(m_undo, &QPushButton::clicked, this, &LayoutsDialog::undo);
    connect(close, &QPushButton::clicked, this, &QDialog::close);
    connect(m_list, &QListWidget::itemChanged, this, &LayoutsDialog::rename);
    connect(m_list, &QListWidget::itemDoubleClicked, this, &LayoutsDialog::use);
    connect(m_list, &QListWidget::currentRowChanged, this, &LayoutsDialog::enableButtons);
    // Queued: the list is changed from inside its own signal when an item has been renamed.
    connect(&m_layouts, &SavedLayouts::changed, this, &LayoutsDialog::fill, Qt::QueuedConnection);
    fill();
}

QPushButton *LayoutsDialog::addButton(const QString &text, const QString &tip)
{
    auto *button = new QPushButton(text, this);
    button->setToolTip(tip);
    button->setAccessibleName(text);
    button->setAutoDefault(false); // Enter belongs to the field and the list
    return button;
}

void LayoutsDialog::fill()
{
    m_filling = true;
    const int row = m_list->currentRow();
    m_list->clear();
    for (const QString &name : m_layouts.names()) {
        auto *item = new QListWidgetItem(name, m_list);
        item->setFlags(item->flags() | Qt::ItemIsEditable);
        item->setData(Qt::UserRole, name);
    }
    m_list->setCurrentRow(std::clamp(row, m_list->count() > 0 ? 0 : -1, m_list->count() - 1));
    if (m_list->count() == 0) {
        m_message->setText(u"No layout is saved yet. Arrange the panels, then give the arrangement a name above."_s);
    }
    m_filling = false;
    enableButtons();
}

void LayoutsDialog::save()
{
    const QString name = m_name->text().simplified();
    if (name.isEmpty()) {
        return;
    }
    const bool replaced = m_layouts.names().contains(name);
    m_message->setText((replaced ? u"Replaced “"_s : u"Saved “"_s) + name + u"”."_s);
    m_name->clear();
    Q_EMIT saveRequested(name);
}

void LayoutsDialog::use()
{
    if (const QListWidgetItem *item = m_list->currentItem()) {
        Q_EMIT useRequested(item->data(Qt::UserRole).toString());
    }
}

void LayoutsDialog::rename(QListWidgetItem *item)
{
    const QString from = item->data(Qt::UserRole).toString();
    const QString to = item->text().simplified();
    if (m_filling || from == item->text()) {
        return;
    }
    if (m_layouts.rename(from, to)) {
        m_message->setText(u"“"_s + from + u"” is called “"_s + to + u"” now."_s);
    } else {
        m_message->setText(to.isEmpty() ? u"A layout needs a name."_s
                                        : u"There is a layout “"_s + to + u"” already; choose another name."_s);
        QMetaObject::invokeMethod(this, &LayoutsDialog::fill, Qt::QueuedConnection);
    }
}

void LayoutsDialog::removeCurrent()
{
    if (const QListWidgetItem *item = m_list->currentItem()) {
        const QString name = item->data(Qt::UserRole).toString();
        m_message->setText(u"Deleted “"_s + name + u"”. Undo brings it back."_s);
        m_layouts.remove(name);
    }
}

void LayoutsDialog::undo()
{
    if (m_layouts.canUndo()) {
        m_message->setText(u"The last change is taken back."_s);
        m_layouts.undo();
    }
}

void LayoutsDialog::enableButtons()
{
    const bool any = m_list->currentItem() != nullptr;
    m_save->setEnabled(!m_name->text().simplified().isEmpty());
    m_use->setEnabled(any);
    m_rename->setEnabled(any);
    m_delete->setEnabled(any);
    m_undo->setEnabled(m_layouts.canUndo());
}

bool LayoutsDialog::eventFilter(QObject *watched, QEvent *event)
{
    // While a name is edited, the keys are its editor's.
    if (event->type() == QEvent::KeyPress && m_list->findChild<QLineEdit *>() == nullptr) {
        auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Delete) {
            removeCurrent();
            return true;
        }
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            use();
            return true;
        }
        if (key->matches(QKeySequence::Undo)) {
            undo();
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

void LayoutsDialog::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    m_name->setFocus();
}

} // namespace coinswarm::ui
