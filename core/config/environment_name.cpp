// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "config/environment_name.h"

#include <algorithm>
#include <cctype>

namespace coinswarm::config {

namespace {

constexpr std::string_view kPrefix = "COINSWARM_";

std::string mapped(std::string_view text, int (*change)(int))
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [change](unsigned char c) { return static_cast<char>(change(c)); });
    return result;
}

std::vector<std::string> split(std::string_view text, std::string_view separator)
{
    std::vector<std::string> parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + separator.size());
    }
}

} // namespace

std::string environmentName(std::string_view path)
{
    std::string name(kPrefix);
    for (char c : mapped(path, std::toupper)) {
        if (c == '.') {
            name += "__";
        } else {
            name += c == '-' ? '_' : c;
        }
    }
    return name;
}

std::vector<std::string> environmentPath(std::string_view variable, const KeyTable &table)
{
    if (!variable.starts_with(kPrefix) || variable.find("__") == std::string_view::npos) {
        return {};
    }
    for (const Key &key : table.keys) {
        if (environmentName(key.path) == variable) {
            return split(key.path, ".");
        }
    }
    std::vector<std::string> path = split(mapped(variable.substr(kPrefix.size()), std::tolower), "__");
    if (path[0] == "instruments" && path.size() > 1) {
        // A symbol has capitals and a dash, which variables cannot have.
        path[1] = mapped(path[1], std::toupper);
        std::replace(path[1].begin(), path[1].end(), '_', '-');
    }
    return path;
}

std::string misspeltEnvironmentName(std::string_view variable, const KeyTable &table)
{
    for (const Key &key : table.keys) {
        std::string name = environmentName(key.path);
        std::string flat = name;
        for (std::size_t at = flat.find("__"); at != std::string::npos; at = flat.find("__")) {
            flat.erase(at, 1);
        }
        if (flat == variable) {
            return name;
        }
    }
    return {};
}

} // namespace coinswarm::config
