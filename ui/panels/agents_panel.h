// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "panels/panel.h"

namespace coinswarm::ui {

/// The agents: state and reason, weight in force beside the one that performance suggests, hit rate, latency.
class AgentsPanel : public Panel
{
    Q_OBJECT

public:
    explicit AgentsPanel(const PanelContext &context, QWidget *parent = nullptr);
};

} // namespace coinswarm::ui
