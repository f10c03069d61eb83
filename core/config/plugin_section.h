// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "config/configuration.h"
#include "plugins/plugin_host.h"

namespace coinswarm::config {

/// The settings of plugin `id` as `section` of the configuration writes them, checked against what the plugin declares and
/// completed with its defaults. The error has one problem per line.
Result<plugins::GivenSettings> pluginSection(const plugins::PluginHost &plugins, const std::string &section,
                                             const std::string &id, const PluginSettings &written);

} // namespace coinswarm::config
