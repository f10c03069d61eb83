// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "plugins/plugin_spec.h"

namespace coinswarm::plugins {

/// Decides which plugins can be used together and puts all of them in load order: dependencies first, then by id.
/// A usable one becomes Resolved. One that is not gets reasons: a second plugin of the same id becomes Invalid (the first
/// in the given order is used); with a missing, too old, refused or disabled dependency, or in a circle, which is
/// spelled out, it stays as it is. Those follow the usable ones, by id.
void resolvePlugins(std::vector<PluginSpec> &specs);

} // namespace coinswarm::plugins
