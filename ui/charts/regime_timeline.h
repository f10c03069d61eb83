// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/session_store.h"
#include "theme/preferences.h"

#include <QtWidgets/QWidget>

namespace coinswarm::ui {

/// One lane per instrument: trend as colour and letter, volatility as height. The newest moment is at the right.
class RegimeTimeline : public QWidget
{
    Q_OBJECT

public:
    RegimeTimeline(SessionStore &session, const Preferences &preferences, QWidget *parent = nullptr);

    QSize minimumSizeHint() const override { return {240, 72}; }
    /// Hours of session time in view.
    void setHours(double hours);

protected:
    void paintEvent(QPaintEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    bool event(QEvent *event) override;

private:
    struct Span {
        Timestamp from;
        Timestamp to;
    };
    Span span() const;
    QRectF lane(int index) const;
    const Regime *regimeAt(const QPointF &at) const;
    QString describe(const Regime &regime) const;

    SessionStore &m_session;
    const Preferences &m_preferences;
    double m_hours = 6;
};

} // namespace coinswarm::ui
