// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/plugin.h>

namespace coinswarm::simulated {

/// Offers the venue that fills orders from the session's own market data.
class SimulatedVenuePlugin : public VenuePlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID COINSWARM_PLUGIN_IID FILE "plugin.json")

public:
    Result<std::unique_ptr<Venue>> createVenue(const Settings &settings, const PluginContext &context) override;
};

} // namespace coinswarm::simulated
