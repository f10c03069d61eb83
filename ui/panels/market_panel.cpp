// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "panels/market_panel.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

MarketPanel::MarketPanel(const PanelContext &context, QWidget *parent)
    : Panel(context, u"market"_s, u"Market"_s, parent),
      m_chart(new CandleChart(this)),
      m_instrument(new QComboBox),
      m_interval(new QComboBox),
      m_lower(new QComboBox)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_chart);
    setHeaderTools(makeTools());
    m_chart->setEmptyText(
        u"The market appears here with the first candles.\nThey come from the feed that the session was started with."_s);
    m_chart->setColors(colors());

    connect(m_instrument, &QComboBox::currentIndexChanged, this, [this] {
        showSeries();
        if (!m_filling) {
            this->session().selectInstrument(instrument());
        }
    });
    connect(m_interval, &QComboBox::currentIndexChanged, this, &MarketPanel::showSeries);
    connect(m_lower, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_chart->content().lowerPane = static_cast<LowerPane>(index);
        m_chart->contentChanged();
    });
    connect(m_chart, &CandleChart::orderClicked, this, [this](OrderId order) { this->session().explain(order); });
    SessionStore &s = session();
    connect(&s, &SessionStore::infoChanged, this, &MarketPanel::fillSelectors);
    connect(&s, &SessionStore::frameApplied, this, &MarketPanel::applyFrame);
    connect(&s, &SessionStore::candlesLoaded, this, [this](InstrumentId id, Interval length) {
        if (id == instrument() && length == interval()) {
            m_chart->contentChanged();
        }
    });
    connect(&s, &SessionStore::instrumentSelected, this, &MarketPanel::showInstrument);
    connect(&s, &SessionStore::orderSelected, this, [this](OrderId order) {
        m_chart->content().selected = order;
        m_chart->update();
    });
    connect(&preferences(), &Preferences::changed, this, [this] {
        m_chart->content().localTime = preferences().localTime();
        m_chart->setColors(colors());
    });
    fillSelectors();
}

QWidget *MarketPanel::makeTools()
{
    auto *tools = new QWidget;
    auto *layout = new QHBoxLayout(tools);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    m_instrument->setAccessibleName(u"Instrument"_s);
    m_instrument->setToolTip(u"Instrument"_s);
    m_interval->setAccessibleName(u"Candle interval"_s);
    m_interval->setToolTip(u"Length of a candle"_s);
    m_instrument->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_interval->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_lower->addItems({u"No pane"_s, u"RSI 14"_s, u"ADX 14"_s});
    m_lower->setCurrentIndex(2);
    m_lower->setAccessibleName(u"Indicator pane"_s);
    m_lower->setToolTip(
        u"The indicator below the candles. ADX above 25 speaks of a trend; RSI above 70 of an overbought market."_s);
    layout->addWidget(m_instrument);
    layout->addWidget(m_interval);
    layout->addStretch(1);
    layout->addWidget(makeToggle(u"SMA"_s, u"Simple moving average of the last 20 closes"_s, &ChartContent::showSma));
    layout->addWidget(makeToggle(u"EMA"_s, u"Exponential moving average over 50 closes, seeded with their mean"_s,
                                 &ChartContent::showEma));
    layout->addWidget(makeToggle(u"Volume"_s, u"Traded base currency per candle"_s, &ChartContent::showVolume));
    layout->addWidget(makeToggle(u"Regimes"_s, u"Bands: trend up or down. Strip below: volatility high or low"_s,
                                 &ChartContent::showRegimes));
    layout->addWidget(m_lower);
    return tools;
}

QToolButton *MarketPanel::makeToggle(const QString &text, const QString &tip, bool ChartContent::*flag)
{
    auto *button = new QToolButton;
    button->setText(text);
    button->setToolTip(tip);
    button->setAccessibleName(u"Show "_s + text);
    button->setCheckable(true);
    button->setFocusPolicy(Qt::TabFocus);
    button->setChecked(m_chart->content().*flag);
    connect(button, &QToolButton::toggled, this, [this, flag](bool on) {
        m_chart->content().*flag = on;
        m_chart->contentChanged();
    });
    return button;
}

InstrumentId MarketPanel::instrument() const
{
    return InstrumentId(m_instrument->currentData().toUInt());
}

Interval MarketPanel::interval() const
{
    return {m_interval->currentData().toInt()};
}

