// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "config/configuration.h"

#include <coinswarm/result.h>

#include <cstdint>
#include <string>

namespace coinswarm::config {

/// The program's folders (XDG base directories), absolute, without a slash at the end.
struct Paths {
    std::string config; ///< $XDG_CONFIG_HOME/coinswarm: coinswarm.toml, secrets
    std::string data; ///< $XDG_DATA_HOME/coinswarm: database, journals
    std::string state; ///< $XDG_STATE_HOME/coinswarm: control token, plugin markers, window layout
    std::string cache; ///< $XDG_CACHE_HOME/coinswarm: what can be made again

    /// From the environment. A relative XDG variable is ignored, as the specification demands.
    static Paths standard();
    /// All four below one folder, for tests and portable installations.
    static Paths below(const std::string &folder);

    std::string configFile() const { return config + "/coinswarm.toml"; }
};

/// What a configuration says about places, with nothing left empty.
struct SessionPaths {
    std::string dataFolder; ///< shared by all sessions
    std::string sessionFolder; ///< this session's own; without a name the mode stands for it
    std::string journalFolder;
    std::string databaseFile;
    std::string bufferFolder; ///< what is due to a database server that is away
    std::string tokenFile;
};

SessionPaths sessionPaths(const Configuration &configuration, const Paths &paths);

/// Makes the folders that do not exist, readable by the user alone (0700), and proves with a probe file that each
/// can be written. Environment errors name the folder, the reason and what to do.
Result<void> prepareFolders(const Paths &paths);
/// The same for one folder; `purpose` is for the message ("the journal").
Result<void> prepareFolder(const std::string &folder, const std::string &purpose);

/// Bytes that this user can still write in the file system of `folder`.
Result<std::uint64_t> freeSpace(const std::string &folder);
/// An Environment error in a sentence if less than `bytes` are free.
Result<void> requireFreeSpace(const std::string &folder, std::uint64_t bytes);

} // namespace coinswarm::config
