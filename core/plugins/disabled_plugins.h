// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

#include <map>
#include <optional>
#include <string>

namespace coinswarm::plugins {

/// Which plugins are not to be used from the next start on, and why. Kept in disabled_plugins.json, which is replaced
/// as a whole with every change.
class DisabledPlugins
{
public:
    /// Reads the list. Until this has succeeded, changes are not kept.
    Result<void> open(const std::string &folder);

    std::optional<std::string> reason(const std::string &id) const;
    Result<void> add(const std::string &id, const std::string &reason);
    /// Does nothing if `id` is not in the list.
    Result<void> remove(const std::string &id);

private:
    Result<void> write() const;

    std::string m_file;
    std::map<std::string, std::string> m_reasons;
};

} // namespace coinswarm::plugins
