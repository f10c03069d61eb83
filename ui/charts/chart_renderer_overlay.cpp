// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What stands on top of the bars: position, trades, read-out, crosshair.
#include "charts/chart_renderer.h"
#include "charts/time_axis.h"
#include "models/format.h"

#include <QtGui/QPainter>

#include <cmath>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

void ChartRenderer::drawPriceTag(QPainter &painter, double price, const QString &text, const QColor &fill) const
{
    drawTag(painter, std::clamp(std::round(m_price.y(price)), 9.0, m_price.plot.bottom() - 9), text, fill);
}

void ChartRenderer::drawTag(QPainter &painter, double y, const QString &text, const QColor &fill) const
{
    const QRectF tag(m_price.plot.right() + 1, y - 9, m_font.width(text) + 2 * kAxisPadding - 2, 18);
    // Half a label looking out from behind the tag reads like another number: the whole label gives way.
    const auto clear = [&](double labelY) {
        if (std::abs(labelY - y) < 17) {
            painter.fillRect(QRectF(tag.left(), labelY - 8, 200, 16), m_colors.surface);
        }
    };
    for (const double tick : priceTicks()) {
        clear(std::round(m_price.y(tick)));
    }
    for (const double tick : lowerTicks()) {
        clear(std::round(m_lower.y(tick)));
    }
    painter.fillRect(tag, fill);
    painter.setPen(contrast(fill, Qt::white) >= 3.6 ? QColor(Qt::white) : QColor(0x10, 0x12, 0x16));
    m_font.draw(painter, tag.adjusted(kAxisPadding - 1, 0, 0, 0), text, Qt::AlignLeft);
}

void ChartRenderer::drawLevels(QPainter &painter, const std::vector<Level> &levels) const
{
    std::vector<QRectF> taken;
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (const Level &level : levels) {
        const double y = std::round(m_price.y(level.price));
        if (level.price > 0 && y >= kReadoutHeight && y <= m_price.plot.bottom() - 2) {
            painter.setPen(QPen(level.color, 1, Qt::DashLine));
            painter.drawLine(QLineF(0, y, m_price.plot.right(), y));
        }
    }
    for (const Level &level : levels) {
        const double y = std::round(m_price.y(level.price));
        if (level.price <= 0 || y < kReadoutHeight || y > m_price.plot.bottom() - 2) {
            continue;
        }
        // Levels that are close together stand beside each other, so that each can be read.
        QRectF label(8, std::clamp(y - 8, kReadoutHeight, m_price.plot.bottom() - 16), m_font.width(level.text) + 8,
                     16);
        for (const QRectF &other : taken) {
            if (label.intersects(other)) {
                label.moveLeft(other.right() + 4);
            }
        }
        taken.push_back(label);
        painter.fillRect(label, m_colors.surface);
        painter.setPen(level.color);
        m_font.draw(painter, label.adjusted(4, 0, 0, 0), level.text, Qt::AlignLeft);
    }
}

void ChartRenderer::drawPosition(QPainter &painter) const
{
    if (!m_content.position) {
        return;
    }
    const PositionLines &p = *m_content.position;
    const int d = m_content.priceDecimals;
    drawLevels(painter,
               {{p.average, p.text, m_colors.accent},
                {p.stop, u"stop "_s + numberText(p.stop, d), m_colors.down},
                {p.target, u"target "_s + numberText(p.target, d), m_colors.up}});
}

std::vector<ChartRenderer::PlacedMarker> ChartRenderer::placedMarkers() const
{
    std::vector<PlacedMarker> placed;
    const CandleSeries &series = *m_content.series;
    if (m_begin >= m_end) {
        return placed;
    }
    const auto first = std::lower_bound(m_content.markers.begin(), m_content.markers.end(), series.time(m_begin),
                                        [](const TradeMarker &marker, Timestamp t) { return marker.time < t; });
    double lastX[2]{-1e9, -1e9};
    for (auto it = first; it != m_content.markers.end(); ++it) {
        const double index = series.indexAt(it->time);
        if (index >= m_price.first + m_price.count) {
            break;
        }
        const double x = std::round(m_price.center(std::floor(index)));
        const std::size_t side = it->side == Side::Buy ? 0 : 1;
        if (x - lastX[side] < 7 && it->order != m_content.selected) {
            continue;
        }
        lastX[side] = x;
        const auto bar = std::min(static_cast<std::size_t>(std::max(index, 0.0)), series.size() - 1);
        const double y =
            it->side == Side::Buy ? m_price.y(series.bar(bar).low) + 5 : m_price.y(series.bar(bar).high) - 5;
        placed.push_back({QPointF(x + 0.5, y), static_cast<std::size_t>(it - m_content.markers.begin())});
    }
    return placed;
}

void ChartRenderer::drawMarkers(QPainter &painter) const
{
    painter.setRenderHint(QPainter::Antialiasing, true);
    for (const PlacedMarker &placed : placedMarkers()) {
        const TradeMarker &marker = m_content.markers[placed.index];
        const bool buy = marker.side == Side::Buy;
        const double down = buy ? 9 : -9;
        const QPolygonF triangle{placed.tip, placed.tip + QPointF(-5.5, down), placed.tip + QPointF(5.5, down)};
        painter.setBrush(buy ? m_colors.up : m_colors.down);
        painter.setPen(QPen(marker.order == m_content.selected ? m_colors.text : m_colors.surface,
                            marker.order == m_content.selected ? 2 : 1));
        painter.drawPolygon(triangle);
    }
    painter.setBrush(Qt::NoBrush);
}

