// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/record_model.h"

namespace coinswarm::ui {

/// Every plugin found, failed ones first; replaced as a whole.
class PluginsModel final : public RecordModel<api::PluginInfo>
{
public:
    explicit PluginsModel(const Formats &formats, QObject *parent = nullptr);
};

} // namespace coinswarm::ui
