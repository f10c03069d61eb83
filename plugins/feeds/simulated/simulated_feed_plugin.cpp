// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulated_feed_plugin.h"

#include "simulated_feed.h"

namespace coinswarm::simulated {

Result<std::unique_ptr<Feed>> SimulatedFeedPlugin::createFeed(const Settings &settings)
{
    Result<SimulationOptions> options = simulationOptions(settings);
    if (!options.ok()) {
        return options.error();
    }
    return std::unique_ptr<Feed>(std::make_unique<SimulatedFeed>(std::move(*options)));
}

} // namespace coinswarm::simulated
