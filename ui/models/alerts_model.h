// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/record_model.h"

namespace coinswarm::ui {

/// Alerts by number, the newest million.
class AlertsModel final : public RecordModel<api::AlertView>
{
public:
    explicit AlertsModel(const Formats &formats, QObject *parent = nullptr);
};

} // namespace coinswarm::ui
