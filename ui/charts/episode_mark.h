// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "charts/episode_map_view.h"

#include <QtGui/QPainter>

namespace coinswarm::ui {

enum class MarkShape : unsigned char { Up, Down, Dot, SmallDot, BigDot, Dash, Diamond, Cross };

/// How an episode is drawn.
struct EpisodeMark {
    MarkShape shape = MarkShape::Dot;
    QColor color;
};

EpisodeMark markOf(const api::EpisodeView &episode, EpisodeColoring coloring, double strongest, const Colors &colors);
void drawMark(QPainter &painter, const QPointF &at, const EpisodeMark &mark, double size);

struct LegendEntry {
    EpisodeMark mark;
    QString words;
};
/// What the marks mean.
std::vector<LegendEntry> legendOf(EpisodeColoring coloring, const Colors &colors);

} // namespace coinswarm::ui
