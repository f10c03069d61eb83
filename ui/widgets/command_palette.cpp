// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "widgets/command_palette.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

constexpr int kWidth = 520;
constexpr int kHeight = 360;
constexpr int kMostShown = 200;

} // namespace

CommandPalette::CommandPalette(QWidget *parent)
    : QFrame(parent), m_input(new QLineEdit(this)), m_list(new QListWidget(this))
{
    setObjectName(u"palette"_s);
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setAccessibleName(u"Command palette"_s);
    m_input->setPlaceholderText(u"Action, panel, instrument or order number"_s);
    m_input->setAccessibleName(u"Find a command"_s);
    m_list->setAccessibleName(u"Commands"_s);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_input->installEventFilter(this);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addWidget(m_input);
    layout->addWidget(m_list);
    connect(m_input, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
    hide();
}

void CommandPalette::open(std::vector<Command> commands, ByNumber byNumber)
{
    m_commands = std::move(commands);
    m_listed = m_commands.size();
    m_byNumber = std::move(byNumber);
    const int width = std::min(kWidth, parentWidget()->width() - 40);
    setGeometry((parentWidget()->width() - width) / 2, 72, width, std::min(kHeight, parentWidget()->height() - 100));
    m_input->clear();
    filter({});
    show();
    raise();
    m_input->setFocus();
}

void CommandPalette::filter(const QString &words)
{
    m_list->clear();
    const QStringList parts = words.split(u' ', Qt::SkipEmptyParts);
    m_commands.erase(m_commands.begin() + static_cast<std::ptrdiff_t>(m_listed), m_commands.end());
    for (const QString &part : parts) {
        bool isNumber = false;
        const std::uint64_t number = part.toULongLong(&isNumber);
        if (isNumber && m_byNumber) {
            const std::vector<Command> found = m_byNumber(number);
            m_commands.insert(m_commands.end(), found.begin(), found.end());
        }
    }
    for (std::size_t i = 0; i < m_commands.size() && m_list->count() < kMostShown; ++i) {
        const Command &command = m_commands[i];
        const bool all = std::all_of(parts.begin(), parts.end(), [&](const QString &part) {
            return command.title.contains(part, Qt::CaseInsensitive)
                || command.hint.contains(part, Qt::CaseInsensitive);
        });
        if (all) {
            auto *item = new QListWidgetItem(
                command.hint.isEmpty() ? command.title : command.title + u"    "_s + command.hint, m_list);
            item->setData(Qt::UserRole, static_cast<qulonglong>(i));
        }
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::runCurrent()
{
    const QListWidgetItem *item = m_list->currentItem();
    hide();
    if (item) {
        m_commands[item->data(Qt::UserRole).toULongLong()].run();
    }
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent *>(event)->key()) {
        case Qt::Key_Escape:
            hide();
            parentWidget()->setFocus();
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            runCurrent();
            return true;
        case Qt::Key_Down:
            m_list->setCurrentRow(std::min(m_list->currentRow() + 1, m_list->count() - 1));
            return true;
        case Qt::Key_Up:
            m_list->setCurrentRow(std::max(m_list->currentRow() - 1, 0));
            return true;
        default:
            break;
        }
    }
    if (event->type() == QEvent::FocusOut && isVisible() && !m_list->underMouse()) {
        hide();
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace coinswarm::ui
