// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "charts/candle_chart.h"
#include "panels/panel.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QToolButton>

namespace coinswarm::ui {

/// The market chart with its instrument, interval and indicator selectors.
class MarketPanel : public Panel
{
    Q_OBJECT

public:
    explicit MarketPanel(const PanelContext &context, QWidget *parent = nullptr);

    CandleChart *chart() const { return m_chart; }
    QComboBox *instrumentBox() const { return m_instrument; }
    void showInstrument(InstrumentId instrument);

private:
    QWidget *makeTools();
    QToolButton *makeToggle(const QString &text, const QString &tip, bool ChartContent::*flag);
    void fillSelectors();
    void showSeries();
    void applyFrame(const api::Frame &frame);
    void collectMarkers();
    void collectRegimes();
    void showPosition();
    TradeMarker markerOf(const Fill &fill) const;
    InstrumentId instrument() const;
    Interval interval() const;

    CandleChart *m_chart;
    QComboBox *m_instrument;
    QComboBox *m_interval;
    QComboBox *m_lower;
    bool m_filling = false;
};

} // namespace coinswarm::ui
