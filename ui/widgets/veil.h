// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtWidgets/QWidget>

namespace coinswarm::ui {

/// Dims the widget it covers without taking its mouse: what is below is old. GUI thread.
class Veil : public QWidget
{
    Q_OBJECT

public:
    /// Covers `target`, its parent, and follows its size. Hidden at first.
    explicit Veil(QWidget *target);

    void setColor(const QColor &color);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    QColor m_color;
};

} // namespace coinswarm::ui
