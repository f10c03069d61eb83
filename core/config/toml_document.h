// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "config/config_loader.h"

#include <string>
#include <vector>

namespace coinswarm::config {

/// One "key = value" of the file, in the order of the file.
struct WrittenKey {
    std::vector<std::string> path; ///< sections and key
    WrittenValue value; ///< its origin is the value's place
    Origin origin; ///< the key's place
    bool emptySection = false; ///< a section without keys, which still names something, such as an agent
};

/// Every key of a TOML document. Malformed TOML adds a problem with the place and gives no keys. Never throws.
std::vector<WrittenKey> readToml(const std::string &text, const std::string &fileName, std::vector<Problem> &problems);

} // namespace coinswarm::config
