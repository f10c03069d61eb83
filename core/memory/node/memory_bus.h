// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "config/configuration.h"
#include "plugins/plugin_host.h"

#include <coinswarm/bus.h>

#include <memory>

namespace coinswarm::memory {

/// Makes the bus that [memory] names; it is not connected yet. Errors are sentences for the user.
Result<std::unique_ptr<Bus>> makeMemoryBus(const config::Configuration &configuration, plugins::PluginHost &plugins);
/// What happened to it, in words.
std::string textOf(const BusEvent &event);

} // namespace coinswarm::memory
