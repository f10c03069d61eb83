// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/colors.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QTimer>
#include <QtWidgets/QAbstractButton>

namespace coinswarm::ui {

/// A button that acts only after it has been held, by mouse, Space or Enter, or by begin() … cancel() from a shortcut.
/// A click or a tap does nothing but show what holding would do. GUI thread.
class HoldButton : public QAbstractButton
{
    Q_OBJECT

public:
    HoldButton(const QString &text, std::chrono::milliseconds hold, QWidget *parent = nullptr);

    void setFill(const QColor &fill);
    /// Outlined and plain until it is held; else filled with its colour all the time.
    void setQuiet(bool quiet);
    void setColors(const Colors &colors);
    /// Emphasised: the next confirmation goes to this button.
    void setArmed(bool armed);
    bool armed() const { return m_armed; }
    double progress() const;
    std::chrono::milliseconds holdTime() const { return m_hold; }

    /// Holding begins and ends, as from a key that is down elsewhere.
    void begin();
    void cancel();

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    /// Held long enough; once per hold.
    void held();
    void holdStarted();
    /// Let go too early.
    void holdAborted();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void keyReleaseEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void tick();

    std::chrono::milliseconds m_hold;
    QElapsedTimer m_since;
    QTimer m_timer;
    QColor m_fill = Qt::gray;
    Colors m_colors = darkColors(false);
    bool m_quiet = true;
    bool m_armed = false;
};

} // namespace coinswarm::ui
