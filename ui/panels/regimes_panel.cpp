// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "panels/regimes_panel.h"

#include "charts/regime_timeline.h"
#include "widgets/record_table.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

RegimesPanel::RegimesPanel(const PanelContext &context, QWidget *parent)
    : Panel(context, u"regimes"_s, u"Regimes"_s, parent)
{
    auto *timeline = new RegimeTimeline(session(), preferences(), this);
    auto *table = new RecordTable(session().regimes(), preferences(), u"Regimes"_s, this);
    table->emptyState()->setTexts(
        u"No regime yet"_s,
        u"Trend, volatility, spread and session are classified at each closed bar, after the warm-up."_s);
    table->sortDescending(0);
    auto *stack = new QStackedLayout(this);
    stack->setContentsMargins(0, 0, 0, 0);
    stack->addWidget(timeline);
    stack->addWidget(table);

    auto *tools = new QWidget;
    auto *row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    row->addStretch(1);
    for (const auto &[label, hours] :
         {std::pair(u"6 h"_s, 6.0), std::pair(u"24 h"_s, 24.0), std::pair(u"7 d"_s, 168.0)}) {
        auto *button = new QToolButton;
        button->setText(label);
        button->setAccessibleName(u"Show the last "_s + label);
        button->setToolTip(u"Show the last "_s + label);
        connect(button, &QToolButton::clicked, timeline, [timeline, hours = hours] { timeline->setHours(hours); });
        row->addWidget(button);
    }
    auto *list = new QToolButton;
    list->setText(u"List"_s);
    list->setCheckable(true);
    list->setAccessibleName(u"Show regimes as a list"_s);
    list->setToolTip(u"Show regimes as a list"_s);
    row->addWidget(list);
    setHeaderTools(tools);

    connect(list, &QToolButton::toggled, stack, [stack](bool on) { stack->setCurrentIndex(on ? 1 : 0); });
    connect(table, &RecordTable::picked, this, [this](quint64 key) {
        if (const Regime *regime = session().regimes().find(key)) {
            session().selectInstrument(regime->instrument);
        }
    });
    connect(&session(), &SessionStore::frameApplied, timeline, qOverload<>(&QWidget::update));
    connect(&session(), &SessionStore::infoChanged, timeline, qOverload<>(&QWidget::update));
    connect(&preferences(), &Preferences::changed, timeline, qOverload<>(&QWidget::update));
}

} // namespace coinswarm::ui
