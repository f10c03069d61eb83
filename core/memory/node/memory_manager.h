// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "config/paths.h"
#include "memory/host/joining_channel.h"
#include "memory/host/memory_host.h"
#include "plugins/plugin_host.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace coinswarm::memory {

struct ManagerOptions {
    config::Configuration configuration;
    config::Paths paths = config::Paths::standard();
    std::string id; ///< "m2": names its folder, and says who it is where people read
    std::vector<std::string> pluginFolders;
    std::function<void(const std::string &)> onLine; ///< a line for the log; any thread
};

/// One memory manager as a process of its own: `coinswarmd --role manager`. Its key and its disk are below
/// <data folder>/memory/<name>/<id>; the others are behind the bus.
class MemoryManager final : private memory::MemoryListener
{
public:
    /// Errors are sentences for the user.
    static Result<std::unique_ptr<MemoryManager>> start(ManagerOptions options);
    ~MemoryManager() override;

    memory::MemoryHostStatus status() const { return m_host->status(); }

private:
    MemoryManager() = default;
    Result<void> open(ManagerOptions options);
    void beat();

    void onRestored(quorum::Slot, const memory::MemoryState &) override {}
    void onFinal(const memory::FinalReport &report) override;
    void onOutcome(const memory::ProposalOutcome &) override {}
    void onUndecided(quorum::Slot slot, quorum::Round round) override;
    void onAccused(const quorum::Evidence &evidence, const std::filesystem::path &file) override;
    void onHalted(const std::string &reason) override;
    void say(const std::string &line) const;

    std::string m_id;
    std::function<void(const std::string &)> m_onLine;
    std::unique_ptr<plugins::PluginHost> m_plugins;
    memory::JoiningChannel *m_channel = nullptr; ///< the host's
    std::unique_ptr<memory::MemoryHost> m_host;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_stopping = false;
    std::thread m_heart;
};

} // namespace coinswarm::memory
