// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/colors.h"

#include <coinswarm/timestamp.h>

#include <QtWidgets/QWidget>

namespace coinswarm::ui {

/// Time left as a bar that empties and as a word. Blinks in the last ten seconds, the only thing that does.
class CountdownBar : public QWidget
{
    Q_OBJECT

public:
    explicit CountdownBar(QWidget *parent = nullptr);

    void setColors(const Colors &colors);
    void setRemaining(Duration left, Duration whole);
    QString text() const { return m_text; }
    bool urgent() const { return m_urgent; }
    QSize sizeHint() const override { return {132, 20}; }
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Colors m_colors = darkColors(false);
    QString m_text;
    double m_share = 1;
    bool m_urgent = false;
    bool m_lit = true;
};

} // namespace coinswarm::ui
