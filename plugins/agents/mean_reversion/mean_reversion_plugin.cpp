// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "mean_reversion_plugin.h"

#include "mean_reversion_agent.h"

namespace coinswarm::mean_reversion {

Result<std::unique_ptr<Agent>> MeanReversionPlugin::createAgent(const Settings &settings)
{
    return std::unique_ptr<Agent>(std::make_unique<MeanReversionAgent>(settings));
}

} // namespace coinswarm::mean_reversion
