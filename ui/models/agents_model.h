// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/record_model.h"

namespace coinswarm::ui {

/// Agents of the session.
class AgentsModel final : public RecordModel<api::AgentView>
{
public:
    explicit AgentsModel(const Formats &formats, QObject *parent = nullptr);
};

} // namespace coinswarm::ui
