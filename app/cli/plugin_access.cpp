// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/plugin_access.h"

#include "config/paths.h"
#include "config/plugin_folders.h"

namespace coinswarm::cli {

std::vector<Option> pluginOptions()
{
    return {
        {QStringLiteral("plugin-path"), QStringLiteral("FOLDER"),
         QStringLiteral("Search this folder for plugins too; may be repeated.")},
        {QStringLiteral("safe-mode"), {}, QStringLiteral("Use the plugins that came with the program only.")},
    };
}

Result<std::unique_ptr<plugins::PluginHost>> scannedPlugins(const Invocation &invocation, bool keepsState)
{
    const config::Paths paths = config::Paths::standard();
    plugins::PluginHostOptions options;
    options.folders = config::pluginFolders(paths, invocation.values("plugin-path"));
    options.stateFolder = keepsState ? paths.state + "/plugins" : std::string();
    options.safeMode = invocation.has("safe-mode");
    auto host = std::make_unique<plugins::PluginHost>(std::move(options));
    if (const Result<void> scanned = host->scan(); !scanned.ok()) {
        return scanned.error();
    }
    return host;
}

} // namespace coinswarm::cli
