// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/fonts.h"

#include <QtWidgets/QWidget>

namespace coinswarm::ui {

/// A caption with a value in tabular figures: "equity 10,214.80 +0.42 %". Its width never shrinks, so that a changing
/// number does not move its neighbours. GUI thread.
class NumberLabel : public QWidget
{
    Q_OBJECT

public:
    NumberLabel(const QString &caption, int pixels, QWidget *parent = nullptr);

    void setValue(const QString &value, const QString &extra = {});
    void setValueColors(const QColor &caption, const QColor &value, const QColor &extra);
    QString value() const { return m_value; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_caption;
    QString m_value;
    QString m_extra;
    TabularFont m_captionFont;
    TabularFont m_valueFont;
    TabularFont m_extraFont;
    QColor m_captionColor;
    QColor m_valueColor;
    QColor m_extraColor;
    double m_widest = 0;
};

} // namespace coinswarm::ui
