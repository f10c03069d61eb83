// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "panels/panel.h"

namespace coinswarm::ui {

/// The regimes of all instruments as a timeline and as a list.
class RegimesPanel : public Panel
{
    Q_OBJECT

public:
    explicit RegimesPanel(const PanelContext &context, QWidget *parent = nullptr);
};

} // namespace coinswarm::ui
