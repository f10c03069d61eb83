// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "charts/regime_timeline.h"

#include "theme/fonts.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QToolTip>

#include <cmath>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

constexpr double kLabelWidth = 84;
constexpr double kAxisHeight = 18;
constexpr double kNanosecondsPerHour = 3.6e12;

double heightOf(VolatilityRegime volatility)
{
    switch (volatility) {
    case VolatilityRegime::Low:
        return 0.35;
    case VolatilityRegime::Normal:
        return 0.65;
    case VolatilityRegime::High:
        return 1;
    case VolatilityRegime::Unknown:
        break;
    }
    return 0.2;
}

} // namespace

RegimeTimeline::RegimeTimeline(SessionStore &session, const Preferences &preferences, QWidget *parent)
    : QWidget(parent), m_session(session), m_preferences(preferences)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(u"Regime timeline"_s);
    setAccessibleDescription(u"One lane per instrument. Plus and minus change the hours in view."_s);
}

void RegimeTimeline::setHours(double hours)
{
    m_hours = std::clamp(hours, 1.0, 24.0 * 365);
    update();
}

RegimeTimeline::Span RegimeTimeline::span() const
{
    Timestamp to = m_session.status().now;
    const RegimesModel &regimes = m_session.regimes();
    if (to.ns == 0 && regimes.rowCount() > 0) {
        to = regimes.row(regimes.rowCount() - 1).start;
    }
    const Timestamp from = to - Duration(static_cast<std::int64_t>(m_hours * kNanosecondsPerHour));
    // A young session fills the lanes; an hour is the least, so that they do not rush by.
    Timestamp first = to - std::chrono::hours(1);
    for (int row = 0; row < regimes.rowCount(); ++row) {
        first = std::min(first, regimes.row(row).start);
    }
    return {std::max(from, first), to};
}

QRectF RegimeTimeline::lane(int index) const
{
    const int lanes = std::max<int>(1, static_cast<int>(m_session.info().instruments.size()));
    const double height = std::clamp((this->height() - kAxisHeight - 6) / lanes, 12.0, 44.0);
    return {kLabelWidth, 4 + index * height, width() - kLabelWidth - 8, height - 6};
}

