// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "config/key_table.h"

#include <string>
#include <string_view>
#include <vector>

namespace coinswarm::config {

/// "engine.decision_interval" → "COINSWARM_ENGINE__DECISION_INTERVAL"; a dash becomes an underscore.
std::string environmentName(std::string_view path);

/// The path that a variable names; keys of new agents and instruments and of plugin settings included. A name that is
/// no key's is turned into the path that it would be. Empty if the variable is not meant for the configuration.
std::vector<std::string> environmentPath(std::string_view variable, const KeyTable &table);

/// The variable that was probably meant by one with a single underscore after the section's name, or empty.
std::string misspeltEnvironmentName(std::string_view variable, const KeyTable &table);

} // namespace coinswarm::config
