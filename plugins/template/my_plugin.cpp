// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "my_plugin.h"

#include "my_agent.h"

coinswarm::Result<std::unique_ptr<coinswarm::Agent>> MyPlugin::createAgent(const coinswarm::Settings &settings)
{
    return std::unique_ptr<coinswarm::Agent>(std::make_unique<MyAgent>(settings.integer("bars")));
}