void RegimeTimeline::paintEvent(QPaintEvent *)
{
    const Colors &c = m_preferences.colors();
    QPainter painter(this);
    painter.fillRect(rect(), c.surface);
    const TabularFont font(uiFont(kSecondaryPixels));
    const std::vector<Instrument> &instruments = m_session.info().instruments;
    const Span s = span();
    const double whole = static_cast<double>((s.to - s.from).count());
    const auto x = [&](Timestamp t) {
        return kLabelWidth + lane(0).width() * std::clamp(static_cast<double>((t - s.from).count()) / whole, 0.0, 1.0);
    };
    for (int i = 0; i < static_cast<int>(instruments.size()); ++i) {
        const QRectF r = lane(i);
        painter.setPen(c.text);
        font.draw(painter, QRectF(8, r.top(), kLabelWidth - 8, r.height()),
                  text(instruments[static_cast<std::size_t>(i)].symbol), Qt::AlignLeft);
        painter.setPen(c.line);
        painter.drawLine(QLineF(r.left(), r.bottom() + 0.5, r.right(), r.bottom() + 0.5));
    }
    const RegimesModel &regimes = m_session.regimes();
    for (int row = 0; row < regimes.rowCount(); ++row) {
        const Regime &regime = regimes.row(row);
        const Timestamp end = regime.end.ns == 0 ? s.to : regime.end;
        const int index = static_cast<int>(regime.instrument.value) - 1;
        if (end < s.from || index < 0 || index >= static_cast<int>(instruments.size())) {
            continue;
        }
        const QRectF r = lane(index);
        const double left = std::round(x(regime.start));
        const double right = std::max(std::round(x(end)) - 1, left + 1);
        const double height = std::round(r.height() * heightOf(regime.volatility));
        const QRectF box(left, r.bottom() - height, right - left, height);
        const bool up = regime.trend == TrendRegime::Up;
        const bool trends = up || regime.trend == TrendRegime::Down;
        painter.fillRect(box, trends ? mixed(c.surface, up ? c.up : c.down, 0.45) : mixed(c.surface, c.muted, 0.28));
        if (regime.volatility == VolatilityRegime::High) {
            painter.fillRect(QRectF(box.left(), box.top(), box.width(), 2), c.warn);
        }
        if (box.width() > 16 && height >= 12) {
            painter.setPen(c.text);
            const QString mark = trends ? (up ? u"▲"_s : u"▼"_s) : u"↔"_s;
            painter.setFont(font.font());
            painter.drawText(box, Qt::AlignCenter,
                             box.width() > 60 ? mark + u' ' + words(enumName(regime.trend)) : mark);
        }
    }
    if (s.to.ns == 0) {
        return;
    }
    const double top = lane(std::max(0, static_cast<int>(instruments.size()) - 1)).bottom() + 4;
    painter.setPen(c.muted);
    const int labels = std::max(2, static_cast<int>(lane(0).width() / 110));
    for (int i = 0; i <= labels; ++i) {
        const Timestamp at = s.from + Duration(static_cast<std::int64_t>(whole / labels * i));
        const QString moment = timeText(at, m_preferences.localTime()).left(5);
        const double px = kLabelWidth + lane(0).width() * i / labels;
        const Qt::Alignment align = i == 0 ? Qt::AlignLeft : i == labels ? Qt::AlignRight : Qt::AlignHCenter;
        const double shift = i == 0 ? 0 : i == labels ? 80 : 40;
        font.draw(painter, QRectF(px - shift, top, 80, 14), moment, align);
    }
    font.draw(painter, QRectF(8, top, kLabelWidth, 14), m_preferences.localTime() ? u"local"_s : u"UTC"_s,
              Qt::AlignLeft);
    if (hasFocus()) {
        painter.setPen(c.accent);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

const Regime *RegimeTimeline::regimeAt(const QPointF &at) const
{
    const Span s = span();
    const QRectF first = lane(0);
    const double share = (at.x() - first.left()) / first.width();
    const Timestamp when =
        s.from + Duration(static_cast<std::int64_t>(share * static_cast<double>((s.to - s.from).count())));
    const RegimesModel &regimes = m_session.regimes();
    for (int row = regimes.rowCount() - 1; row >= 0; --row) {
        const Regime &regime = regimes.row(row);
        const QRectF r = lane(static_cast<int>(regime.instrument.value) - 1);
        if (r.top() - 3 <= at.y() && at.y() <= r.bottom() + 3 && regime.start <= when
            && (regime.end.ns == 0 || when < regime.end))
        {
            return &regime;
        }
    }
    return nullptr;
}

QString RegimeTimeline::describe(const Regime &regime) const
{
    const Formats &f = m_session.formats();
    return f.symbol(regime.instrument) + u": trend "_s + words(enumName(regime.trend)) + u", volatility "_s
        + words(enumName(regime.volatility)) + u", spread "_s + words(enumName(regime.spread)) + u", session "_s
        + words(enumName(regime.session)) + u"\n"_s + f.dayTime(regime.start) + u" – "_s
        + (regime.end.ns == 0 ? u"still on"_s : f.dayTime(regime.end)) + u' ' + f.zone() + u"\nregime "_s
        + QString::number(regime.id.value) + u", rules version "_s + QString::number(regime.version);
}

void RegimeTimeline::wheelEvent(QWheelEvent *event)
{
    setHours(m_hours * std::pow(0.85, event->angleDelta().y() / 120.0));
    event->accept();
}

void RegimeTimeline::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Plus || event->key() == Qt::Key_Equal) {
        setHours(m_hours * 0.8);
    } else if (event->key() == Qt::Key_Minus) {
        setHours(m_hours * 1.25);
    } else {
        QWidget::keyPressEvent(event);
    }
}

void RegimeTimeline::mousePressEvent(QMouseEvent *event)
{
    if (const Regime *regime = regimeAt(event->position())) {
        m_session.selectInstrument(regime->instrument);
    }
}

bool RegimeTimeline::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        const Regime *regime = regimeAt(help->pos());
        QToolTip::showText(help->globalPos(), regime ? describe(*regime) : QString(), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace coinswarm::ui
