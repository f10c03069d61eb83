// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cli/command.h"
#include "config/config_loader.h"
#include "plugins/plugin_host.h"

namespace coinswarm::cli {

/// The options that say what is played and by which rules: --data, --symbol, --agents, --fee-bps, --from, --to, …
std::vector<Option> replayOptions();
std::vector<Option> tradingOptions();

/// Feed settings as `key=value` overrides of a configuration.
std::vector<std::string> feedOverrides(const Invocation &invocation);

/// An open replay feed for --data with the options that go with it. Environment if the file does not exist.
Result<std::unique_ptr<Feed>> openReplay(const Invocation &invocation, plugins::PluginHost &plugins);

/// The configuration of a backtest: defaults, --config, environment, then the options, then --set. Agents that are not
/// named by --agents are switched off. Where nobody says otherwise, decisions are made when a bar of the file closes.
/// Invalid with all problems, one a line.
Result<config::Loaded> backtestConfiguration(const Invocation &invocation, plugins::PluginHost &plugins);

} // namespace coinswarm::cli
