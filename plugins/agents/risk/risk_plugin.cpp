// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "risk_plugin.h"

#include "risk_agent.h"

namespace coinswarm::risk {

Result<std::unique_ptr<Agent>> RiskPlugin::createAgent(const Settings &settings)
{
    return std::unique_ptr<Agent>(std::make_unique<RiskAgent>(settings));
}

} // namespace coinswarm::risk
