// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "panels/trading_panel.h"

#include <QtWidgets/QStackedLayout>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

TradingPanel::TradingPanel(const PanelContext &context, QWidget *parent)
    : Panel(context, u"trading"_s, u"Trading"_s, parent),
      m_tabs(new QTabBar),
      m_positions(new RecordTable(context.session.positions(), context.preferences, u"Positions"_s, this)),
      m_orders(new RecordTable(context.session.orders(), context.preferences, u"Orders"_s, this)),
      m_fills(new RecordTable(context.session.fills(), context.preferences, u"Fills"_s, this))
{
    m_positions->emptyState()->setTexts(u"Flat: no position is open"_s,
                                        u"A position appears when an order is filled."_s);
    m_orders->emptyState()->setTexts(
        u"No order yet"_s,
        u"The committee proposes orders; those above the approval limit wait for you under Approvals."_s);
    m_fills->emptyState()->setTexts(u"No fill yet"_s, u"Executions appear here; click one to read why it happened."_s);
    m_orders->sortDescending(0);
    m_fills->sortDescending(0);
    for (const QString &title : {u"Positions"_s, u"Orders"_s, u"Fills"_s}) {
        m_tabs->addTab(title);
    }
    m_tabs->setAccessibleName(u"Positions, orders or fills"_s);
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    setHeaderTools(m_tabs);
    auto *stack = new QStackedLayout(this);
    stack->setContentsMargins(0, 0, 0, 0);
    stack->addWidget(m_positions);
    stack->addWidget(m_orders);
    stack->addWidget(m_fills);
    connect(m_tabs, &QTabBar::currentChanged, stack, &QStackedLayout::setCurrentIndex);

    SessionStore &s = session();
    connect(m_positions, &RecordTable::picked, this,
            [this](quint64 key) { this->session().selectInstrument(InstrumentId(static_cast<std::uint32_t>(key))); });
    connect(m_orders, &RecordTable::picked, this, [this](quint64 key) { this->session().explain(OrderId(key)); });
    connect(m_fills, &RecordTable::picked, this, [this](quint64 key) {
        if (const Fill *fill = this->session().fills().find(key)) {
            this->session().explain(fill->order);
        }
    });
    connect(&s, &SessionStore::orderSelected, this, [this](OrderId order) { m_orders->selectKey(order.value); });
    connect(&s, &SessionStore::instrumentSelected, this, [this](InstrumentId id) { m_positions->selectKey(id.value); });
    connect(&s, &SessionStore::frameApplied, this, &TradingPanel::countTabs);
}

void TradingPanel::countTabs()
{
    const api::SessionStatus &status = session().status();
    m_tabs->setTabText(0, u"Positions "_s + QString::number(status.openPositions));
    m_tabs->setTabText(1, u"Orders "_s + QString::number(status.openOrders));
    m_tabs->setTabText(2, u"Fills "_s + QString::number(session().fills().rowCount()));
}

} // namespace coinswarm::ui
