// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "config/configuration.h"

#include <coinswarm/result.h>
#include <coinswarm/settings.h>

#include <string>
#include <utility>
#include <vector>

namespace coinswarm::config {

/// Something in a configuration that cannot be used.
struct Problem {
    Origin origin; ///< where it was written; Kind::Default for what is missing
    std::string message; ///< what, what was expected, and the nearest known key
};

/// "coinswarm.toml:12:8: engine.speeed: unknown key; did you mean engine.speed?"
std::string toString(const Problem &problem);

/// One key as it is in force.
struct EffectiveValue {
    std::string key; ///< "engine.decision_interval"
    std::string value; ///< in TOML notation
    Origin origin;
};

/// Everything a configuration is made of. Later sources win: defaults, file, environment, command line.
struct Sources {
    std::string fileName; ///< for messages; empty if there is no file
    std::string fileText;
    /// Variables by name. Only those that begin with COINSWARM_ and hold a double underscore are read:
    /// COINSWARM_ENGINE__DECISION_INTERVAL=5m is engine.decision_interval.
    std::vector<std::pair<std::string, std::string>> environment;
    std::vector<std::string> overrides; ///< "engine.decision_interval=5m"
};

/// A configuration with everything that is wrong with it.
struct Loaded {
    Configuration configuration; ///< complete, but to be used only if there are no problems
    std::vector<EffectiveValue> values; ///< every key, in the order of the documentation
    std::vector<Problem> problems; ///< all of them, in the order of the sources

    bool ok() const { return problems.empty(); }
};

/// Pure: the same sources give the same result. Never throws.
Loaded loadConfiguration(const Sources &sources);

/// Reads `file` (may be empty: no file) and the process's environment. A file that cannot be read is an error
/// (NotFound, Environment); what is wrong inside it is in Loaded::problems.
Result<Loaded> loadConfigurationFile(const std::string &file, const std::vector<std::string> &overrides = {});

/// All problems, one per line, for a terminal.
std::string problemsText(const std::vector<Problem> &problems);

/// One "key = value" per line in the order of the documentation: what canonical comparison and the journal's header use.
std::string canonicalText(const Loaded &loaded);
/// SHA-256 of canonicalText(), in hexadecimal.
std::string configurationHash(const Loaded &loaded);
/// "key = value   # origin" per line, for `config show`.
std::string effectiveText(const Loaded &loaded);

/// Checks what was written in `section` (as in "agents.trend.settings") against what the plugin's metadata declares:
/// type, range, choice, unknown keys. All problems are appended with their place. The result is complete even if
/// there were problems: defaults stand in for what was wrong.
Settings checkedPluginSettings(const std::string &section, const PluginSettings &written,
                               const std::vector<SettingSpec> &specs, std::vector<Problem> &problems);

} // namespace coinswarm::config
