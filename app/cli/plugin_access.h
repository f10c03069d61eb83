// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cli/command.h"
#include "plugins/plugin_host.h"

namespace coinswarm::cli {

/// --plugin-path and --safe-mode.
std::vector<Option> pluginOptions();

/// The plugins that a command line names, scanned. With `keepsState` what is disabled stays disabled and the folder of
/// the user is used; without, as for backtests, nothing is remembered.
Result<std::unique_ptr<plugins::PluginHost>> scannedPlugins(const Invocation &invocation, bool keepsState);

} // namespace coinswarm::cli
