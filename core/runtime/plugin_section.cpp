// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "runtime/plugin_section.h"

#include "config/config_loader.h"

namespace coinswarm {

Result<GivenSettings> pluginSection(const PluginHost &plugins, const std::string &section, const std::string &id,
                                    const config::PluginSettings &written)
{
    const Result<std::vector<SettingSpec>> specs = plugins.settingSpecs(id);
    if (!specs) {
        return Error{specs.error().kind,
                     section + ": " + specs.error().message + " `coinswarm-cli plugins list` shows what is there."};
    }
    std::vector<config::Problem> problems;
    GivenSettings settings = config::checkedPluginSettings(section, written, *specs, problems).values();
    if (problems.empty()) {
        return settings;
    }
    std::string text;
    for (const config::Problem &problem : problems) {
        text += (text.empty() ? "" : "\n") + config::toString(problem);
    }
    return Error{ErrorKind::Invalid, text};
}

} // namespace coinswarm
