// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/colors.h"

#include <QtWidgets/QWidget>

namespace coinswarm::ui {

/// Ten blocks, as many filled as the score says: "votes ▮▮▮▮▮▮▮▯▯▯".
class ScoreBar : public QWidget
{
    Q_OBJECT

public:
    explicit ScoreBar(QWidget *parent = nullptr);

    void setScore(double score, const QColor &fill, const QColor &rest);
    QSize sizeHint() const override { return {66, 16}; }
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    double m_score = 0;
    QColor m_fill;
    QColor m_rest;
};

} // namespace coinswarm::ui
