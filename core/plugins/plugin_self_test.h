// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/plugin_info.h"

#include <vector>

namespace coinswarm::plugins {

class PluginHost;

/// Tries every plugin that is not disabled: loads and starts it; of each agent it makes one with default settings and
/// lets it vote on a market that is not ready yet, then on rising and on falling ones. A plugin with reasons against
/// it is a finding that did not pass. `host` has been scanned.
std::vector<api::PluginFinding> selfTest(PluginHost &host);

} // namespace coinswarm::plugins
