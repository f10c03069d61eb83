// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "config/plugin_folders.h"

#include <QtCore/QCoreApplication>

namespace coinswarm::config {

std::vector<plugins::PluginFolder> pluginFolders(const Paths &paths, const std::vector<std::string> &more)
{
    std::vector<plugins::PluginFolder> folders;
    const QString program = QCoreApplication::applicationDirPath();
    folders.push_back({(program + QStringLiteral("/../lib/coinswarm/plugins")).toStdString(), true});
    folders.push_back({paths.data + "/plugins", false});
    for (const std::string &folder : more) {
        folders.push_back({folder, false});
    }
    return folders;
}

} // namespace coinswarm::config
