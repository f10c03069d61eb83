// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "config/configuration.h"
#include "plugins/plugin_host.h"

#include <coinswarm/bus.h>

#include <functional>
#include <memory>

namespace coinswarm::control {

/// Makes the bus that [memory] names and connects it. `onEvent` is called in a thread of the bus. Unavailable if nobody is
/// there.
Result<std::unique_ptr<Bus>> connectMemoryBus(const config::Configuration &configuration, PluginHost &plugins,
                                              std::function<void(const BusEvent &)> onEvent);

} // namespace coinswarm::control
