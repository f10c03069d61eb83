// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/host/memory_host.h"

#include "memory/host/hot_memory_feed.h"
#include "memory/quorum/signed_bytes.h"
#include "plugins/thread_name.h"

#include <algorithm>
#include <iterator>

// Threads, start and end. What the machines ask for: memory_host_effects.cpp. Proposals: memory_host_proposals.cpp.
// Snapshots: memory_host_snapshots.cpp.

namespace coinswarm::memory {

namespace {

// What is beyond is lost, as on any network.
constexpr std::size_t kInbox = 100'000; ///< messages
constexpr std::size_t kInboxBytes = std::size_t{256} << 20;

} // namespace

MemoryHost::MemoryHost(MemoryHostOptions options)
    : m_options(std::move(options)),
      m_cluster(m_options.genesis.clusterId()),
      m_outbox(m_options.folder / "outbox.bin", m_options.submitAgain)
{}

Result<std::unique_ptr<MemoryHost>> MemoryHost::open(MemoryHostOptions options)
{
    std::unique_ptr<MemoryHost> host(new MemoryHost(std::move(options)));
    if (const Result<void> started = host->start(); !started) {
        return started.error();
    }
    return host;
}

Result<void> MemoryHost::start()
{
    auto checked = std::make_shared<quorum::CheckedSignatures>();
    m_told = quorum::ChainTip::genesis(m_cluster, m_options.genesis.epoch);
    const quorum::Ed25519Crypto checker;
    const quorum::RememberingCrypto remembering(checker, checked);
    std::optional<MemorySnapshot> snapshot = loadSnapshot(m_options.folder / kSnapshotFile, m_cluster);
    if (!snapshot || !ManagerStore::continues(m_options.folder, snapshot->log)) {
        snapshot.reset();
        // As the log grows it could seem to fit some day.
        std::error_code failure;
        std::filesystem::remove(m_options.folder / kSnapshotFile, failure);
    }
    std::optional<FoldedLog> folded;
    MemoryState known(m_options.genesis.engines);
    if (snapshot) {
        folded = std::move(snapshot->log);
        known = std::move(snapshot->state);
        m_told = folded->tip;
        m_snapshotEnd = folded->end;
        if (m_options.listener != nullptr) {
            m_options.listener->onRestored(m_told.slot, known);
        }
    }
    MemoryEvaluator fold(remembering, m_cluster, std::move(known));
    Result<ManagerStore> store = ManagerStore::open(m_options.folder, m_options.genesis, folded,
                                                    [&](const quorum::Final &final) -> Result<void> {
                                                        const Result<SlotChanges> changes = fold.apply(final);
                                                        if (!changes) {
                                                            return changes.error();
                                                        }
                                                        tell(final, *changes, fold.state(), true);
                                                        return {};
                                                    });
    if (!store) {
        return store.error();
    }
    m_store.emplace(std::move(*store));
    if (m_options.memory != nullptr) {
        if (const Result<void> filled = fillHotMemory(*m_options.memory, fold.state(), m_told.slot); !filled) {
            return filled;
        }
    }
    for (journal::JournalKey &key : m_options.keys) {
        m_managers.push_back(std::make_unique<LocalManager>(std::move(key), checked, m_cluster, fold.state()));
        LocalManager &manager = *m_managers.back();
        manager.begin(m_options.tuning, m_told, m_store->recordsOf(manager.key()));
        m_line.push_back({m_managers.size() - 1, quorum::Started{}});
    }
    if (m_managers.empty()) {
        return invalid("A memory host needs at least one key, of a manager or of one who follows.");
    }
    if (m_options.channel) {
        takePlace();
        const Result<void> opened = m_options.channel->open([this](QuorumChannel::Incoming incoming) {
            if (incoming.logEnded) {
                postFromLog({kAll, quorum::LogEnded{incoming.slot}});
            } else if (incoming.fromLog) {
                postFromLog({kAll, quorum::LogEntryRead{std::move(incoming.message)}, incoming.bytes});
            } else {
                post({kHeard, quorum::MessageReceived{std::move(incoming.message)}, incoming.bytes});
            }
        });
        if (!opened) {
            return opened;
        }
    }
    m_newItems = m_outbox.stored();
    noteStatus();
    m_thread = std::thread([this] { run(); });
    return {};
}

void MemoryHost::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_one();
    m_room.notify_all();
    if (m_thread.joinable()) {
        m_thread.join();
        m_outbox.save();
    }
}

