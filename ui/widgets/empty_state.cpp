// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "widgets/empty_state.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

EmptyState::EmptyState(QWidget *parent)
    : QWidget(parent), m_title(new QLabel(this)), m_hint(new QLabel(this)), m_copy(new QPushButton(u"Copy"_s, this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 8, 24, 8);
    layout->setSpacing(4);
    m_title->setProperty("role", u"title"_s);
    m_hint->setProperty("role", u"secondary"_s);
    for (QLabel *label : {m_title, m_hint}) {
        label->setAlignment(Qt::AlignHCenter);
        label->setWordWrap(true);
    }
    m_copy->setAccessibleName(u"Copy the error text"_s);
    m_copy->hide();
    layout->addStretch(1);
    layout->addWidget(m_title);
    layout->addWidget(m_hint);
    layout->addWidget(m_copy, 0, Qt::AlignHCenter);
    layout->addStretch(1);
    connect(m_copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_title->text() + u'\n' + m_hint->text()); });
}

void EmptyState::setTexts(const QString &title, const QString &hint)
{
    m_title->setText(title);
    m_hint->setText(hint);
    m_copy->hide();
}

void EmptyState::setError(const QString &what, const QString &detail)
{
    m_title->setText(what);
    m_hint->setText(detail);
    m_hint->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_copy->show();
}

} // namespace coinswarm::ui
