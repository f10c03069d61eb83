// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "start_error_window.h"

#include "widgets/empty_state.h"

#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

StartErrorWindow::StartErrorWindow(const Preferences &preferences, const QString &what, const QString &detail,
                                   QWidget *parent)
    : QWidget(parent)
{
    setWindowTitle(u"Coinswarm did not start"_s);
    resize(640, 320);
    auto *stripe = new QWidget(this);
    stripe->setFixedHeight(4);
    stripe->setStyleSheet(u"background: %1;"_s.arg(preferences.colors().danger.name()));
    auto *state = new EmptyState(this);
    state->setError(what, detail);
    auto *close = new QPushButton(u"Close"_s, this);
    close->setAccessibleName(u"Close"_s);
    connect(close, &QPushButton::clicked, this, &QWidget::close);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 16);
    layout->addWidget(stripe);
    layout->addWidget(state, 1);
    layout->addWidget(close, 0, Qt::AlignHCenter);
    setAccessibleName(what);
}

} // namespace coinswarm::ui
