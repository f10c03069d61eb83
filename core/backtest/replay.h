// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "plugins/plugin_host.h"

#include <coinswarm/ids.h>
#include <coinswarm/result.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace coinswarm::backtest {

struct ReplayOptions {
    /// Runs the agents again on what they saw and compares their votes, instead of believing the recorded ones.
    bool recompute = false;
    plugins::PluginHost *plugins = nullptr; ///< needed to recompute; has been scanned
    std::function<void(std::uint64_t records)> onProgress; ///< now and then
    const std::atomic<bool> *cancelled = nullptr;
};

/// What a replay has shown.
struct ReplayReport {
    bool identical = false;
    std::uint64_t records = 0;
    std::uint64_t events = 0;
    std::uint64_t effects = 0; ///< compared byte for byte
    std::uint64_t votes = 0; ///< asked for again; 0 unless recomputed
    Sequence differsAt; ///< first record that is not what the engine does now
    std::string difference; ///< a sentence; empty if identical
    std::string recorded; ///< what the journal says there, as JSON
    std::string replayed; ///< what the engine does now
    std::vector<std::string> changedPlugins; ///< agents whose plugin file is not the one the journal was made with
    std::string decisionsSha256; ///< of the replayed run, comparable with a backtest's
    bool torn = false; ///< the journal ends in a torn record, which was left out
};

/// Gives the journal's events to an engine made from its header and compares every effect with what was recorded then,
/// up to the first difference. Reads with bounded memory. An Error means that it could not be replayed: unreadable,
/// damaged, or cancelled; a difference is a finding, not an error.
Result<ReplayReport> replayJournal(const std::filesystem::path &journal, const ReplayOptions &options);

} // namespace coinswarm::backtest
