// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/agent.h>
#include <coinswarm/bus.h>
#include <coinswarm/feed.h>
#include <coinswarm/hot_memory.h>
#include <coinswarm/settings.h>
#include <coinswarm/venue.h>

#include <QtCore/QObject>
#include <QtCore/QtPlugin>

#include <memory>
#include <string>

namespace coinswarm {

/// Number of the plugin interface. A plugin is loaded only if it was built against exactly this one, with the same Qt
/// minor version and the same compiler family.
inline constexpr int kPluginApiVersion = 1;

/// What a plugin may know about where it runs.
struct PluginContext {
    std::string stateFolder; ///< an existing folder that belongs to this plugin; empty in backtests, which keep nothing
    std::string cluster; ///< of a memory: the id of the cluster whose commits it shows, in hex; empty elsewhere
};

/// The object in a plugin library. It is made once, started once, and never unloaded.
///
/// Metadata (the JSON named in coinswarm_add_plugin) is read without running code; see docs/plugins.md.
/// Thread: all calls come from the thread that loads plugins. Exceptions are caught by the host and mark the plugin
/// as faulted.
class COINSWARM_SDK_EXPORT Plugin : public QObject
{
    Q_OBJECT

public:
    ~Plugin() override;

    /// The default does nothing.
    virtual Result<void> start(const PluginContext &context);
};

class COINSWARM_SDK_EXPORT AgentPlugin : public Plugin
{
    Q_OBJECT

public:
    ~AgentPlugin() override;
    virtual Result<std::unique_ptr<Agent>> createAgent(const Settings &settings) = 0;
};

class COINSWARM_SDK_EXPORT FeedPlugin : public Plugin
{
    Q_OBJECT

public:
    ~FeedPlugin() override;
    virtual Result<std::unique_ptr<Feed>> createFeed(const Settings &settings) = 0;
};

class COINSWARM_SDK_EXPORT VenuePlugin : public Plugin
{
    Q_OBJECT

public:
    ~VenuePlugin() override;
    /// `context.stateFolder` is where a simulated venue keeps its books between sessions.
    virtual Result<std::unique_ptr<Venue>> createVenue(const Settings &settings, const PluginContext &context) = 0;
};

class COINSWARM_SDK_EXPORT MemoryPlugin : public Plugin
{
    Q_OBJECT

public:
    ~MemoryPlugin() override;
    /// Opens what `context.stateFolder` holds; without a folder nothing is kept. Corrupt contents are an error that says
    /// so; the host then clears the folder and fills it again from the commits.
    virtual Result<std::unique_ptr<HotMemory>> createMemory(const Settings &settings, const PluginContext &context) = 0;
};

class COINSWARM_SDK_EXPORT BusPlugin : public Plugin
{
    Q_OBJECT

public:
    ~BusPlugin() override;
    /// The bus is not connected yet. Everything it made is destroyed before the program ends.
    virtual Result<std::unique_ptr<Bus>> createBus(const Settings &settings) = 0;
};

} // namespace coinswarm

#define COINSWARM_PLUGIN_IID "org.coinswarm.Plugin/1"
