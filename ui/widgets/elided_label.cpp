// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "widgets/elided_label.h"

#include "theme/fonts.h"

#include <QtGui/QPainter>

namespace coinswarm::ui {

ElidedLabel::ElidedLabel(QWidget *parent) : QLabel(parent)
{
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {0, QLabel::minimumSizeHint().height()};
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const TabularFont font(this->font());
    painter.setPen(palette().color(foregroundRole()));
    font.draw(painter, contentsRect(), font.elided(text(), contentsRect().width()), Qt::AlignLeft);
}

} // namespace coinswarm::ui
