// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/engine.h"
#include "plugins/plugin_host.h"
#include "runtime/session.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace coinswarm::supervision {

struct LocalOptions {
    config::Configuration configuration;
    std::string configurationHash;
    config::Paths paths = config::Paths::standard();
    bool fresh = false; ///< begin a new session even if one can be continued
    bool safeMode = false; ///< only the plugins that came with the program
    std::vector<std::string> pluginFolders; ///< of the user, searched after the shipped ones
    /// Told what is being done, in words for a person, by the thread that opens. May be empty.
    std::function<void(const std::string &)> onProgress;
};

/// Opens and starts a session in this process. The engine runs on its own threads; the object belongs to the calling
/// thread, or to another one that takes it over for good when this has returned. Errors are sentences for the user:
/// nothing runs then. Continuing a long session takes a while.
Result<std::unique_ptr<api::Engine>> startLocalEngine(LocalOptions options);

} // namespace coinswarm::supervision
