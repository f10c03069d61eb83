// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulated_venue_plugin.h"

#include "simulated_venue.h"

namespace coinswarm::simulated {

Result<std::unique_ptr<Venue>> SimulatedVenuePlugin::createVenue(const Settings &settings, const PluginContext &context)
{
    const Result<VenueRules> rules = venueRules(settings);
    if (!rules.ok()) {
        return rules.error();
    }
    return std::unique_ptr<Venue>(std::make_unique<SimulatedVenue>(*rules, context.stateFolder));
}

} // namespace coinswarm::simulated