void MarketPanel::fillSelectors()
{
    m_filling = true;
    const api::SessionInfo &info = session().info();
    const InstrumentId chosen = instrument();
    const Interval length = interval().seconds ? interval() : info.decisionInterval;
    m_instrument->clear();
    m_interval->clear();
    for (const Instrument &each : info.instruments) {
        m_instrument->addItem(text(each.symbol), each.id.value);
    }
    for (const Interval each : info.intervals) {
        m_interval->addItem(intervalText(each.seconds), each.seconds);
    }
    m_instrument->setCurrentIndex(std::max(0, m_instrument->findData(chosen.value)));
    m_interval->setCurrentIndex(std::max(0, m_interval->findData(length.seconds)));
    m_filling = false;
    showSeries();
}

void MarketPanel::showInstrument(InstrumentId id)
{
    const int index = m_instrument->findData(id.value);
    if (index >= 0 && index != m_instrument->currentIndex()) {
        m_filling = true;
        m_instrument->setCurrentIndex(index);
        m_filling = false;
    }
}

void MarketPanel::showSeries()
{
    if (!instrument() || interval().seconds == 0) {
        return;
    }
    ChartContent &content = m_chart->content();
    content.series = &session().candles(instrument(), interval());
    content.title = m_instrument->currentText() + u' ' + m_interval->currentText();
    content.localTime = preferences().localTime();
    if (const Instrument *found = session().formats().instrument(instrument())) {
        content.priceDecimals = decimalsOf(found->tick.raw);
    }
    content.sma = IndicatorLine(SmaFormula(20));
    content.ema = IndicatorLine(EmaFormula(50));
    content.rsi = IndicatorLine(RsiFormula(14));
    content.adx = IndicatorLine(AdxFormula(14));
    m_chart->setAccessibleName(u"Market chart "_s + content.title);
    collectMarkers();
    collectRegimes();
    showPosition();
    m_chart->contentChanged();
    m_chart->resetView();
}

TradeMarker MarketPanel::markerOf(const Fill &fill) const
{
    const Formats &f = session().formats();
    return {fill.time, fill.price.toDouble(), fill.side, fill.order,
            sideText(fill.side) + u' ' + f.quantity(fill.instrument, fill.quantity) + u" at "_s
                + f.price(fill.instrument, fill.price) + u", "_s + f.time(fill.time) + u' ' + f.zone() + u", order "_s
                + QString::number(fill.order.value)};
}

void MarketPanel::collectMarkers()
{
    std::vector<TradeMarker> &markers = m_chart->content().markers;
    markers.clear();
    const FillsModel &fills = session().fills();
    for (int i = 0; i < fills.rowCount(); ++i) {
        if (fills.row(i).instrument == instrument()) {
            markers.push_back(markerOf(fills.row(i)));
        }
    }
}

void MarketPanel::collectRegimes()
{
    std::vector<Regime> &regimes = m_chart->content().regimes;
    regimes.clear();
    const RegimesModel &all = session().regimes();
    for (int i = 0; i < all.rowCount(); ++i) {
        if (all.row(i).instrument == instrument()) {
            regimes.push_back(all.row(i));
        }
    }
}

void MarketPanel::showPosition()
{
    ChartContent &content = m_chart->content();
    content.position.reset();
    const PositionRow *row = session().positions().find(instrument().value);
    if (!row || row->position.quantity.isZero()) {
        return;
    }
    const Position &p = row->position;
    const Formats &f = session().formats();
    content.position =
        PositionLines{p.averagePrice.toDouble(), row->stop.toDouble(), row->target.toDouble(),
                      (p.quantity.isPositive() ? u"long "_s : u"short "_s) + f.quantity(p.instrument, abs(p.quantity))
                          + u"  "_s + f.money(p.unrealised, Sign::Always)};
}

void MarketPanel::applyFrame(const api::Frame &frame)
{
    if (m_instrument->count() == 0) {
        return;
    }
    bool redraw = false;
    if (frame.full) {
        collectMarkers();
        collectRegimes();
        redraw = true;
    } else {
        for (const Fill &fill : frame.fills) {
            if (fill.instrument == instrument()) {
                m_chart->content().markers.push_back(markerOf(fill));
            }
        }
        for (const Regime &regime : frame.regimes) {
            if (regime.instrument == instrument()) {
                collectRegimes();
                redraw = true;
                break;
            }
        }
    }
    showPosition();
    if (redraw) {
        m_chart->contentChanged();
    } else {
        m_chart->barsChanged();
    }
}

} // namespace coinswarm::ui
