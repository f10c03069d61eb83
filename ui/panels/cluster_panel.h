// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "panels/panel.h"
#include "widgets/alarm_band.h"
#include "widgets/record_table.h"

#include <QtWidgets/QLabel>

namespace coinswarm::ui {

/// Cluster health: managers, bus, hot memory and database with their state, age and last commit, and what happens if one
/// of them dies.
class ClusterPanel : public Panel
{
    Q_OBJECT

public:
    explicit ClusterPanel(const PanelContext &context, QWidget *parent = nullptr);

    RecordTable *table() const { return m_table; }
    AlarmBand *alarm() const { return m_alarm; }
    QString figures() const { return m_figures->text(); }
    QString faultDomain() const { return m_domain->isHidden() ? QString() : m_domain->text(); }

private:
    void showStatus();
    QString figuresHtml() const;

    RecordTable *m_table;
    AlarmBand *m_alarm;
    QLabel *m_figures;
    QLabel *m_domain;
};

} // namespace coinswarm::ui
