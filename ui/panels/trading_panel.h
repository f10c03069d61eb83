// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "panels/panel.h"
#include "widgets/record_table.h"

#include <QtWidgets/QTabBar>

namespace coinswarm::ui {

/// Positions, orders and fills behind three tabs in the header.
class TradingPanel : public Panel
{
    Q_OBJECT

public:
    explicit TradingPanel(const PanelContext &context, QWidget *parent = nullptr);

    void showTab(int index) { m_tabs->setCurrentIndex(index); }
    RecordTable *orders() const { return m_orders; }

private:
    void countTabs();

    QTabBar *m_tabs;
    RecordTable *m_positions;
    RecordTable *m_orders;
    RecordTable *m_fills;
};

} // namespace coinswarm::ui
