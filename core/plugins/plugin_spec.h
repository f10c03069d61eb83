// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/plugin_info.h"

#include <coinswarm/settings.h>

#include <QtCore/QJsonObject>

#include <string>
#include <vector>

namespace coinswarm::plugins {

/// What a plugin and its host must share exactly.
struct BuildTraits {
    int apiVersion = 0;
    std::string qtVersion; ///< major.minor
    std::string compiler; ///< family, as in "gcc"

    static BuildTraits ofHost();
};

/// What a plugin says about itself, read without running its code, and how far it has come.
struct PluginSpec {
    std::string id;
    std::string name;
    std::string version;
    std::string kind; ///< agent, feed, venue, memory, backend
    std::string vendor;
    std::string license;
    std::string description;
    std::string file;
    bool shipped = false;
    std::vector<api::PluginDependency> dependencies;
    std::vector<SettingSpec> settings;
    std::string sha256;
    api::PluginState state = api::PluginState::Invalid;
    std::vector<std::string> reasons; ///< all of them, why it is not in use; empty in Resolved, Loaded and Started

    /// Records why it is not used.
    void refuse(api::PluginState newState, std::string reason);
    api::PluginInfo info() const;
};

/// Parses what QPluginLoader::metaData() gave. State Read if everything is fine, otherwise Invalid with all reasons,
/// not only the first.
PluginSpec parsePluginMetadata(const QJsonObject &metaData, const BuildTraits &host);

/// Reads a library's metadata and hash. A file that is no plugin, truncated or unreadable gives an Invalid spec with
/// the reason; its id is then the file's base name.
PluginSpec readPluginSpec(const std::string &file, const BuildTraits &host);

/// True if `present` has the major number of `wanted` and is not lower. Both as in 1.2.3; what does not parse is false.
bool versionSatisfies(const std::string &present, const std::string &wanted);

} // namespace coinswarm::plugins
