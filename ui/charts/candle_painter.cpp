// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "charts/candle_painter.h"

#include <QtGui/QPainter>

#include <cmath>

namespace coinswarm::ui {

namespace {

/// Narrower bars are drawn as one line per pixel column.
constexpr double kBodyPixels = 3;

} // namespace

std::vector<CandlePainter::Column> CandlePainter::columns(const ChartScale &scale, std::size_t first,
                                                          std::size_t last) const
{
    std::vector<Column> result;
    const double perPixel = 1 / scale.barWidth();
    if (perPixel <= 1) {
        for (std::size_t i = first; i < last; ++i) {
            result.push_back({scale.center(static_cast<double>(i)), m_series.bar(i), 1});
        }
        return result;
    }
    // Borders sit on groups of bars that are summed up already, so that a column costs a few reads however many bars
    // it covers, and does not flicker while panning.
    std::size_t group = 1;
    while (static_cast<double>(group * 4) <= perPixel / 2) {
        group *= 4;
    }
    const auto border = [&](double px) {
        const double index = std::clamp(scale.index(px), static_cast<double>(first), static_cast<double>(last));
        return std::min((static_cast<std::size_t>(std::ceil(index)) + group - 1) / group * group, last);
    };
    const int left = static_cast<int>(std::floor(scale.x(static_cast<double>(first))));
    const int right = static_cast<int>(std::ceil(scale.x(static_cast<double>(last))));
    std::size_t begin = first;
    for (int px = left; px < right; ++px) {
        const std::size_t end = px + 1 == right ? last : std::max(border(px + 1), begin);
        if (begin < end) {
            result.push_back({px + 0.5, m_series.aggregate(begin, end), static_cast<double>(end - begin)});
        }
        begin = end;
    }
    return result;
}

void CandlePainter::drawCandles(QPainter &painter, const ChartScale &scale, const std::vector<Column> &columns) const
{
    const double width = scale.barWidth();
    const bool bodies = width >= kBodyPixels;
    const int body = std::max(1, static_cast<int>(std::floor(width * 0.7)) | 1);
    std::vector<QLineF> wicks[2];
    std::vector<QRectF> boxes[2];
    for (const auto &[x, bar, bars] : columns) {
        const std::size_t up = bar.close >= bar.open ? 1 : 0;
        const double column = std::floor(x) + 0.5;
        const double top = std::floor(scale.y(bar.high)) + 0.5;
        const double bottom = std::max(std::floor(scale.y(bar.low)) + 0.5, top + 1);
        wicks[up].emplace_back(column, top, column, bottom);
        if (bodies) {
            const double a = std::round(scale.y(std::max(bar.open, bar.close)));
            const double b = std::round(scale.y(std::min(bar.open, bar.close)));
            boxes[up].emplace_back(std::floor(x) - body / 2, a, body, std::max(1.0, b - a));
        }
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (const std::size_t up : {0U, 1U}) {
        const QColor color = up ? m_colors.up : m_colors.down;
        painter.setPen(QPen(color, 1));
        painter.drawLines(wicks[up].data(), static_cast<int>(wicks[up].size()));
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawRects(boxes[up].data(), static_cast<int>(boxes[up].size()));
    }
    painter.setBrush(Qt::NoBrush);
}

void CandlePainter::drawVolume(QPainter &painter, const ChartScale &scale, const std::vector<Column> &columns) const
{
    const int body = std::max(1, static_cast<int>(std::floor(scale.barWidth() * 0.7)) | 1);
    std::vector<QRectF> boxes[2];
    for (const auto &[x, bar, bars] : columns) {
        const double top = std::round(scale.y(bar.volume / bars));
        boxes[bar.close >= bar.open ? 1 : 0].emplace_back(std::floor(x) - body / 2, top, body,
                                                          std::max(1.0, scale.plot.bottom() - top));
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(Qt::NoPen);
    for (const std::size_t up : {0U, 1U}) {
        painter.setBrush(mixed(m_colors.surface, up ? m_colors.up : m_colors.down, 0.32));
        painter.drawRects(boxes[up].data(), static_cast<int>(boxes[up].size()));
    }
    painter.setBrush(Qt::NoBrush);
}

} // namespace coinswarm::ui
