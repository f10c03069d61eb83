// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "supervision/swarm_memory.h"

#include "config/plugin_section.h"
#include "journal/posix_disk.h"
#include "memory/node/memory_bus.h"
#include "memory/quorum/manager_name.h"

// Keys, genesis, hot memory and host of a session's memory, and what its bus says.

namespace coinswarm::supervision {

namespace {

/// Of strangers: no control characters, no mark-up, and not more than people read.
std::string plainText(std::string_view text)
{
    constexpr std::size_t most = 200;
    std::string plain;
    for (const char c : text.substr(0, most)) {
        plain += c >= ' ' && c < 127 && c != '<' && c != '>' && c != '&' ? c : ' ';
    }
    return plain;
}

} // namespace

Result<std::unique_ptr<SwarmMemory>> SwarmMemory::open(const config::Configuration &configuration,
                                                       const config::Paths &paths, plugins::PluginHost &plugins)
{
    std::unique_ptr<SwarmMemory> result(new SwarmMemory());
    if (const Result<void> opened = result->openCluster(configuration, paths, plugins); !opened) {
        return Error{opened.error().kind,
                     "The memory \"" + configuration.memory.name + "\" cannot be used: " + opened.error().message};
    }
    return result;
}

Result<void> SwarmMemory::openCluster(const config::Configuration &configuration, const config::Paths &paths,
                                      plugins::PluginHost &plugins)
{
    const config::MemoryConfiguration &wanted = configuration.memory;
    m_name = wanted.name;
    m_embedded = wanted.bus.empty();
    m_folder = config::sessionPaths(configuration, paths).dataFolder + "/memory/" + m_name;
    const std::string hotFolder = (m_folder / "hot").string();
    for (const std::string &folder : {m_folder.string(), hotFolder}) {
        if (const Result<void> made = config::prepareFolder(folder, "memory"); !made) {
            return made;
        }
    }
    Result<journal::JournalKey> engineKey = journal::JournalKey::loadOrCreate(paths.state);
    if (!engineKey) {
        return engineKey.error();
    }
    m_engineKey.emplace(std::move(*engineKey));
    memory::MemoryHostOptions options;
    Result<audit::Genesis> genesis =
        m_embedded ? embeddedGenesis(m_folder, wanted.managers, options.keys) : audit::loadGenesis(wanted.genesis);
    if (!genesis) {
        return genesis.error();
    }
    m_genesis = *genesis;
    options.genesis = m_genesis;
    if (!m_embedded) {
        if (const Result<void> joined = joinCluster(configuration, paths, plugins, options); !joined) {
            return joined;
        }
    }
    const Result<plugins::GivenSettings> settings =
        config::pluginSection(plugins, "memory.settings", wanted.plugin, wanted.settings);
    if (!settings) {
        return settings.error();
    }
    const PluginContext context{hotFolder, journal::toHex(m_genesis.clusterId())};
    Result<std::unique_ptr<HotMemory>> hot = plugins.createMemory(wanted.plugin, *settings, context);
    if (!hot && hot.error().kind == ErrorKind::Corrupt) {
        // It is only a copy: what is committed fills it again.
        std::error_code failure;
        std::filesystem::remove_all(hotFolder, failure);
        std::filesystem::create_directories(hotFolder, failure);
        hot = plugins.createMemory(wanted.plugin, *settings, context);
    }
    if (!hot) {
        return hot.error();
    }
    m_hot = std::move(*hot);
    options.folder = m_folder;
    options.memory = m_hot.get();
    options.listener = this;
    m_status.enabled = true;
    m_status.cluster = m_name;
    m_status.embedded = m_embedded;
    const config::StorageConfiguration &storage = configuration.storage;
    const bool onServer = storage.backend == "postgresql";
    m_databaseName = onServer ? "PostgreSQL" : "SQLite";
    m_status.auditFile = (m_folder / "audit.csaudit").string();
    m_databaseFeed = std::make_unique<memory::DatabaseFeed>(
        memory::DatabaseFeed::Options{m_status.auditFile, m_folder / "database.mark",
                                      onServer ? storage.postgresql.host + ":" + std::to_string(storage.postgresql.port)
                                              + "/" + storage.postgresql.database + "/" + storage.postgresql.schema
                                               : config::sessionPaths(configuration, paths).databaseFile});
    Result<std::unique_ptr<memory::MemoryHost>> host = memory::MemoryHost::open(std::move(options));
    if (!host) {
        return host.error().kind != ErrorKind::Unavailable
            ? host.error()
            : Error{ErrorKind::Unavailable,
                    "another process uses it, perhaps an engine that runs already. Stop that first, or give this one "
                    "a memory of its own: set memory.name."};
    }
    m_host = std::move(*host);
    m_opened = m_host.get();
    return {};
}

Result<void> SwarmMemory::joinCluster(const config::Configuration &configuration, const config::Paths &paths,
                                      plugins::PluginHost &plugins, memory::MemoryHostOptions &options)
{
    // The engine's own key is no manager's: it follows, checks everything and promises nothing.
    Result<journal::JournalKey> follower = journal::JournalKey::loadOrCreate(paths.state);
    if (!follower) {
        return follower.error();
    }
    options.keys.push_back(std::move(*follower));
    Result<std::unique_ptr<Bus>> bus = memory::makeMemoryBus(configuration, plugins);
    if (!bus) {
        return bus.error();
    }
    memory::JoiningChannel::Options joining;
    joining.channel.cluster = m_genesis.clusterId();
    joining.channel.log.maximumBytes = static_cast<std::uint64_t>(configuration.memory.logMebibytes) << 20;
    joining.channel.source = "engine-" + journal::toHex(m_engineKey->publicKey()).substr(0, 8);
    joining.onBus = [this](const BusEvent &event) { onBus(event); };
    joining.onHeartbeat = [this](const memory::Heartbeat &heartbeat) { onHeartbeat(heartbeat); };
    options.channel = std::make_unique<memory::JoiningChannel>(std::move(*bus), std::move(joining));
    return {};
}

void SwarmMemory::onBus(const BusEvent &event)
{
    const std::lock_guard lock(m_mutex);
    m_busWorks = event.kind == BusEvent::Kind::Connected || event.kind == BusEvent::Kind::Reconnected
        || (m_busWorks && event.kind == BusEvent::Kind::Dropped);
    m_busDetail = memory::textOf(event);
    m_statusChanged = true;
}

void SwarmMemory::onHeartbeat(const memory::Heartbeat &heartbeat)
{
    const std::lock_guard lock(m_mutex);
    // Whoever is on the bus may claim anything; there is a limit to it, and what people read is made harmless.
    if (heartbeat.manager < quorum::kMostManagers) {
        Heard &heard = m_heard[heartbeat.manager];
        heard = {heartbeat, std::chrono::steady_clock::now()};
        heard.heartbeat.halted = plainText(heartbeat.halted);
        heard.heartbeat.trouble = plainText(heartbeat.trouble);
        m_statusChanged = true;
    }
}

Result<audit::Genesis> SwarmMemory::embeddedGenesis(const std::filesystem::path &folder, std::int64_t managers,
                                                    std::vector<journal::JournalKey> &keys) const
{
    const std::filesystem::path file = folder / "genesis.txt";
    audit::Genesis genesis;
    const bool exists = std::filesystem::exists(file);
    if (exists) {
        Result<audit::Genesis> read = audit::loadGenesis(file);
        if (!read) {
            return read.error();
        }
        genesis = std::move(*read);
        managers = static_cast<std::int64_t>(genesis.epoch.managers.size());
    }
    for (std::int64_t i = 0; i < managers; ++i) {
        const std::filesystem::path keyFolder = folder / "keys" / quorum::managerName(static_cast<std::size_t>(i));
        std::error_code failure;
        std::filesystem::create_directories(keyFolder, failure);
        Result<journal::JournalKey> key = journal::JournalKey::loadOrCreate(keyFolder);
        if (!key) {
            return key.error();
        }
        if (exists && genesis.epoch.managers[static_cast<std::size_t>(i)] != key->publicKey()) {
            return Error{ErrorKind::Refused,
                         "the key in " + keyFolder.string() + " is not the one that " + file.string()
                             + " names. Restore it, or set memory.name to begin another memory."};
        }
        keys.push_back(std::move(*key));
    }
    if (exists) {
        return genesis;
    }
    genesis.name = m_name;
    for (const journal::JournalKey &key : keys) {
        genesis.epoch.managers.push_back(key.publicKey());
    }
    genesis.engines = {{m_engineKey->publicKey(), "engine"}};
    // Whole or not at all: half a genesis would keep every later start from this memory.
    const std::string text = genesis.text();
    const std::filesystem::path temporary = folder / "genesis.tmp";
    std::error_code failure;
    std::filesystem::remove(temporary, failure);
    const journal::ByteView bytes = std::as_bytes(std::span(text));
    if (const Result<void> written = journal::PosixDisk().create(temporary, {&bytes, 1}); !written) {
        return written.error();
    }
    std::filesystem::rename(temporary, file, failure);
    if (failure) {
        return Error{ErrorKind::Environment,
                     "the genesis file " + file.string() + " cannot be written: " + failure.message()};
    }
    return genesis;
}

} // namespace coinswarm::supervision