MemoryHost::~MemoryHost()
{
    stop();
    m_options.channel.reset(); // its threads called post()
    if (m_snapshotWriter.joinable()) {
        m_snapshotWriter.join();
    }
    if (!m_managers.empty()) {
        if (const std::optional<MemorySnapshot> snapshot = takeSnapshot()) {
            // Without it the next start folds the log from the last one.
            (void)saveSnapshot(*snapshot, m_options.folder / kSnapshotFile);
        }
    }
}

void MemoryHost::post(Work work)
{
    const std::lock_guard lock(m_mutex);
    if (hasRoom(work)) {
        put(std::move(work));
    } else {
        ++m_status.dropped;
    }
}

void MemoryHost::postFromLog(Work work)
{
    std::unique_lock lock(m_mutex);
    m_room.wait(lock, [&] { return m_stopping || hasRoom(work); });
    put(std::move(work));
}

void MemoryHost::put(Work work)
{
    if (!m_stopping) {
        m_inboxBytes += work.bytes;
        m_inbox.push_back(std::move(work));
        m_wake.notify_one();
    }
}

bool MemoryHost::hasRoom(const Work &work) const
{
    return m_inbox.size() < kInbox && (m_inbox.empty() || m_inboxBytes + work.bytes <= kInboxBytes);
}

void MemoryHost::inspect(std::function<void(const MemoryState &)> task)
{
    {
        const std::lock_guard lock(m_mutex);
        m_tasks.push_back(std::move(task));
    }
    m_wake.notify_one();
}

MemoryHostStatus MemoryHost::status() const
{
    const std::lock_guard lock(m_mutex);
    return m_status;
}

void MemoryHost::run()
{
    plugins::nameThisThread("memory");
    for (;;) {
        takeInbox();
        if (m_line.empty() && m_awaitingDisk.empty()) {
            std::unique_lock lock(m_mutex);
            if (m_stopping) {
                return;
            }
            if (m_inbox.empty() && m_newItems.empty() && !m_newMembership && m_tasks.empty()) {
                m_wake.wait_until(lock, nextDue());
            }
        }
        while (!m_line.empty()) {
            const Work work = std::move(m_line.front());
            m_line.pop_front();
            if (work.manager < m_managers.size()) {
                handle(work.manager, work.event);
                continue;
            }
            if (work.manager == kHeard && !isWelcome(*std::get<quorum::MessageReceived>(work.event).message)) {
                continue;
            }
            for (std::size_t i = 0; i < m_managers.size(); ++i) {
                handle(i, work.event);
            }
        }
        syncDisk();
        snapshotNowAndThen();
        fireTimers();
        submitAgain();
        submitMembershipAgain();
        askForMissing();
    }
}

void MemoryHost::takeInbox()
{
    std::vector<std::string> items;
    std::vector<std::function<void(const MemoryState &)>> tasks;
    {
        const std::lock_guard lock(m_mutex);
        std::move(m_inbox.begin(), m_inbox.end(), std::back_inserter(m_line));
        m_inbox.clear();
        m_inboxBytes = 0;
        items.swap(m_newItems);
        if (m_newMembership) {
            m_membership = *std::exchange(m_newMembership, std::nullopt);
            m_membershipDue = {};
        }
        tasks.swap(m_tasks);
    }
    m_room.notify_all();
    noteStatus();
    takeSubmissions(std::move(items));
    for (const auto &task : tasks) {
        task(m_managers.front()->memory.state());
    }
}

