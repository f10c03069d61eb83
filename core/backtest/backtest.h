// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "backtest/performance.h"
#include "config/configuration.h"
#include "plugins/plugin_host.h"
#include "runtime/episodic_memory.h"

#include <atomic>
#include <functional>
#include <optional>
#include <string>

namespace coinswarm::backtest {

struct BacktestOptions {
    config::Configuration configuration;
    std::string configurationHash;
    std::string session = "backtest"; ///< part of client order ids, so the same for runs that are to be compared
    runtime::EpisodicMemory *memory = nullptr; ///< what agents are shown before they vote; null: none
    std::string journalFolder; ///< empty: no journal
    std::string fillsFile; ///< CSV; empty: none
    std::string equityFile; ///< CSV; empty: none
    std::function<void(double)> onProgress; ///< 0 … 1, from the running thread, a few times a second
    const std::atomic<bool> *cancelled = nullptr; ///< looked at between batches
    /// An agent has not come back from a call for a minute. The run cannot go on and cannot be interrupted: whoever is
    /// told, in a watching thread, ends the process.
    std::function<void(const std::string &agent)> onHang;
};

struct BacktestResult {
    PerformanceReport performance;
    std::uint64_t events = 0;
    std::uint64_t decisions = 0;
    std::string decisionsSha256; ///< over decisions, orders sent, fills and trades: equal runs have equal hashes
    std::string journalHead; ///< "sequence:hash:signature"; empty without a journal
    std::vector<DataDefect> defects; ///< what was wrong with the data
    double wallSeconds = 0; ///< reading, trading and writing
    double eventsPerSecond = 0;
};

/// Trades a feed to its end, as fast as possible, in the calling thread, with agents in line: the same engine, gate,
/// orders and venue as a live session. Runs with the same inputs give the same bytes.
/// Unavailable if it was cancelled; otherwise errors name the file, line or setting that is wrong.
Result<BacktestResult> runBacktest(const BacktestOptions &options, plugins::PluginHost &plugins);

} // namespace coinswarm::backtest
