// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/node/memory_manager.h"

#include "config/plugin_folders.h"
#include "memory/node/memory_bus.h"
#include "memory/quorum/manager_name.h"
#include "plugins/thread_name.h"

namespace coinswarm::memory {

namespace {

std::string placeOf(const memory::MemoryHostStatus &status)
{
    const std::string epoch = "epoch " + std::to_string(status.epoch.number);
    return status.self ? "decides as manager " + quorum::managerName(*status.self) + " of "
            + std::to_string(status.epoch.size()) + " in " + epoch
                       : "its key is no manager's in " + epoch + ": it only follows. `cluster change` admits a key";
}

} // namespace

Result<std::unique_ptr<MemoryManager>> MemoryManager::start(ManagerOptions options)
{
    std::unique_ptr<MemoryManager> manager(new MemoryManager());
    if (const Result<void> opened = manager->open(std::move(options)); !opened) {
        return opened.error();
    }
    return manager;
}

Result<void> MemoryManager::open(ManagerOptions options)
{
    m_id = options.id;
    m_onLine = options.onLine;
    const config::MemoryConfiguration &wanted = options.configuration.memory;
    if (wanted.bus.empty() || wanted.genesis.empty()) {
        return invalid("a manager needs memory.bus and memory.genesis in its configuration");
    }
    const Result<audit::Genesis> genesis = audit::loadGenesis(wanted.genesis);
    if (!genesis) {
        return genesis.error();
    }
    if (const Result<void> folders = config::prepareFolders(options.paths); !folders) {
        return folders;
    }
    const std::string folder =
        config::sessionPaths(options.configuration, options.paths).dataFolder + "/memory/" + wanted.name + "/" + m_id;
    if (const Result<void> made = config::prepareFolder(folder, "the manager"); !made) {
        return made;
    }
    Result<journal::JournalKey> key = journal::JournalKey::loadOrCreate(folder);
    if (!key) {
        return key.error();
    }
    plugins::PluginHostOptions hostOptions;
    hostOptions.folders = config::pluginFolders(options.paths, options.pluginFolders);
    hostOptions.stateFolder = folder + "/plugins";
    m_plugins = std::make_unique<plugins::PluginHost>(std::move(hostOptions));
    if (const Result<void> scanned = m_plugins->scan(); !scanned) {
        return scanned;
    }
    Result<std::unique_ptr<Bus>> bus = makeMemoryBus(options.configuration, *m_plugins);
    if (!bus) {
        return bus.error();
    }
    memory::JoiningChannel::Options joining;
    joining.channel.cluster = genesis->clusterId();
    joining.channel.log.maximumBytes = static_cast<std::uint64_t>(options.configuration.memory.logMebibytes) << 20;
    joining.channel.source = m_id;
    joining.onBus = [this](const BusEvent &event) { say(textOf(event)); };
    auto channel = std::make_unique<memory::JoiningChannel>(std::move(*bus), std::move(joining));
    m_channel = channel.get();
    memory::MemoryHostOptions host;
    host.folder = folder;
    host.genesis = *genesis;
    host.keys.push_back(std::move(*key));
    host.channel = std::move(channel);
    host.listener = this;
    Result<std::unique_ptr<memory::MemoryHost>> opened = memory::MemoryHost::open(std::move(host));
    if (!opened) {
        return opened.error();
    }
    m_host = std::move(*opened);
    say("stands behind slot " + std::to_string(m_host->status().slot) + " of cluster " + genesis->name);
    m_heart = std::thread([this] { beat(); });
    return {};
}

MemoryManager::~MemoryManager()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_one();
    if (m_heart.joinable()) {
        m_heart.join();
    }
    m_host.reset();
}

void MemoryManager::beat()
{
    plugins::nameThisThread("memory-heart");
    std::string trouble;
    std::optional<std::uint64_t> epoch;
    std::unique_lock lock(m_mutex);
    while (!m_stopping) {
        const memory::MemoryHostStatus now = m_host->status();
        if (now.epoch.number != epoch) {
            epoch = now.epoch.number;
            say(placeOf(now));
        }
        if (now.self) {
            m_channel->publish(memory::Heartbeat{*now.self, now.slot, now.round, now.waiting, now.halted, now.trouble});
        }
        if (now.trouble != trouble) {
            trouble = now.trouble;
            say(trouble.empty() ? "reaches the others" : "trouble: " + trouble);
        }
        m_wake.wait_for(lock, memory::kHeartbeatInterval);
    }
}

void MemoryManager::say(const std::string &line) const
{
    if (m_onLine) {
        m_onLine(m_id + ": " + line);
    }
}

void MemoryManager::onFinal(const memory::FinalReport &report)
{
    const quorum::CommitBody &body = report.final.decided.certificate.body;
    if (!report.stored && body.slot % 1'000 == 0) {
        say("slot " + std::to_string(body.slot) + " is final");
    }
}

void MemoryManager::onUndecided(quorum::Slot slot, quorum::Round round)
{
    say("slot " + std::to_string(slot) + ": no decision in round " + std::to_string(round));
}

void MemoryManager::onAccused(const quorum::Evidence &evidence, const std::filesystem::path &file)
{
    say("manager " + quorum::managerName(evidence.manager) + " has lied in slot " + std::to_string(evidence.slot) + " ("
        + std::string(enumName(evidence.offence)) + "); evidence: " + file.string());
}

void MemoryManager::onHalted(const std::string &reason)
{
    say("stands still: " + reason);
}

} // namespace coinswarm::memory
