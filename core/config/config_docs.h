// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

namespace coinswarm::config {

/// docs/configuration.md: every key with its type, default, range and meaning, generated from the table of keys.
std::string configurationMarkdown();

/// A configuration file with every key commented out at its default, to be edited. Loading it changes nothing.
std::string configurationTemplate();

} // namespace coinswarm::config
