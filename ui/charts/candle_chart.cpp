// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "charts/candle_chart.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QToolTip>

#include <cmath>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

CandleChart::CandleChart(QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMinimumSize(240, 140);
    setAccessibleName(u"Market chart"_s);
    setAccessibleDescription(
        u"Arrow keys pan, plus and minus zoom, comma and full stop go from trade to trade, Enter explains the trade."_s);
}

void CandleChart::contentChanged()
{
    m_layerRenderer.reset();
    barsChanged();
}

void CandleChart::barsChanged()
{
    m_window.setSize(m_content.series ? m_content.series->size() : 0);
    m_content.updateLines();
    update();
}

void CandleChart::setColors(const Colors &colors)
{
    m_colors = colors;
    contentChanged();
}

void CandleChart::setEmptyText(const QString &text)
{
    m_emptyText = text;
    update();
}

void CandleChart::resetView()
{
    m_window.reset();
    update();
}

void CandleChart::zoomBy(double factor)
{
    m_window.zoom(m_window.follows() ? m_window.end() - ChartWindow::kRightMargin * m_window.count()
                                     : m_window.first() + m_window.count() / 2,
                  factor);
    update();
}

double CandleChart::xOfIndex(double index) const
{
    return m_renderer ? m_renderer->price().x(index) : 0;
}

double CandleChart::indexAtX(double x) const
{
    return m_renderer ? m_renderer->price().index(x) : 0;
}

void CandleChart::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    if (!ready()) {
        painter.fillRect(rect(), m_colors.surface);
        painter.setPen(m_colors.muted);
        painter.drawText(rect().adjusted(24, 0, -24, 0), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    m_renderer.emplace(m_content, m_colors);
    m_renderer->layout(size(), m_window);
    const double ratio = devicePixelRatioF();
    const QSize pixels = (QSizeF(size()) * ratio).toSize();
    if (!m_layerRenderer || m_layer.size() != pixels || !m_layerRenderer->sameLayer(*m_renderer)) {
        if (m_layer.size() != pixels) {
            m_layer = QPixmap(pixels);
            m_layer.setDevicePixelRatio(ratio);
        }
        m_layer.fill(m_colors.surface);
        QPainter layer(&m_layer);
        m_renderer->drawLayer(layer);
        m_layerRenderer.emplace(*m_renderer);
        ++m_layersPainted;
    }
    painter.drawPixmap(0, 0, m_layer);
    m_renderer->drawNewest(painter);
    std::optional<std::size_t> hovered;
    if (m_cursor && !m_dragged) {
        const double index = m_renderer->price().index(m_cursor->x());
        if (index >= 0) {
            hovered = static_cast<std::size_t>(index);
        }
        m_renderer->drawCrosshair(painter, *m_cursor);
    }
    m_renderer->drawReadout(painter, hovered);
    if (hasFocus()) {
        painter.setPen(m_colors.accent);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void CandleChart::resizeEvent(QResizeEvent *)
{
    update();
}

void CandleChart::wheelEvent(QWheelEvent *event)
{
    if (!ready() || !m_renderer) {
        return;
    }
    const double steps = event->angleDelta().y() / 120.0;
    if (event->angleDelta().x() != 0 && std::abs(event->angleDelta().x()) > std::abs(event->angleDelta().y())) {
        m_window.pan(-event->angleDelta().x() / 120.0 * m_window.count() * 0.1);
    } else {
        // Small deltas of touchpads zoom in small steps, so that it feels continuous.
        m_window.zoom(m_renderer->price().index(event->position().x()), std::pow(0.85, steps));
    }
    event->accept();
    update();
}

void CandleChart::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton) {
        m_dragFrom = event->position();
        m_dragged = false;
    }
}

void CandleChart::mouseMoveEvent(QMouseEvent *event)
{
    if (m_dragFrom && ready() && m_renderer) {
        const double delta = event->position().x() - m_dragFrom->x();
        if (m_dragged || std::abs(delta) > 3) {
            m_dragged = true;
            setCursor(Qt::ClosedHandCursor);
            m_window.pan(-delta / m_renderer->price().barWidth());
            m_dragFrom = event->position();
        }
    }
    m_cursor = event->position();
    if (!m_dragged) {
        setCursor(markerAt(event->position()) ? Qt::PointingHandCursor : Qt::CrossCursor);
    }
    update();
}

void CandleChart::mouseReleaseEvent(QMouseEvent *event)
{
    if (!m_dragged && event->button() == Qt::LeftButton) {
        if (const TradeMarker *marker = markerAt(event->position())) {
            Q_EMIT orderClicked(marker->order);
        }
    }
    m_dragFrom.reset();
    m_dragged = false;
    setCursor(Qt::CrossCursor);
    update();
}

void CandleChart::mouseDoubleClickEvent(QMouseEvent *)
{
    resetView();
}

void CandleChart::leaveEvent(QEvent *)
{
    m_cursor.reset();
    update();
}

void CandleChart::keyPressEvent(QKeyEvent *event)
{
    const double step = m_window.count() * (event->modifiers().testFlag(Qt::ShiftModifier) ? 0.5 : 0.1);
    switch (event->key()) {
    case Qt::Key_Left:
        m_window.pan(-step);
        break;
    case Qt::Key_Right:
        m_window.pan(step);
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
    case Qt::Key_Up:
        zoomBy(0.8);
        break;
    case Qt::Key_Minus:
    case Qt::Key_Down:
        zoomBy(1.25);
        break;
    case Qt::Key_Home:
        m_window.jumpToStart();
        break;
    case Qt::Key_End:
        m_window.jumpToEnd();
        break;
    case Qt::Key_0:
        resetView();
        break;
    case Qt::Key_Comma:
        stepMarker(-1);
        break;
    case Qt::Key_Period:
        stepMarker(1);
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_content.selected) {
            Q_EMIT orderClicked(m_content.selected);
        }
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    update();
}

bool CandleChart::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        if (const TradeMarker *marker = markerAt(help->pos())) {
            QToolTip::showText(help->globalPos(), marker->text + u"\nclick to see why"_s, this);
        } else {
            QToolTip::hideText();
        }
        return true;
    }
    return QWidget::event(event);
}

const TradeMarker *CandleChart::markerAt(const QPointF &at) const
{
    if (!ready() || !m_renderer) {
        return nullptr;
    }
    for (const ChartRenderer::PlacedMarker &placed : m_renderer->placedMarkers()) {
        const TradeMarker &marker = m_content.markers[placed.index];
        const QPointF middle = placed.tip + QPointF(0, marker.side == Side::Buy ? 5 : -5);
        if (std::hypot(at.x() - middle.x(), at.y() - middle.y()) < 9) {
            return &marker;
        }
    }
    return nullptr;
}

void CandleChart::stepMarker(int direction)
{
    const auto count = static_cast<std::ptrdiff_t>(m_content.markers.size());
    if (count == 0) {
        return;
    }
    std::ptrdiff_t at = direction > 0 ? -1 : count;
    for (std::ptrdiff_t i = 0; i < count; ++i) {
        if (m_content.markers[static_cast<std::size_t>(i)].order == m_content.selected) {
            at = i;
        }
    }
    at = std::clamp(at + direction, std::ptrdiff_t{0}, count - 1);
    const TradeMarker &marker = m_content.markers[static_cast<std::size_t>(at)];
    m_content.selected = marker.order;
    const double index = m_content.series->indexAt(marker.time);
    if (index < m_window.first() || index > m_window.end()) {
        m_window.pan(index - (m_window.first() + m_window.count() / 2));
    }
    setAccessibleDescription(marker.text);
}

} // namespace coinswarm::ui
