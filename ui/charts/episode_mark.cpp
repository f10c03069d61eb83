// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "charts/episode_mark.h"

#include <cmath>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

/// Okabe and Ito's set, which colour-blind people can tell apart; the next pattern begins again.
constexpr std::array<QRgb, 7> kPatternColors{0xFFE69F00, 0xFF56B4E9, 0xFF009E73, 0xFFCC79A7,
                                             0xFFD55E00, 0xFF8F7FE8, 0xFFB8A800};

QColor patternColor(PatternId pattern)
{
    return QColor::fromRgb(kPatternColors[pattern.value % kPatternColors.size()]);
}

} // namespace

EpisodeMark markOf(const api::EpisodeView &episode, EpisodeColoring coloring, double strongest, const Colors &c)
{
    const EpisodeTags &tags = episode.tags;
    switch (coloring) {
    case EpisodeColoring::Reward: {
        const double strength = 0.4 + 0.6 * std::min(1.0, std::abs(tags.reward) / strongest);
        const bool won = tags.reward > 0;
        return {won ? MarkShape::Up : MarkShape::Down, mixed(c.surface, won ? c.up : c.down, strength)};
    }
    case EpisodeColoring::Volatility:
        return tags.volatility == VolatilityRegime::High ? EpisodeMark{MarkShape::BigDot, c.warn}
            : tags.volatility == VolatilityRegime::Low   ? EpisodeMark{MarkShape::SmallDot, c.accent}
                                                         : EpisodeMark{MarkShape::Dot, c.muted};
    case EpisodeColoring::Trend:
        return tags.trend == TrendRegime::Up  ? EpisodeMark{MarkShape::Up, c.up}
            : tags.trend == TrendRegime::Down ? EpisodeMark{MarkShape::Down, c.down}
                                              : EpisodeMark{MarkShape::Dash, c.muted};
    case EpisodeColoring::Pattern:
        break;
    }
    if (!tags.pattern) {
        return {MarkShape::SmallDot, c.muted};
    }
    return {tags.promoted         ? MarkShape::Diamond
                : tags.deprecated ? MarkShape::Cross
                                  : MarkShape::Dot,
            patternColor(tags.pattern)};
}

void drawMark(QPainter &painter, const QPointF &at, const EpisodeMark &mark, double size)
{
    const double s = size;
    painter.setPen(Qt::NoPen);
    painter.setBrush(mark.color);
    switch (mark.shape) {
    case MarkShape::Up:
    case MarkShape::Down: {
        const double d = mark.shape == MarkShape::Up ? -s : s;
        const std::array<QPointF, 3> triangle{at + QPointF(0, d), at + QPointF(s, -d * 0.7),
                                              at + QPointF(-s, -d * 0.7)};
        painter.drawPolygon(triangle.data(), static_cast<int>(triangle.size()));
        break;
    }
    case MarkShape::Diamond: {
        const std::array<QPointF, 4> diamond{at + QPointF(0, -s), at + QPointF(s, 0), at + QPointF(0, s),
                                             at + QPointF(-s, 0)};
        painter.drawPolygon(diamond.data(), static_cast<int>(diamond.size()));
        break;
    }
    case MarkShape::Dash:
        painter.drawRect(QRectF(at.x() - s, at.y() - 1, 2 * s, 2));
        break;
    case MarkShape::Cross:
        painter.setPen(QPen(mark.color, 1.5));
        painter.drawLine(at + QPointF(-s, -s) * 0.8, at + QPointF(s, s) * 0.8);
        painter.drawLine(at + QPointF(-s, s) * 0.8, at + QPointF(s, -s) * 0.8);
        break;
    case MarkShape::SmallDot:
        painter.drawEllipse(at, s * 0.5, s * 0.5);
        break;
    case MarkShape::BigDot:
        painter.drawEllipse(at, s, s);
        break;
    case MarkShape::Dot:
        painter.drawEllipse(at, s * 0.75, s * 0.75);
        break;
    }
}

std::vector<LegendEntry> legendOf(EpisodeColoring coloring, const Colors &c)
{
    switch (coloring) {
    case EpisodeColoring::Reward:
        return {{{MarkShape::Up, c.up}, u"earned"_s}, {{MarkShape::Down, c.down}, u"lost; stronger colour: more"_s}};
    case EpisodeColoring::Volatility:
        return {{{MarkShape::SmallDot, c.accent}, u"low"_s},
                {{MarkShape::Dot, c.muted}, u"normal"_s},
                {{MarkShape::BigDot, c.warn}, u"high volatility"_s}};
    case EpisodeColoring::Trend:
        return {{{MarkShape::Up, c.up}, u"up"_s},
                {{MarkShape::Down, c.down}, u"down"_s},
                {{MarkShape::Dash, c.muted}, u"range"_s}};
    case EpisodeColoring::Pattern:
        break;
    }
    return {{{MarkShape::Diamond, c.text}, u"promoted"_s},
            {{MarkShape::Dot, c.text}, u"candidate"_s},
            {{MarkShape::Cross, c.text}, u"deprecated"_s},
            {{MarkShape::SmallDot, c.muted}, u"no pattern"_s}};
}

} // namespace coinswarm::ui
