// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "charts/chart_renderer.h"

#include <QtGui/QPixmap>
#include <QtWidgets/QWidget>

namespace coinswarm::ui {

/// The market chart: wheel zooms at the cursor, drag pans, double click resets; arrows pan, + and − zoom, Home and End
/// jump, comma and full stop go from trade to trade, Enter explains the one selected. GUI thread.
class CandleChart : public QWidget
{
    Q_OBJECT

public:
    explicit CandleChart(QWidget *parent = nullptr);

    ChartContent &content() { return m_content; }
    const ChartWindow &window() const { return m_window; }
    /// Content has changed beyond the newest bar: other series, settings, markers, theme.
    void contentChanged();
    /// Bars have been added or the newest one has changed.
    void barsChanged();
    void setColors(const Colors &colors);
    void setEmptyText(const QString &text);
    void resetView();
    void zoomBy(double factor);

    /// Where a bar is, for the crosshair and tests.
    double xOfIndex(double index) const;
    double indexAtX(double x) const;
    /// Layers painted so far: a tick must not cost one.
    std::uint64_t layersPainted() const { return m_layersPainted; }

Q_SIGNALS:
    void orderClicked(coinswarm::OrderId order);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;

private:
    const TradeMarker *markerAt(const QPointF &at) const;
    void stepMarker(int direction);
    bool ready() const { return m_content.series && !m_content.series->empty(); }

    ChartContent m_content;
    ChartWindow m_window;
    Colors m_colors = darkColors(false);
    QString m_emptyText;
    std::optional<ChartRenderer> m_renderer;
    std::optional<ChartRenderer> m_layerRenderer; ///< what the layer was painted with
    QPixmap m_layer;
    std::uint64_t m_layersPainted = 0;
    std::optional<QPointF> m_cursor;
    std::optional<QPointF> m_dragFrom;
    bool m_dragged = false;
};

} // namespace coinswarm::ui
