// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/node/memory_bus.h"

#include "config/plugin_section.h"

namespace coinswarm::memory {

Result<std::unique_ptr<Bus>> makeMemoryBus(const config::Configuration &configuration, plugins::PluginHost &plugins)
{
    const Result<plugins::GivenSettings> settings = config::pluginSection(
        plugins, "memory.bus_settings", configuration.memory.bus, configuration.memory.busSettings);
    if (!settings) {
        return settings.error();
    }
    return plugins.createBus(configuration.memory.bus, *settings);
}

std::string textOf(const BusEvent &event)
{
    switch (event.kind) {
    case BusEvent::Kind::Connected:
        return "bus connected: " + event.detail;
    case BusEvent::Kind::Disconnected:
        return "bus lost: " + event.detail;
    case BusEvent::Kind::Reconnected:
        return "bus found again: " + event.detail;
    case BusEvent::Kind::Closed:
        return "bus closed: " + event.detail;
    case BusEvent::Kind::Dropped:
        return "messages lost: " + event.detail;
    case BusEvent::Kind::Failed:
        break;
    }
    return "bus: " + event.detail;
}

} // namespace coinswarm::memory
