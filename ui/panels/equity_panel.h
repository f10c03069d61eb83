// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "panels/panel.h"
#include "widgets/elided_label.h"

#include <QtCharts/QAreaSeries>
#include <QtCharts/QChartView>
#include <QtCharts/QDateTimeAxis>
#include <QtCharts/QLineSeries>
#include <QtCharts/QValueAxis>

#include <QtWidgets/QStackedLayout>

namespace coinswarm::ui {

class EmptyState;

/// Equity over the session with the drawdown beneath, in Qt Charts: the points are few.
class EquityPanel : public Panel
{
    Q_OBJECT

public:
    explicit EquityPanel(const PanelContext &context, QWidget *parent = nullptr);

private:
    void restyle();
    void refresh();

    QChart *m_chart;
    QChartView *m_view;
    QLineSeries *m_equity;
    QLineSeries *m_start;
    QLineSeries *m_upper;
    QLineSeries *m_lower;
    QAreaSeries *m_drawdown;
    QDateTimeAxis *m_time;
    QValueAxis *m_money;
    QValueAxis *m_percent;
    ElidedLabel *m_summary;
    EmptyState *m_empty;
    QStackedLayout *m_stack;
    QTimer m_timer;
};

} // namespace coinswarm::ui
