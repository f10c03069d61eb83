// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugins/plugin_host.h"
#include "plugins/plugin_self_test.h"

#include <QtCore/QCoreApplication>

#include <cstdio>

// load_plugin FOLDER ID: succeeds if the plugin is in the folder, loads, starts and, if it is an agent, votes.
int main(int argc, char **argv)
{
    using namespace coinswarm;
    using namespace coinswarm::api;
    using namespace coinswarm::plugins;
    const QCoreApplication application(argc, argv);
    if (argc != 3) {
        return 2;
    }
    PluginHostOptions options;
    options.folders = {{argv[1], false}};
    PluginHost host(options);
    if (!host.scan().ok()) {
        return 3;
    }
    bool passed = false;
    for (const PluginFinding &finding : selfTest(host)) {
        std::printf("%s %s: %s %s\n", finding.plugin.c_str(), finding.check.c_str(), finding.passed ? "ok" : "FAILED",
                    finding.detail.c_str());
        if (!finding.passed) {
            return 1;
        }
        passed = passed || (finding.plugin == argv[2] && finding.check == "decide");
    }
    return passed ? 0 : 1;
}
