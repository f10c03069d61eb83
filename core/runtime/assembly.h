// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "config/configuration.h"
#include "engine/engine_config.h"
#include "plugins/agent_pool.h"
#include "plugins/plugin_host.h"

#include <coinswarm/feed.h>
#include <coinswarm/venue.h>

#include <memory>
#include <string>
#include <vector>

namespace coinswarm::runtime {

struct AssemblyOptions {
    api::TradingMode mode = api::TradingMode::Paper;
    std::string session; ///< "paper-20260112-093000"
    std::string configurationHash;
    bool memory = false; ///< the session has an EpisodicMemory
    std::string venueFolder; ///< where a simulated venue keeps its books; empty: nowhere
};

/// The parts of a session before it runs: what the configuration and the plugins make together.
struct Assembly {
    std::unique_ptr<Feed> feed; ///< open
    std::unique_ptr<Venue> venue; ///< open
    std::vector<plugins::Seat> seats; ///< one per agent, in agent order
    engine::JournalHeader header; ///< complete but for what agents declare, see enrol()
};

/// Makes feed, venue and agents and everything that the engine must know. All that is wrong with plugin settings is
/// reported at once, one problem per line.
Result<Assembly> assemble(const config::Configuration &configuration, plugins::PluginHost &plugins,
                          const AssemblyOptions &options);

/// The feed of a configuration, open. All that is wrong with its settings is reported at once, one problem per line.
Result<std::unique_ptr<Feed>> openFeed(const config::Configuration &configuration, plugins::PluginHost &plugins);

/// The instruments of an open feed, with the rules that the configuration gives them.
std::vector<Instrument> instrumentsOf(const config::Configuration &configuration, const Feed &feed);

/// Adds what the agents declare (warm-up, indicators, history) to `config`. An agent that cannot say is an error.
Result<void> enrol(plugins::AgentPool &pool, engine::EngineConfig &config);

/// The speed a configuration asks for, with the feed's own for "default".
double sessionSpeed(const config::Configuration &configuration, const Feed &feed);

} // namespace coinswarm::runtime
