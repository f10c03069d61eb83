// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "widgets/state_dot.h"

#include <QtGui/QPainter>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

StateDot::StateDot(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Preferred);
    setAccessibleName(u"State"_s);
}

void StateDot::setState(const QString &text, const QColor &dot, const QColor &textColor)
{
    if (text == m_text && dot == m_dot && textColor == m_textColor) {
        return;
    }
    const bool resized = text != m_text;
    m_text = text;
    m_dot = dot;
    m_textColor = textColor;
    setAccessibleDescription(text);
    if (resized) {
        updateGeometry();
    }
    update();
}

QSize StateDot::sizeHint() const
{
    return {m_text.isEmpty() ? 10 : 16 + fontMetrics().horizontalAdvance(m_text), 20};
}

void StateDot::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_dot);
    painter.drawEllipse(QPointF(5, height() / 2.0), 4, 4);
    painter.setPen(m_textColor);
    painter.drawText(rect().adjusted(15, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, m_text);
}

} // namespace coinswarm::ui
