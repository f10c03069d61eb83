// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "plugins/crash_marker.h"
#include "plugins/disabled_plugins.h"
#include "plugins/plugin_spec.h"

#include <coinswarm/plugin.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace coinswarm::plugins {

/// A folder that is searched for plugins; folders in it are not.
struct PluginFolder {
    std::string path;
    bool shipped = false; ///< what came with the program; safe mode loads nothing else
};

struct PluginHostOptions {
    std::vector<PluginFolder> folders; ///< of two plugins with one id, the one in the earlier folder is used
    /// Holds the crash marker, the list of disabled plugins and a folder per plugin. Made if missing. Empty: nothing is
    /// kept, nothing is disabled, and plugins get no folder, as in backtests.
    std::string stateFolder;
    bool safeMode = false; ///< only shipped plugins are used
    BuildTraits traits = BuildTraits::ofHost();
};

using GivenSettings = std::map<std::string, SettingValue, std::less<>>;

/// Finds, checks, loads and starts plugins, and makes their objects.
///
/// Thread: all calls come from one thread, the one that made it, which is also the one that plugins are loaded in.
/// crashMarker() may be used from any thread.
/// Failure: no plugin can make it throw. What goes wrong is in list(), with all reasons.
/// Lifetime: plugins are never unloaded, so what they made may outlive the host.
class PluginHost
{
public:
    explicit PluginHost(PluginHostOptions options);
    ~PluginHost();

    /// Reads all metadata, disables what crashed last time, resolves dependencies. Runs no plugin code. Called
    /// once, first. An error means that the state folder cannot be used: without it the host works, but remembers nothing.
    Result<void> scan();
    /// Loads and starts a plugin and, before it, what it needs. Does nothing if it is started already.
    Result<void> load(const std::string &id);
    /// Loads and starts everything that is Resolved, in order.
    void loadAll();

    /// All plugins in load order, then the unusable ones.
    std::vector<api::PluginInfo> list() const;
    std::optional<api::PluginInfo> find(const std::string &id) const;
    /// What the plugin's metadata declares; NotFound if there is no such plugin.
    Result<std::vector<SettingSpec>> settingSpecs(const std::string &id) const;
    /// Checks a configuration against the plugin's metadata, without running it.
    Result<Settings> checkSettings(const std::string &id, const GivenSettings &given) const;

    /// These load the plugin if needed. An exception inside marks it as faulted.
    Result<std::unique_ptr<Agent>> createAgent(const std::string &id, const GivenSettings &given);
    Result<std::unique_ptr<Feed>> createFeed(const std::string &id, const GivenSettings &given);
    /// `stateFolder` must exist, or be empty: the venue then keeps nothing. It belongs to the session, not to the plugin.
    Result<std::unique_ptr<Venue>> createVenue(const std::string &id, const GivenSettings &given,
                                               const std::string &stateFolder);
    /// `context.stateFolder` as with createVenue().
    Result<std::unique_ptr<HotMemory>> createMemory(const std::string &id, const GivenSettings &given,
                                                    const PluginContext &context);
    Result<std::unique_ptr<Bus>> createBus(const std::string &id, const GivenSettings &given);

    /// Whether a plugin is used from the next start on.
    Result<void> enable(const std::string &id);
    Result<void> disable(const std::string &id, const std::string &reason);

    CrashMarker &crashMarker() { return m_marker; }

private:
    struct Entry {
        PluginSpec spec;
        Plugin *plugin = nullptr; ///< owned by its library, which is never unloaded
    };

    Entry *entry(const std::string &id);
    const Entry *entry(const std::string &id) const;
    Result<void> openState();
    Result<void> loadLibrary(Entry &target);
    Result<void> startPlugin(Entry &target);
    static Error fault(Entry &target, const std::string &reason);
    PluginContext contextFor(const Entry &target) const;
    template <class PluginKind, class Make>
    auto create(const std::string &id, const GivenSettings &given, const char *method, Make make)
        -> decltype(make(std::declval<PluginKind &>(), std::declval<Settings>(), std::declval<PluginContext>()));

    PluginHostOptions m_options;
    std::vector<Entry> m_entries;
    DisabledPlugins m_disabled;
    CrashMarker m_marker;
};

} // namespace coinswarm::plugins