double ChartRenderer::lowerValue(std::size_t index) const
{
    if (m_content.lowerPane == LowerPane::Rsi) {
        return index < m_content.rsi.size() ? m_content.rsi.value(index) : kNoValue;
    }
    return index < m_content.adx.size() ? m_content.adx.value(index) : kNoValue;
}

void ChartRenderer::drawReadout(QPainter &painter, std::optional<std::size_t> bar) const
{
    const CandleSeries &series = *m_content.series;
    const std::size_t index = bar && *bar < series.size() ? *bar : series.size() - 1;
    const ChartBar &b = series.bar(index);
    const int d = m_content.priceDecimals;
    double x = 8;
    const auto put = [&](const QString &label, const QString &value, const QColor &color) {
        if (x + m_font.width(label) + 4 + m_font.width(value) > m_price.plot.right()) {
            return; // the axis has its own numbers
        }
        painter.setPen(m_colors.muted);
        m_font.draw(painter, QRectF(x, 4, 200, 16), label, Qt::AlignLeft);
        x += m_font.width(label) + 4;
        painter.setPen(color);
        m_font.draw(painter, QRectF(x, 4, 200, 16), value, Qt::AlignLeft);
        x += m_font.width(value) + 10;
    };
    const QColor color = b.close >= b.open ? m_colors.up : m_colors.down;
    painter.setRenderHint(QPainter::Antialiasing, true);
    put(axisMoment(series.time(index), m_content.localTime), QString(), m_colors.text);
    put(u"O"_s, numberText(b.open, d), m_colors.text);
    put(u"H"_s, numberText(b.high, d), m_colors.text);
    put(u"L"_s, numberText(b.low, d), m_colors.text);
    put(u"C"_s, numberText(b.close, d), m_colors.text);
    put(b.close >= b.open ? u"▲"_s : u"▼"_s, percentText(b.open > 0 ? b.close / b.open - 1 : 0, 2, Sign::Always),
        color);
    if (m_content.showVolume) {
        put(u"Vol"_s, numberText(b.volume, 2), m_colors.text);
    }
    if (m_content.showSma && index < m_content.sma.size()) {
        put(u"SMA 20"_s, numberText(m_content.sma.value(index), d), m_colors.accent);
    }
    if (m_content.showEma && index < m_content.ema.size()) {
        put(u"EMA 50"_s, numberText(m_content.ema.value(index), d), m_colors.warn);
    }
    if (hasLower()) {
        const bool rsi = m_content.lowerPane == LowerPane::Rsi;
        const double value = lowerValue(index);
        painter.setPen(m_colors.muted);
        const QString label = rsi ? u"RSI 14 "_s : u"ADX 14 "_s;
        m_font.draw(painter, QRectF(8, m_lower.plot.top() + 3, 80, 16), label, Qt::AlignLeft);
        painter.setPen(m_colors.accent);
        m_font.draw(painter, QRectF(8 + m_font.width(label), m_lower.plot.top() + 3, 80, 16), numberText(value, 1),
                    Qt::AlignLeft);
    }
}

void ChartRenderer::drawCrosshair(QPainter &painter, const QPointF &at) const
{
    if (at.x() < 0 || at.x() > m_price.plot.right() || at.y() > m_timeAxis.bottom()) {
        return;
    }
    const CandleSeries &series = *m_content.series;
    const double index = std::floor(m_price.index(at.x()));
    const double x = std::round(m_price.center(index));
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(m_colors.muted, 1, Qt::DashLine));
    painter.drawLine(QLineF(x, 0, x, m_timeAxis.top()));
    if (at.y() < m_timeAxis.top()) {
        painter.drawLine(QLineF(0, std::round(at.y()), m_price.plot.right(), std::round(at.y())));
    }
    const QColor fill = mixed(m_colors.raised, m_colors.text, 0.15);
    if (m_price.plot.contains(at)) {
        drawPriceTag(painter, m_price.value(at.y()), numberText(m_price.value(at.y()), m_content.priceDecimals), fill);
    } else if (hasLower() && m_lower.plot.contains(at)) {
        drawTag(painter, std::clamp(std::round(at.y()), m_lower.plot.top() + 9, m_lower.plot.bottom() - 9),
                numberText(m_lower.value(at.y()), 1), fill);
    }
    const double value = lowerValue(index < 0 ? series.size() : static_cast<std::size_t>(index));
    if (hasLower() && !std::isnan(value)) {
        painter.setRenderHint(QPainter::Antialiasing, true);
        painter.setPen(QPen(m_colors.surface, 1));
        painter.setBrush(m_colors.accent);
        painter.drawEllipse(QPointF(x, m_lower.y(value)), 3.5, 3.5);
        painter.setBrush(Qt::NoBrush);
    }
    const QString moment = axisMoment(series.timeAt(index), m_content.localTime);
    const double width = m_font.width(moment) + 12;
    const QRectF tag(std::clamp(x - width / 2, 0.0, m_price.plot.right() - width), m_timeAxis.top() + 1, width, 18);
    painter.fillRect(tag, fill);
    painter.setPen(contrast(fill, Qt::white) >= 4.5 ? QColor(Qt::white) : QColor(0x10, 0x12, 0x16));
    m_font.draw(painter, tag, moment, Qt::AlignHCenter);
}

} // namespace coinswarm::ui
