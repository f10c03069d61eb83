// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "panels/panel.h"

namespace coinswarm::ui {

/// Alerts and log: newest first, filtered as you type and by severity, copied as CSV.
class AlertsPanel : public Panel
{
    Q_OBJECT

public:
    explicit AlertsPanel(const PanelContext &context, QWidget *parent = nullptr);
};

} // namespace coinswarm::ui
