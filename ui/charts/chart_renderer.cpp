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

constexpr double kAxisPadding = 8;
constexpr double kTimeAxisHeight = 20;
constexpr double kReadoutHeight = 20;
constexpr double kLowerShare = 0.2;
constexpr double kVolumeShare = 0.16;
constexpr double kRegimeStrip = 3;
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

    const Bar extent = series.aggregate(m_begin, m_end);
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

void ChartRenderer::drawGrid(QPainter &painter) const
{
    const QColor faint = mixed(m_colors.surface, m_colors.line, 0.6);
    const std::vector<double> ticks =
        roundTicks(m_price.low, m_price.high, std::max(2, static_cast<int>(m_price.plot.height() / 56)));
    const int decimals =
        std::min(std::max(tickDecimals(ticks), std::min(m_content.priceDecimals, 2)), m_content.priceDecimals);
    painter.setRenderHint(QPainter::Antialiasing, false);
    const double right = m_price.plot.right();
    for (const double tick : ticks) {
        const double y = std::round(m_price.y(tick));
        painter.setPen(faint);
        painter.drawLine(QLineF(0, y, right, y));
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
    // Where several bars share a pixel, a few of them are averaged: one taken at random would make a zigzag.
    const double step = std::max(1.0, kLinePixels / scale.barWidth());
    const auto samples = static_cast<std::size_t>(std::min(step, 8.0));
    for (double at = static_cast<double>(m_begin); at < static_cast<double>(end); at += step) {
        double sum = 0;
        for (std::size_t k = 0; k < samples; ++k) {
            const double inside = at + step * static_cast<double>(k) / static_cast<double>(samples);
            sum += line.value(std::min(static_cast<std::size_t>(inside), end - 1));
        }
        if (!std::isnan(sum)) {
            points.append(QPointF(scale.center(std::floor(at)), scale.y(sum / static_cast<double>(samples))));
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
    const std::vector<double> levels = rsi ? std::vector<double>{30, 70} : std::vector<double>{25};
    for (const double level : levels) {
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
    drawPosition(painter);
    const Bar &bar = series.bar(newest);
    const double y = m_price.y(bar.close);
    if (y > 0 && y < m_price.plot.bottom()) {
        const QColor color = bar.close >= bar.open ? m_colors.up : m_colors.down;
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(QPen(color, 1, Qt::DotLine));
        painter.drawLine(QLineF(0, std::round(y), m_price.plot.right(), std::round(y)));
        drawPriceTag(painter, bar.close, numberText(bar.close, m_content.priceDecimals), color);
    }
}

void ChartRenderer::drawPriceTag(QPainter &painter, double price, const QString &text, const QColor &fill) const
{
    const double y = std::clamp(std::round(m_price.y(price)), 9.0, m_price.plot.bottom() - 9);
    const QRectF tag(m_price.plot.right() + 1, y - 9, m_font.width(text) + 2 * kAxisPadding - 2, 18);
    // Half a grid label looking out from behind the tag reads like another number.
    painter.fillRect(QRectF(tag.left(), tag.top() - 7, 200, tag.height() + 14), m_colors.surface);
    painter.fillRect(tag, fill);
    painter.setPen(contrast(fill, Qt::white) >= 3.6 ? QColor(Qt::white) : QColor(0x10, 0x12, 0x16));
    m_font.draw(painter, tag.adjusted(kAxisPadding - 1, 0, 0, 0), text, Qt::AlignLeft);
}

void ChartRenderer::drawLevel(QPainter &painter, double price, const QString &text, const QColor &color) const
{
    const double y = std::round(m_price.y(price));
    if (price <= 0 || y < kReadoutHeight || y > m_price.plot.bottom() - 2) {
        return;
    }
    painter.setPen(QPen(color, 1, Qt::DashLine));
    painter.drawLine(QLineF(0, y, m_price.plot.right(), y));
    const double width = m_font.width(text) + 8;
    const QRectF label(8, y - 8, width, 16);
    painter.fillRect(label, m_colors.surface);
    painter.setPen(color);
    m_font.draw(painter, label.adjusted(4, 0, 0, 0), text, Qt::AlignLeft);
}

void ChartRenderer::drawPosition(QPainter &painter) const
{
    if (!m_content.position) {
        return;
    }
    const PositionLines &p = *m_content.position;
    painter.setRenderHint(QPainter::Antialiasing, false);
    drawLevel(painter, p.stop, u"stop "_s + numberText(p.stop, m_content.priceDecimals), m_colors.down);
    drawLevel(painter, p.target, u"target "_s + numberText(p.target, m_content.priceDecimals), m_colors.up);
    drawLevel(painter, p.average, p.text, m_colors.accent);
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

void ChartRenderer::drawReadout(QPainter &painter, std::optional<std::size_t> bar) const
{
    const CandleSeries &series = *m_content.series;
    const std::size_t index = bar && *bar < series.size() ? *bar : series.size() - 1;
    const Bar &b = series.bar(index);
    const int d = m_content.priceDecimals;
    double x = 8;
    const auto put = [&](const QString &label, const QString &value, const QColor &color) {
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
        const double value = rsi ? (index < m_content.rsi.size() ? m_content.rsi.value(index) : kNoValue)
                                 : (index < m_content.adx.size() ? m_content.adx.value(index) : kNoValue);
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
    }
    const QString moment = axisMoment(series.timeAt(index), m_content.localTime);
    const double width = m_font.width(moment) + 12;
    const QRectF tag(std::clamp(x - width / 2, 0.0, m_price.plot.right() - width), m_timeAxis.top() + 1, width, 18);
    painter.fillRect(tag, fill);
    painter.setPen(contrast(fill, Qt::white) >= 4.5 ? QColor(Qt::white) : QColor(0x10, 0x12, 0x16));
    m_font.draw(painter, tag, moment, Qt::AlignHCenter);
}

} // namespace coinswarm::ui
