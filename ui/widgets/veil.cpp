// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "widgets/veil.h"

#include <QtCore/QEvent>
#include <QtGui/QPainter>

namespace coinswarm::ui {

Veil::Veil(QWidget *target) : QWidget(target)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    target->installEventFilter(this);
    hide();
}

void Veil::setColor(const QColor &color)
{
    m_color = color;
    update();
}

bool Veil::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == parentWidget() && (event->type() == QEvent::Resize || event->type() == QEvent::Show)) {
        setGeometry(parentWidget()->rect());
        raise();
    }
    return QWidget::eventFilter(watched, event);
}

void Veil::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), m_color);
}

} // namespace coinswarm::ui
