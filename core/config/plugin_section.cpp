// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "config/plugin_section.h"

#include "config/config_loader.h"

namespace coinswarm::config {

Result<plugins::GivenSettings> pluginSection(const plugins::PluginHost &plugins, const std::string &section,
                                             const std::string &id, const PluginSettings &written)
{
    const Result<std::vector<SettingSpec>> specs = plugins.settingSpecs(id);
    if (!specs) {
        return Error{specs.error().kind,
                     section + ": " + specs.error().message + " `coinswarm-cli plugins list` shows what is there."};
    }
    std::vector<Problem> problems;
    plugins::GivenSettings settings = checkedPluginSettings(section, written, *specs, problems).values();
    if (problems.empty()) {
        return settings;
    }
    std::string text;
    for (const Problem &problem : problems) {
        text += (text.empty() ? "" : "\n") + toString(problem);
    }
    return Error{ErrorKind::Invalid, text};
}

} // namespace coinswarm::config
