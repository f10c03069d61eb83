// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "options/program_options.h"

#include <QtCore/QStringList>

#include <variant>

namespace coinswarm::daemon {

/// What the command line of coinswarmd says.
struct DaemonOptions {
    config::Paths paths;
    config::Loaded configuration;
    std::optional<std::chrono::milliseconds> runFor; ///< then it stops in good order
    bool demonstration = false; ///< tell on standard output what happens
    bool safeMode = false;
    bool fresh = false;
    std::vector<std::string> pluginFolders;
    std::string manager; ///< id of the memory manager that is run instead of a session; empty: a session
    std::string dataFolderHint; ///< what coinswarm-cli needs to find this engine: " --data-folder X" or empty
};

/// Invalid with the nearest option or all problems of the configuration; Environment if its file cannot be read.
Result<std::variant<DaemonOptions, options::Answer>> daemonOptions(const QStringList &arguments);

} // namespace coinswarm::daemon