void MemoryHost::noteStatus()
{
    const std::string trouble = m_options.channel ? m_options.channel->trouble() : std::string();
    const quorum::ManagerMachine &machine = *m_managers.front()->machine;
    const std::lock_guard lock(m_mutex);
    m_status.slot = m_told.slot;
    if (m_status.epoch.managers.empty() || m_status.epoch.number != m_told.epoch.number) {
        m_status.epoch = m_told.epoch;
        m_status.self = m_told.epoch.indexOf(m_managers.front()->key());
    }
    m_status.round = machine.round();
    m_status.waiting = machine.pendingItems();
    m_status.pending = m_outbox.all().size() + m_newItems.size();
    m_status.auditBytes = m_store->auditBytes();
    m_status.signatureChecks = 0;
    for (const auto &manager : m_managers) {
        m_status.signatureChecks += manager->checks();
    }
    m_status.trouble = !trouble.empty() ? trouble : !m_hotTrouble.empty() ? m_hotTrouble : m_snapshotTrouble;
}

void MemoryHost::handle(std::size_t manager, const quorum::ManagerEvent &event)
{
    if (m_failed) {
        return;
    }
    for (const quorum::ManagerEffect &effect : m_managers[manager]->machine->handle(event)) {
        if (!m_failed) {
            carryOut(manager, effect);
        }
    }
}

void MemoryHost::syncDisk()
{
    if (m_failed || m_awaitingDisk.empty() || !m_line.empty()) {
        return;
    }
    if (const Result<void> synced = m_store->sync(); !synced) {
        fail(synced.error().message);
        return;
    }
    for (const Token &waiting : m_awaitingDisk) {
        m_line.push_back({waiting.manager, quorum::DiskWritten{waiting.token}});
    }
    m_awaitingDisk.clear();
}

void MemoryHost::fireTimers()
{
    const auto now = LocalManager::Clock::now();
    for (std::size_t i = 0; i < m_managers.size(); ++i) {
        std::vector<LocalManager::Due> &timers = m_managers[i]->timers;
        for (const LocalManager::Due &due : timers) {
            if (due.at <= now) {
                m_line.push_back({i, quorum::TimerFired{due.timer}});
            }
        }
        std::erase_if(timers, [now](const LocalManager::Due &due) { return due.at <= now; });
    }
}

void MemoryHost::askForMissing()
{
    // Managers ask each other. Who only follows is asked by nobody and missed by nobody: a hole in what it heard would
    // stay for ever.
    const quorum::ManagerMachine &machine = *m_managers.front()->machine;
    const auto now = LocalManager::Clock::now();
    const bool follows = m_options.channel && !machine.tip().epoch.indexOf(m_managers.front()->key());
    const bool answered = m_questions > 0 && m_told.slot == m_askedAt + 1;
    if (!follows || m_failed || (!answered && now - m_lastAsked < std::chrono::seconds(1))) {
        return;
    }
    m_lastAsked = now;
    m_askedAt = m_told.slot;
    const auto place = static_cast<quorum::ManagerIndex>(++m_questions % machine.tip().epoch.size());
    m_options.channel->broadcast(quorum::makeMessage(quorum::Fetch{m_cluster, m_told.next(), place}));
}

LocalManager::Clock::time_point MemoryHost::nextDue() const
{
    auto next = m_outbox.nextDue(LocalManager::Clock::now());
    if (!m_membership.empty()) {
        next = std::min(next, m_membershipDue);
    }
    for (const auto &manager : m_managers) {
        for (const LocalManager::Due &due : manager->timers) {
            next = std::min(next, due.at);
        }
    }
    return next;
}

void MemoryHost::fail(const std::string &reason)
{
    m_failed = true;
    m_awaitingDisk.clear();
    m_line.clear();
    for (const auto &manager : m_managers) {
        manager->timers.clear();
    }
    bool first = false;
    {
        const std::lock_guard lock(m_mutex);
        first = m_status.halted.empty();
        m_status.halted = reason;
    }
    if (first && m_options.listener != nullptr) {
        m_options.listener->onHalted(reason);
    }
}

} // namespace coinswarm::memory
