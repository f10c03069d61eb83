// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <coinswarm/plugin.h>

namespace coinswarm {

// Key functions: type information and v-tables live in the SDK library alone.
Plugin::~Plugin() = default;
AgentPlugin::~AgentPlugin() = default;
FeedPlugin::~FeedPlugin() = default;
VenuePlugin::~VenuePlugin() = default;
MemoryPlugin::~MemoryPlugin() = default;
BusPlugin::~BusPlugin() = default;

Result<void> Plugin::start(const PluginContext &)
{
    return {};
}

} // namespace coinswarm
