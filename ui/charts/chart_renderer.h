// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "charts/candle_painter.h"
#include "charts/chart_content.h"
#include "charts/chart_window.h"
#include "theme/fonts.h"

#include <QtCore/QPointF>

namespace coinswarm::ui {

/// Lays out and draws a market chart: a layer that changes rarely, the newest bar on top of it, the crosshair on top
/// of both. Holds no state besides the layout of the last layout() call.
class ChartRenderer
{
public:
    ChartRenderer(const ChartContent &content, const Colors &colors);

    /// Computes the scales for a chart of `size` pixels.
    void layout(const QSizeF &size, const ChartWindow &window);
    const ChartScale &price() const { return m_price; }
    const ChartScale &lower() const { return m_lower; }
    bool hasLower() const { return m_content.lowerPane != LowerPane::None; }
    /// Equal keys draw equal layers.
    bool sameLayer(const ChartRenderer &other) const;

    void drawLayer(QPainter &painter) const;
    void drawNewest(QPainter &painter) const;
    void drawCrosshair(QPainter &painter, const QPointF &at) const;
    void drawReadout(QPainter &painter, std::optional<std::size_t> bar) const;

    struct PlacedMarker {
        QPointF tip;
        std::size_t index; ///< into ChartContent::markers
    };
    /// Markers in view, at most one per side and few pixels.
    std::vector<PlacedMarker> placedMarkers() const;

private:
    /// Values that are written at the axes.
    std::vector<double> priceTicks() const;
    std::vector<double> lowerTicks() const;
    void drawGrid(QPainter &painter) const;
    void drawRegimes(QPainter &painter) const;
    void drawMarkers(QPainter &painter) const;
    void drawPosition(QPainter &painter) const;
    void drawLowerPane(QPainter &painter) const;
    template <class Line>
    void drawLine(QPainter &painter, const ChartScale &scale, const Line &line, const QColor &color) const;
    template <class Line>
    void drawNewestOfLine(QPainter &painter, const ChartScale &scale, const Line &line, const QColor &color) const;
    void drawPriceTag(QPainter &painter, double price, const QString &text, const QColor &fill) const;
    void drawTag(QPainter &painter, double y, const QString &text, const QColor &fill) const;
    struct Level {
        double price;
        QString text;
        QColor color;
    };
    void drawLevels(QPainter &painter, const std::vector<Level> &levels) const;
    /// Of the indicator in the lower pane; NaN where there is none.
    double lowerValue(std::size_t index) const;

    static constexpr double kAxisPadding = 8;
    static constexpr double kReadoutHeight = 20;

    const ChartContent &m_content;
    Colors m_colors;
    TabularFont m_font;
    ChartScale m_price;
    ChartScale m_volume;
    ChartScale m_lower;
    QRectF m_timeAxis;
    std::vector<CandlePainter::Column> m_columns; ///< closed bars in view
    std::size_t m_begin = 0; ///< bars in view
    std::size_t m_end = 0;
    std::uint64_t m_structure = 0;
};

} // namespace coinswarm::ui
