// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "panels/equity_panel.h"

#include "charts/chart_scale.h"
#include "theme/fonts.h"
#include "widgets/empty_state.h"

#include <QtCore/QDateTime>

#include <cmath>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

/// Drawn twice a second: equity is watched, not traded on.
constexpr int kRefreshMs = 500;

} // namespace

EquityPanel::EquityPanel(const PanelContext &context, QWidget *parent)
    : Panel(context, u"equity"_s, u"Equity"_s, parent),
      m_chart(new QChart),
      m_view(new QChartView(m_chart, this)),
      m_equity(new QLineSeries(this)),
      m_start(new QLineSeries(this)),
      m_upper(new QLineSeries(this)),
      m_lower(new QLineSeries(this)),
      m_drawdown(new QAreaSeries(m_upper, m_lower)),
      m_time(new QDateTimeAxis(this)),
      m_money(new QValueAxis(this)),
      m_percent(new QValueAxis(this)),
      m_summary(new ElidedLabel),
      m_empty(new EmptyState(this)),
      m_stack(new QStackedLayout(this))
{
    m_summary->setProperty("role", u"secondary"_s);
    setHeaderTools(m_summary);
    m_chart->legend()->hide();
    m_chart->setMargins({6, 4, 4, 2});
    m_chart->layout()->setContentsMargins(0, 0, 0, 0);
    m_chart->setBackgroundRoundness(0);
    m_chart->addSeries(m_drawdown);
    m_chart->addSeries(m_start);
    m_chart->addSeries(m_equity);
    m_chart->addAxis(m_time, Qt::AlignBottom);
    m_chart->addAxis(m_money, Qt::AlignLeft);
    m_chart->addAxis(m_percent, Qt::AlignRight);
    for (QAbstractSeries *series : {static_cast<QAbstractSeries *>(m_equity), static_cast<QAbstractSeries *>(m_start)})
    {
        series->attachAxis(m_time);
        series->attachAxis(m_money);
    }
    m_drawdown->attachAxis(m_time);
    m_drawdown->attachAxis(m_percent);
    m_time->setFormat(u"HH:mm"_s);
    m_time->setTickCount(4);
    m_percent->setLabelFormat(u"%.1f %%"_s);
    m_percent->setTickCount(3);
    m_percent->setGridLineVisible(false);
    m_view->setRenderHint(QPainter::Antialiasing);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setFocusPolicy(Qt::NoFocus);
    m_view->setAccessibleName(u"Equity and drawdown over the session"_s);
    m_view->setToolTip(
        u"Equity = cash + Σ quantity × mark, in quote currency. Drawdown = (peak − equity) ÷ peak, hanging from the top."_s);
    m_empty->setTexts(u"No equity yet"_s, u"The curve begins with the first frames of the session."_s);
    m_stack->setContentsMargins(0, 0, 0, 0);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_view);
    connect(&preferences(), &Preferences::changed, this, &EquityPanel::restyle);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (isVisible()) {
            refresh();
        }
    });
    m_timer.start(kRefreshMs);
    restyle();
}

void EquityPanel::restyle()
{
    const Colors &c = colors();
    m_chart->setBackgroundBrush(c.surface);
    m_chart->setBackgroundPen(Qt::NoPen);
    m_view->setBackgroundBrush(c.surface);
    m_equity->setPen(QPen(c.accent, 1.6));
    m_start->setPen(QPen(c.muted, 1, Qt::DashLine));
    m_drawdown->setPen(QPen(mixed(c.surface, c.down, 0.5), 1));
    m_drawdown->setBrush(mixed(c.surface, c.down, 0.18));
    for (QAbstractAxis *axis : {static_cast<QAbstractAxis *>(m_time), static_cast<QAbstractAxis *>(m_money),
                                static_cast<QAbstractAxis *>(m_percent)})
    {
        axis->setLabelsColor(c.muted);
        axis->setLabelsFont(uiFont(kSecondaryPixels));
        axis->setGridLineColor(mixed(c.surface, c.line, 0.6));
        axis->setLinePenColor(c.line);
    }
    refresh();
}

void EquityPanel::refresh()
{
    const std::vector<EquityPoint> &points = session().equity().points();
    if (points.size() < 2) {
        m_stack->setCurrentWidget(m_empty);
        return;
    }
    m_stack->setCurrentWidget(m_view);
    QList<QPointF> equity;
    QList<QPointF> drawdown;
    QList<QPointF> zero;
    double low = points.front().equity;
    double high = low;
    double deepest = 0;
    // The axis writes local time; shifted by the offset it writes UTC.
    const qint64 offset = preferences().localTime()
        ? 0
        : 1000LL * QDateTime::fromMSecsSinceEpoch(points.back().time.milliseconds()).offsetFromUtc();
    for (const EquityPoint &p : points) {
        const auto t = static_cast<double>(p.time.milliseconds() - offset);
        equity.append({t, p.equity});
        drawdown.append({t, -p.drawdown * 100});
        zero.append({t, 0});
        low = std::min(low, p.equity);
        high = std::max(high, p.equity);
        deepest = std::max(deepest, p.drawdown * 100);
    }
    const double start = session().status().account.startingCash.toDouble();
    if (start > 0) {
        low = std::min(low, start);
        high = std::max(high, start);
    }
    m_equity->replace(equity);
    m_upper->replace(zero);
    m_lower->replace(drawdown);
    m_start->replace({QPointF(equity.front().x(), start), QPointF(equity.back().x(), start)});
    m_time->setRange(QDateTime::fromMSecsSinceEpoch(points.front().time.milliseconds() - offset),
                     QDateTime::fromMSecsSinceEpoch(points.back().time.milliseconds() - offset));
    const double margin = std::max((high - low) * 0.1, high * 0.0005);
    const std::vector<double> ticks = roundTicks(low - margin, high + margin, 4);
    m_money->setRange(low - margin, high + margin);
    m_money->setTickType(QValueAxis::TicksDynamic);
    if (ticks.size() > 1) {
        m_money->setTickAnchor(ticks.front());
        m_money->setTickInterval(ticks[1] - ticks[0]);
    }
    m_money->setLabelFormat(u"%."_s + QString::number(tickDecimals(ticks)) + u'f');
    m_percent->setRange(-std::max(deepest * 2.5, 1.0), 0);
    const Account &account = session().status().account;
    const Formats &f = session().formats();
    m_summary->setText(u"realised "_s + f.money(account.realised, Sign::Always) + u" · unrealised "_s
                       + f.money(account.unrealised, Sign::Always) + u" · fees "_s + f.money(account.fees)
                       + u" · exposure "_s + f.money(account.grossExposure));
    m_summary->setToolTip(m_summary->text() + u"\nin quote currency, fees not subtracted from realised"_s);
}

} // namespace coinswarm::ui
