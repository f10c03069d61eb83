// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "config/paths.h"
#include "plugins/plugin_host.h"

#include <string>
#include <vector>

namespace coinswarm::config {

/// Where plugins are searched: beside the program (`<program>/../lib/coinswarm/plugins`), in the user's data folder, and
/// in `more`.
std::vector<plugins::PluginFolder> pluginFolders(const Paths &paths, const std::vector<std::string> &more);

} // namespace coinswarm::config
