// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/fields.h>

#include <string>
#include <vector>

namespace coinswarm::api {

/// How far a plugin has come.
enum class PluginState : unsigned char {
    Invalid, ///< its metadata was refused, or the file is not a plugin
    Read, ///< its metadata is fine, but something it needs is missing
    Resolved, ///< everything it needs is there; it is loaded when first used
    Disabled, ///< by the user, after a crash, or by safe mode
    Loaded, ///< its code is in the process
    Started, ///< ready for use
    Faulted, ///< it threw or refused to load or start; not used again before a restart
};

constexpr auto enumNames(PluginState)
{
    return std::array<std::string_view, 7>{"invalid", "read", "resolved", "disabled", "loaded", "started", "faulted"};
}

struct PluginDependency {
    std::string id;
    std::string version; ///< the lowest that will do; the major number must be the same

    bool operator==(const PluginDependency &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("version", self.version);
    }
};

/// A setting as shown to people; SettingSpec is what checks it.
struct SettingInfo {
    std::string key;
    std::string type; ///< "boolean", "integer", "real", "text"
    std::string defaultValue;
    std::string minimum; ///< empty if there is none
    std::string maximum;
    std::vector<std::string> choices;
    std::string description;

    bool operator==(const SettingInfo &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("key", self.key);
        visit("type", self.type);
        visit("default", self.defaultValue);
        visit("minimum", self.minimum);
        visit("maximum", self.maximum);
        visit("choices", self.choices);
        visit("description", self.description);
    }
};

/// Everything worth showing about one file in a plugin folder.
struct PluginInfo {
    std::string id; ///< the file's base name where the metadata gives none
    std::string name;
    std::string version;
    std::string kind;
    std::string vendor;
    std::string license;
    std::string description;
    std::string file;
    bool shipped = false; ///< came with the program
    bool enabled = true; ///< false: it will not be loaded at the next start
    PluginState state = PluginState::Invalid;
    std::vector<std::string> reasons; ///< all of them, why it is not in use
    std::vector<PluginDependency> dependencies;
    std::vector<SettingInfo> settings;
    std::string sha256; ///< of the file, hexadecimal; empty if it cannot be read

    bool operator==(const PluginInfo &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("name", self.name);
        visit("version", self.version);
        visit("kind", self.kind);
        visit("vendor", self.vendor);
        visit("license", self.license);
        visit("description", self.description);
        visit("file", self.file);
        visit("shipped", self.shipped);
        visit("enabled", self.enabled);
        visit("state", self.state);
        visit("reasons", self.reasons);
        visit("dependencies", self.dependencies);
        visit("settings", self.settings);
        visit("sha256", self.sha256);
    }
};

/// One thing the self-test looked at.
struct PluginFinding {
    std::string plugin;
    std::string check; ///< "load", "start", "create", "decide"
    bool passed = false;
    std::string detail; ///< why it failed, or what was seen

    bool operator==(const PluginFinding &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("plugin", self.plugin);
        visit("check", self.check);
        visit("passed", self.passed);
        visit("detail", self.detail);
    }
};

} // namespace coinswarm::api
