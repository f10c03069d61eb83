// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "widgets/score_bar.h"

#include <QtGui/QPainter>

#include <cmath>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

ScoreBar::ScoreBar(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(u"Score"_s);
}

void ScoreBar::setScore(double score, const QColor &fill, const QColor &rest)
{
    m_score = std::clamp(score, 0.0, 1.0);
    m_fill = fill;
    m_rest = rest;
    setAccessibleDescription(QString::number(m_score, 'f', 2));
    update();
}

void ScoreBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const int filled = static_cast<int>(std::lround(m_score * 10));
    for (int i = 0; i < 10; ++i) {
        painter.fillRect(QRectF(i * 6.5, 2, 5, height() - 4), i < filled ? m_fill : m_rest);
    }
}

} // namespace coinswarm::ui
