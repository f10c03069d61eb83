// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "trend_plugin.h"

#include "trend_agent.h"

namespace coinswarm::trend {

Result<std::unique_ptr<Agent>> TrendPlugin::createAgent(const Settings &settings)
{
    if (settings.integer("fast") >= settings.integer("slow")) {
        return invalid("\"fast\" (" + std::to_string(settings.integer("fast")) + ") must be less than \"slow\" ("
                       + std::to_string(settings.integer("slow")) + ").");
    }
    return std::unique_ptr<Agent>(std::make_unique<TrendAgent>(settings));
}

} // namespace coinswarm::trend
