// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "control/memory_bus.h"

#include "runtime/plugin_section.h"

namespace coinswarm::control {

Result<std::unique_ptr<Bus>> connectMemoryBus(const config::Configuration &configuration, PluginHost &plugins,
                                              std::function<void(const BusEvent &)> onEvent)
{
    const Result<GivenSettings> settings =
        pluginSection(plugins, "memory.bus_settings", configuration.memory.bus, configuration.memory.busSettings);
    if (!settings) {
        return settings.error();
    }
    Result<std::unique_ptr<Bus>> bus = plugins.createBus(configuration.memory.bus, *settings);
    if (!bus) {
        return bus;
    }
    if (const Result<void> connected = (*bus)->connect(std::move(onEvent)); !connected) {
        return connected.error();
    }
    return bus;
}

} // namespace coinswarm::control
