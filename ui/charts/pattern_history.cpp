// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "charts/pattern_history.h"

#include "theme/fonts.h"

#include <QtGui/QPainter>

#include <cmath>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

constexpr double kAxis = 64;
constexpr double kTitle = 20;

QString momentText(const PatternMoment &moment)
{
    return u"slot "_s + countText(moment.slot) + u": mean "_s
        + percentText(moment.statistics.meanReward, 2, Sign::Always) + u" over "_s
        + plural(moment.statistics.episodes, "episode"_L1) + u", "_s + statusCell(moment.status).text;
}

} // namespace

PatternHistory::PatternHistory(const MemoryStore &memory, const Preferences &preferences, QWidget *parent)
    : QWidget(parent), m_memory(memory), m_preferences(preferences)
{
    setAccessibleName(u"History of the pattern"_s);
    connect(&memory, &MemoryStore::patternsChanged, this, [this] { show(m_pattern); });
    connect(&preferences, &Preferences::changed, this, qOverload<>(&QWidget::update));
}

void PatternHistory::show(PatternId pattern)
{
    m_pattern = pattern;
    const std::deque<PatternMoment> &moments = m_memory.history(pattern);
    setAccessibleDescription(moments.empty() ? u"No pattern is chosen."_s
                                             : momentText(moments.front()) + u" … "_s + momentText(moments.back()));
    setToolTip(accessibleDescription());
    update();
}

void PatternHistory::paintEvent(QPaintEvent *)
{
    const Colors &c = m_preferences.colors();
    QPainter painter(this);
    painter.fillRect(rect(), c.surface);
    painter.setPen(c.line);
    painter.drawLine(0, 0, width(), 0);
    const TabularFont font(uiFont(kSecondaryPixels));
    const std::deque<PatternMoment> &moments = m_memory.history(m_pattern);
    painter.setPen(c.muted);
    if (moments.empty()) {
        font.draw(painter, QRectF(8, 0, width() - 16, height()), u"Choose a pattern to see how it has changed."_s,
                  Qt::AlignLeft);
        return;
    }
    const PatternMoment &last = moments.back();
    const QString title = m_memory.patternName(m_pattern) + u" – mean reward by slot, while this window watched. "_s
        + (moments.size() == 1 ? u"No change since "_s : u"Now "_s) + momentText(last);
    font.draw(painter, QRectF(8, 2, width() - 16, kTitle - 2), font.elided(title, width() - 16), Qt::AlignLeft);

    double low = 0;
    double high = 0;
    for (const PatternMoment &moment : moments) {
        low = std::min(low, moment.statistics.meanReward);
        high = std::max(high, moment.statistics.meanReward);
    }
    const double range = std::max(high - low, 1e-6);
    const QRectF plot(8, kTitle + 4, width() - 8 - kAxis, height() - kTitle - 4 - 18);
    const double slotSpan = std::max<double>(1, static_cast<double>(last.slot - moments.front().slot));
    const auto at = [&](const PatternMoment &m) {
        return QPointF(plot.left() + plot.width() * static_cast<double>(m.slot - moments.front().slot) / slotSpan,
                       plot.bottom() - plot.height() * (m.statistics.meanReward - low) / range);
    };
    const double zero = std::round(plot.bottom() + plot.height() * low / range) + 0.5;
    painter.setPen(c.line);
    painter.drawLine(QLineF(plot.left(), zero, plot.right(), zero));
    painter.setRenderHint(QPainter::Antialiasing);
    QPolygonF line;
    for (std::size_t i = 0; i < moments.size(); ++i) {
        const QPointF point = at(moments[i]);
        if (i > 0) {
            line.append(QPointF(point.x(), line.back().y())); // a value holds until the next slot changes it
        }
        line.append(point);
        if (i > 0 && moments[i].status != moments[i - 1].status) {
            painter.setPen(QPen(toneColor(c, statusCell(moments[i].status).tone), 1, Qt::DashLine));
            painter.drawLine(QLineF(point.x(), plot.top(), point.x(), plot.bottom()));
            font.draw(painter, QRectF(point.x() + 3, plot.top() - 2, 90, 14), statusCell(moments[i].status).text,
                      Qt::AlignLeft);
        }
    }
    painter.setPen(QPen(c.accent, 1.5));
    painter.drawPolyline(line);
    painter.setBrush(c.accent);
    painter.drawEllipse(at(last), 2.5, 2.5);
    painter.setPen(c.text);
    const double y = std::clamp(at(last).y() - 8, plot.top() - 4, plot.bottom() - 12);
    font.draw(painter, QRectF(plot.right() + 4, y, kAxis - 8, 16),
              percentText(last.statistics.meanReward, 2, Sign::Always), Qt::AlignRight);
    painter.setPen(c.muted);
    font.draw(painter, QRectF(plot.left(), plot.bottom() + 2, 120, 16), u"slot "_s + countText(moments.front().slot),
              Qt::AlignLeft);
    if (moments.size() > 1) {
        font.draw(painter, QRectF(plot.right() - 120, plot.bottom() + 2, 120, 16), countText(last.slot),
                  Qt::AlignRight);
    }
}

} // namespace coinswarm::ui
