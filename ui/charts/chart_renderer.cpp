// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "charts/chart_renderer.h"

#include "charts/time_axis.h"
#include "models/format.h"

#include <QtGui/QPainter>
#include <QtGui/QPainterPath>

#include <cmath>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

constexpr double kTimeAxisHeight = 20;
constexpr double kLowerShare = 0.2;
constexpr double kVolumeShare = 0.16;
constexpr double kRegimeStrip = 3;
/// Above the curve of the lower pane, for its name and value.
constexpr double kLowerHeading = 20;
/// Distance of an indicator line's points where bars are narrower than that.
constexpr double kLinePixels = 1.5;

} // namespace

ChartRenderer::ChartRenderer(const ChartContent &content, const Colors &colors)
    : m_content(content), m_colors(colors), m_font(uiFont(kSecondaryPixels))
{}

void ChartRenderer::layout(const QSizeF &size, const ChartWindow &window)
{
    const CandleSeries &series = *m_content.series;
    m_structure = series.structureRevision();
    m_begin = static_cast<std::size_t>(std::clamp(std::floor(window.first()), 0.0, static_cast<double>(series.size())));
    m_end = static_cast<std::size_t>(std::clamp(std::ceil(window.end()), 0.0, static_cast<double>(series.size())));

    const ChartBar extent = series.aggregate(m_begin, m_end);
    const double height = extent.high > extent.low ? extent.high - extent.low : std::max(extent.high * 0.001, 1e-8);
    const double axisWidth =
        std::ceil(m_font.width(numberText(extent.high, m_content.priceDecimals)) + 2 * kAxisPadding);
    const double width = std::max(size.width() - axisWidth, 10.0);
    const double body = std::max(size.height() - kTimeAxisHeight, 10.0);
    const double lower = hasLower() ? std::floor(body * kLowerShare) : 0;

    m_price.plot = QRectF(0, 0, width, body - lower);
    m_price.first = window.first();
    m_price.count = window.count();
    // Room for the read-out above and the volume below.
    const double usable = std::max(m_price.plot.height() - kReadoutHeight - 12, 10.0);
    const double below = m_content.showVolume ? kVolumeShare : 0.05;
    const double perPixel = height / (usable * (1 - below));
    m_price.low = extent.low - perPixel * usable * below;
    m_price.high = extent.high + perPixel * (kReadoutHeight + 12);

    m_volume = m_price;
    m_volume.plot.setTop(m_price.plot.bottom() - usable * kVolumeShare);
    m_volume.low = 0;
    m_volume.high = 1;
    m_lower = m_price;
    m_lower.plot = QRectF(0, body - lower, width, lower);
    m_lower.low = 0;
    m_lower.high = m_content.lowerPane == LowerPane::Rsi ? 100 : 50;
    if (m_content.lowerPane == LowerPane::Adx) {
        const std::size_t step = std::max<std::size_t>(1, (m_end - m_begin) / 1'000);
        for (std::size_t i = m_begin; i < std::min(m_end, m_content.adx.size()); i += step) {
            const double value = m_content.adx.value(i);
            m_lower.high = std::isnan(value) ? m_lower.high : std::max(m_lower.high, std::ceil(value / 10) * 10);
        }
    }
    if (lower > 3 * kLowerHeading) {
        m_lower.high += (m_lower.high - m_lower.low) * kLowerHeading / (lower - kLowerHeading);
    }
    m_timeAxis = QRectF(0, body, width, kTimeAxisHeight);
    m_columns = CandlePainter(series, m_colors).columns(m_price, m_begin, std::min(m_end, series.size() - 1));
    m_volume.high = 1e-12;
    for (const CandlePainter::Column &column : m_columns) {
        m_volume.high = std::max(m_volume.high, column.bar.volume / column.bars);
    }
}

bool ChartRenderer::sameLayer(const ChartRenderer &other) const
{
    return m_price == other.m_price && m_volume == other.m_volume && m_lower == other.m_lower
        && m_structure == other.m_structure;
}

void ChartRenderer::drawLayer(QPainter &painter) const
{
    const CandleSeries &series = *m_content.series;
    const CandlePainter candles(series, m_colors);
    painter.setClipRect(m_price.plot.united(m_lower.plot));
    if (m_content.showRegimes) {
        drawRegimes(painter);
    }
    painter.setClipping(false);
    drawGrid(painter);
    painter.setClipRect(m_price.plot);
    if (m_content.showVolume) {
        candles.drawVolume(painter, m_volume, m_columns);
    }
    candles.drawCandles(painter, m_price, m_columns);
    if (m_content.showSma) {
        drawLine(painter, m_price, m_content.sma, m_colors.accent);
    }
    if (m_content.showEma) {
        drawLine(painter, m_price, m_content.ema, m_colors.warn);
    }
    painter.setClipping(false);
    if (hasLower()) {
        drawLowerPane(painter);
    }
}

std::vector<double> ChartRenderer::priceTicks() const
{
    return roundTicks(m_price.low, m_price.high, std::max(2, static_cast<int>(m_price.plot.height() / 56)));
}

std::vector<double> ChartRenderer::lowerTicks() const
{
    switch (m_content.lowerPane) {
    case LowerPane::Rsi:
        return {30, 70};
    case LowerPane::Adx:
        return {25};
    case LowerPane::None:
        break;
    }
    return {};
}

void ChartRenderer::drawGrid(QPainter &painter) const
{
    const QColor faint = mixed(m_colors.surface, m_colors.line, 0.6);
    const std::vector<double> ticks = priceTicks();
    const int decimals =
        std::min(std::max(tickDecimals(ticks), std::min(m_content.priceDecimals, 2)), m_content.priceDecimals);
    painter.setRenderHint(QPainter::Antialiasing, false);
    const double right = m_price.plot.right();
    for (const double tick : ticks) {
        const double y = std::round(m_price.y(tick));
        painter.setPen(faint);
        painter.drawLine(QLineF(0, y, right, y));
        if (y < 8 || y > m_price.plot.bottom() - 8) {
            continue; // half a number reads like another one
        }
        painter.setPen(m_colors.muted);
        m_font.draw(painter, QRectF(right + kAxisPadding, y - 8, 200, 16), numberText(tick, decimals), Qt::AlignLeft);
    }
    for (const TimeTick &tick : timeTicks(*m_content.series, m_price, m_content.localTime)) {
        const double x = std::round(tick.x);
        painter.setPen(faint);
        painter.drawLine(QLineF(x, 0, x, m_timeAxis.top()));
        painter.setPen(tick.major ? m_colors.text : m_colors.muted);
        if (x > 24 && x < right - 24) {
            m_font.draw(painter, QRectF(x - 60, m_timeAxis.top(), 120, m_timeAxis.height()), tick.text,
                        Qt::AlignHCenter);
        }
    }
    painter.setPen(m_colors.line);
    painter.drawLine(QLineF(right, 0, right, m_timeAxis.bottom()));
    painter.drawLine(QLineF(0, m_timeAxis.top(), m_timeAxis.right() + 400, m_timeAxis.top()));
    painter.setPen(m_colors.muted);
    m_font.draw(painter, QRectF(right + kAxisPadding, m_timeAxis.top(), 200, m_timeAxis.height()),
                m_content.localTime ? u"local"_s : u"UTC"_s, Qt::AlignLeft);
}

void ChartRenderer::drawRegimes(QPainter &painter) const
{
    const CandleSeries &series = *m_content.series;
    for (const Regime &regime : m_content.regimes) {
        const double from = series.indexAt(regime.start);
        const double to = regime.end.ns == 0 ? m_price.first + m_price.count : series.indexAt(regime.end);
        if (to <= m_price.first || from >= m_price.first + m_price.count) {
            continue;
        }
        const double left = std::floor(m_price.x(from));
        const QRectF band(left, 0, std::ceil(m_price.x(to)) - left, m_timeAxis.top());
        if (regime.trend == TrendRegime::Up || regime.trend == TrendRegime::Down) {
            const QColor tint = regime.trend == TrendRegime::Up ? m_colors.up : m_colors.down;
            painter.fillRect(band, mixed(m_colors.surface, tint, 0.07));
        }
        if (regime.volatility == VolatilityRegime::High || regime.volatility == VolatilityRegime::Low) {
            const bool high = regime.volatility == VolatilityRegime::High;
            painter.fillRect(QRectF(band.left(), m_price.plot.bottom() - kRegimeStrip, band.width(), kRegimeStrip),
                             mixed(m_colors.surface, high ? m_colors.warn : m_colors.muted, high ? 0.8 : 0.4));
        }
    }
}

template <class Line>
void ChartRenderer::drawLine(QPainter &painter, const ChartScale &scale, const Line &line, const QColor &color) const
{
    const std::size_t end = std::min({m_end, line.size(), m_content.series->size() - 1});
    QPolygonF points;
    // Where several bars share a pixel, their mean is drawn: one taken at random would make a zigzag.
    const double step = std::max(1.0, kLinePixels / scale.barWidth());
    for (double at = static_cast<double>(m_begin); at < static_cast<double>(end); at += step) {
        const auto first = static_cast<std::size_t>(at);
        const double value = line.mean(first, std::max(first + 1, std::min(static_cast<std::size_t>(at + step), end)));
        if (!std::isnan(value)) {
            points.append(QPointF(scale.center(std::floor(at)), scale.y(value)));
        }
    }
    // A pen of one pixel takes the raster engine's fast path; a wider one costs ten times as much.
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(QPen(color, 1));
    painter.drawPolyline(points);
}

template <class Line>
void ChartRenderer::drawNewestOfLine(QPainter &painter, const ChartScale &scale, const Line &line,
                                     const QColor &color) const
{
    const std::size_t n = line.size();
    if (n < 2 || std::isnan(line.value(n - 2)) || m_end < n) {
        return;
    }
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(QPen(color, 1));
    painter.drawLine(QPointF(scale.center(static_cast<double>(n - 2)), scale.y(line.value(n - 2))),
                     QPointF(scale.center(static_cast<double>(n - 1)), scale.y(line.value(n - 1))));
}

void ChartRenderer::drawLowerPane(QPainter &painter) const
{
    const bool rsi = m_content.lowerPane == LowerPane::Rsi;
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(m_colors.line);
    painter.drawLine(QLineF(0, m_lower.plot.top(), m_lower.plot.right() + 400, m_lower.plot.top()));
    for (const double level : lowerTicks()) {
        const double y = std::round(m_lower.y(level));
        painter.setPen(QPen(m_colors.line, 1, Qt::DashLine));
        painter.drawLine(QLineF(0, y, m_lower.plot.right(), y));
        painter.setPen(m_colors.muted);
        m_font.draw(painter, QRectF(m_lower.plot.right() + kAxisPadding, y - 8, 80, 16), numberText(level, 0),
                    Qt::AlignLeft);
    }
    painter.setClipRect(m_lower.plot);
    if (rsi) {
        drawLine(painter, m_lower, m_content.rsi, m_colors.accent);
    } else {
        drawLine(painter, m_lower, m_content.adx, m_colors.accent);
    }
    painter.setClipping(false);
}

void ChartRenderer::drawNewest(QPainter &painter) const
{
    const CandleSeries &series = *m_content.series;
    const std::size_t newest = series.size() - 1;
    const CandlePainter candles(series, m_colors);
    if (m_end > newest) {
        painter.setClipRect(m_price.plot);
        const std::vector<CandlePainter::Column> last{
            {m_price.center(static_cast<double>(newest)), series.bar(newest), 1}};
        if (m_content.showVolume) {
            ChartScale volume = m_volume;
            volume.high = std::max(volume.high, series.bar(newest).volume);
            candles.drawVolume(painter, volume, last);
        }
        candles.drawCandles(painter, m_price, last);
        if (m_content.showSma) {
            drawNewestOfLine(painter, m_price, m_content.sma, m_colors.accent);
        }
        if (m_content.showEma) {
            drawNewestOfLine(painter, m_price, m_content.ema, m_colors.warn);
        }
        painter.setClipRect(m_lower.plot);
        if (m_content.lowerPane == LowerPane::Rsi) {
            drawNewestOfLine(painter, m_lower, m_content.rsi, m_colors.accent);
        } else if (m_content.lowerPane == LowerPane::Adx) {
            drawNewestOfLine(painter, m_lower, m_content.adx, m_colors.accent);
        }
        painter.setClipping(false);
    }
    drawMarkers(painter);
    const ChartBar &bar = series.bar(newest);
    const double y = m_price.y(bar.close);
    if (y > 0 && y < m_price.plot.bottom()) {
        const QColor color = bar.close >= bar.open ? m_colors.up : m_colors.down;
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(QPen(color, 1, Qt::DotLine));
        painter.drawLine(QLineF(0, std::round(y), m_price.plot.right(), std::round(y)));
        drawPriceTag(painter, bar.close, numberText(bar.close, m_content.priceDecimals), color);
    }
    drawPosition(painter);
}

} // namespace coinswarm::ui
