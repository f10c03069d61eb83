// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/plugin.h>

/// What the program finds in the library. It makes one agent per session.
class MyPlugin final : public coinswarm::AgentPlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID COINSWARM_PLUGIN_IID FILE "plugin.json")

public:
    coinswarm::Result<std::unique_ptr<coinswarm::Agent>> createAgent(const coinswarm::Settings &settings) override;
};
