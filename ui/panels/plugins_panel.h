// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "panels/panel.h"

namespace coinswarm::ui {

/// Every plugin that was found, the failed ones first, with all the reasons.
class PluginsPanel : public Panel
{
    Q_OBJECT

public:
    explicit PluginsPanel(const PanelContext &context, QWidget *parent = nullptr);
};

} // namespace coinswarm::ui
