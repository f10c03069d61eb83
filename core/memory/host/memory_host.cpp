// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/host/memory_host.h"

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "journal/posix_disk.h"
#include "memory/host/hot_memory_feed.h"
#include "memory/quorum/signed_bytes.h"
#include "plugins/thread_name.h"

#include <algorithm>
#include <fstream>
#include <iterator>

// Threads, start and end. What the machines ask for: memory_host_effects.cpp.

namespace coinswarm::memory {

namespace {

/// What was submitted here and is not decided, for the next start.
constexpr std::string_view kOutbox = "outbox.bin";
/// The folded memory, so that a start is quick.
constexpr std::string_view kSnapshot = "memory.snapshot";
/// Proposals from here that may be on their way at a time; the others wait in the outbox.
constexpr std::size_t kUnderWay = 8'192;
constexpr std::size_t kInbox = 100'000; ///< messages; what is beyond is lost, as on any network

} // namespace

MemoryHost::MemoryHost(MemoryHostOptions options)
    : m_options(std::move(options)), m_cluster(m_options.genesis.clusterId())
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
    std::optional<MemorySnapshot> snapshot = loadSnapshot(m_options.folder / kSnapshot, m_cluster);
    if (!snapshot || !ManagerStore::continues(m_options.folder, snapshot->log)) {
        snapshot.reset();
        // As the log grows it could seem to fit some day.
        std::error_code failure;
        std::filesystem::remove(m_options.folder / kSnapshot, failure);
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
    for (JournalKey &key : m_options.keys) {
        m_managers.push_back(std::make_unique<LocalManager>(std::move(key), checked, m_cluster, fold.state()));
        LocalManager &manager = *m_managers.back();
        manager.begin(m_options.tuning, m_told, m_store->recordsOf(manager.key()));
        m_line.push_back({m_managers.size() - 1, quorum::Started{}});
    }
    if (m_managers.empty()) {
        return invalid("A memory host needs at least one key, of a manager or of one who follows.");
    }
    if (m_options.channel) {
        const Result<void> opened = m_options.channel->open([this](QuorumChannel::Incoming incoming) {
            if (incoming.logEnded) {
                post({kAll, quorum::LogEnded{incoming.slot}});
            } else if (incoming.fromLog) {
                post({kAll, quorum::LogEntryRead{std::move(incoming.message)}});
            } else {
                post({kHeard, quorum::MessageReceived{std::move(incoming.message)}});
            }
        });
        if (!opened) {
            return opened;
        }
    }
    loadOutbox();
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
    if (m_thread.joinable()) {
        m_thread.join();
        saveOutbox();
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
            (void)saveSnapshot(*snapshot, m_options.folder / kSnapshot);
        }
    }
}

std::optional<MemorySnapshot> MemoryHost::takeSnapshot()
{
    if (m_failed || !m_store->sync()) {
        return std::nullopt;
    }
    const LocalManager &manager = *m_managers.front();
    const quorum::ChainTip &tip = manager.machine->tip();
    if (m_store->auditBytes() == m_snapshotEnd || tip.slot == 0 || tip.slot != m_told.slot
        || tip.slot != m_store->lastFinal())
    {
        return std::nullopt;
    }
    m_snapshotEnd = m_store->auditBytes();
    return MemorySnapshot{{tip, m_store->offsets(), m_snapshotEnd}, manager.memory.state()};
}

void MemoryHost::snapshotNowAndThen()
{
    if (m_store->auditBytes() - m_snapshotEnd < m_options.snapshotEvery || m_writingSnapshot || !m_awaitingDisk.empty()
        || !m_line.empty())
    {
        return;
    }
    std::optional<MemorySnapshot> snapshot = takeSnapshot();
    if (!snapshot) {
        return;
    }
    if (m_snapshotWriter.joinable()) {
        m_snapshotWriter.join();
    }
    m_writingSnapshot = true;
    m_snapshotWriter = std::thread([this, snapshot = std::move(*snapshot)] {
        nameThisThread("memory-keep");
        const Result<void> saved = saveSnapshot(snapshot, m_options.folder / kSnapshot);
        {
            const std::lock_guard lock(m_mutex);
            m_snapshotTrouble = saved ? std::string() : saved.error().message;
        }
        m_writingSnapshot = false;
    });
}

void MemoryHost::loadOutbox()
{
    std::ifstream in(m_options.folder / kOutbox, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    // What is torn is proposed again by the engine that continues its session.
    if (Result<std::vector<std::string>> items =
            codec::decoded<std::vector<std::string>>(std::as_bytes(std::span(content))))
    {
        m_newItems = std::move(*items);
    }
}

void MemoryHost::saveOutbox()
{
    if (!m_outboxChanged) {
        return;
    }
    std::vector<std::string> items;
    for (const auto &[id, submitted] : m_submitted) {
        items.push_back(submitted.item);
    }
    const ByteBuffer bytes = codec::encoded(items);
    const std::filesystem::path file = m_options.folder / kOutbox;
    std::filesystem::path temporary = file;
    temporary += ".tmp";
    std::error_code failure;
    std::filesystem::remove(temporary, failure);
    const ByteView whole = bytes;
    if (PosixDisk().create(temporary, {&whole, 1})) {
        std::filesystem::rename(temporary, file, failure);
        m_outboxChanged = bool(failure); // on a full disk the older one stays, and this is tried again
    }
}

void MemoryHost::post(Work work)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopping || m_inbox.size() >= kInbox) {
            return;
        }
        m_inbox.push_back(std::move(work));
    }
    m_wake.notify_one();
}

void MemoryHost::submit(std::vector<std::string> items)
{
    {
        const std::lock_guard lock(m_mutex);
        std::move(items.begin(), items.end(), std::back_inserter(m_newItems));
    }
    m_wake.notify_one();
}

void MemoryHost::submitOnce(std::vector<std::string> items)
{
    for (std::string &item : items) {
        if (m_options.channel) {
            m_options.channel->submit(item);
        }
        post({kAll,
              quorum::MessageReceived{quorum::makeMessage(quorum::Submit{quorum::BatchKind::Items, std::move(item)})}});
    }
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
    nameThisThread("memory");
    for (;;) {
        takeInbox();
        if (m_line.empty() && m_awaitingDisk.empty()) {
            std::unique_lock lock(m_mutex);
            if (m_stopping) {
                return;
            }
            if (m_inbox.empty() && m_newItems.empty() && m_tasks.empty()) {
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
        items.swap(m_newItems);
        tasks.swap(m_tasks);
    }
    noteStatus();
    for (const auto &task : tasks) {
        task(m_managers.front()->memory.state());
    }
    for (std::string &item : items) {
        const std::optional<OpenedProposal> opened = openItem(item);
        if (opened) {
            const auto now = LocalManager::Clock::now();
            const bool hasRoom = m_submitted.size() < kUnderWay;
            if (hasRoom) {
                give(item);
            }
            m_submitted.try_emplace(opened->id,
                                    Submitted{std::move(item), now, hasRoom ? now : LocalManager::Clock::time_point()});
            m_outboxChanged = true;
        }
    }
}

void MemoryHost::noteStatus()
{
    const std::string trouble = m_options.channel ? m_options.channel->trouble() : std::string();
    const std::lock_guard lock(m_mutex);
    {
        const quorum::ManagerMachine &machine = *m_managers.front()->machine;
        m_status.slot = m_told.slot;
        m_status.round = machine.round();
        m_status.waiting = machine.pendingItems();
        m_status.pending = m_submitted.size() + m_newItems.size();
        m_status.auditBytes = m_store->auditBytes();
        m_status.signatureChecks = 0;
        for (const auto &manager : m_managers) {
            m_status.signatureChecks += manager->checks();
        }
        m_status.trouble = !trouble.empty() ? trouble : !m_hotTrouble.empty() ? m_hotTrouble : m_snapshotTrouble;
    }
}

std::optional<Rejection> MemoryHost::known(const OpenedProposal &opened) const
{
    const MemoryState &state = m_managers.front()->memory.state();
    if (state.knowsProposal(opened.id)) {
        return Rejection::Duplicate;
    }
    const auto *add = opened.proposal ? std::get_if<AddEpisode>(&opened.proposal->body) : nullptr;
    if (add != nullptr && state.knowsTrip(tripKey(opened.item.submitter, add->episode.session, add->episode.roundTrip)))
    {
        return Rejection::TripAlreadyKnown;
    }
    return std::nullopt;
}

bool MemoryHost::isSubmitted(const Digest &trip) const
{
    return std::any_of(m_submitted.begin(), m_submitted.end(), [&](const auto &entry) {
        const std::optional<OpenedProposal> opened = openItem(entry.second.item);
        const auto *add = opened && opened->proposal ? std::get_if<AddEpisode>(&opened->proposal->body) : nullptr;
        return add != nullptr && tripKey(opened->item.submitter, add->episode.session, add->episode.roundTrip) == trip;
    });
}

bool MemoryHost::isWelcome(const quorum::Message &message)
{
    const auto *submit = std::get_if<quorum::Submit>(&message);
    if (submit == nullptr || submit->kind != quorum::BatchKind::Items) {
        return true;
    }
    // Anybody on the bus can submit anything. What nobody signed, or what was decided long ago, would be refused by all and
    // stand in everybody's log for ever.
    const std::optional<OpenedProposal> opened = openItem(submit->item);
    if (!opened || !m_managers.front()->memory.state().engines().contains(opened->item.submitter) || known(*opened)) {
        return false;
    }
    const std::optional<ByteBuffer> signedBytes = signedBundle(m_cluster, opened->item);
    return signedBytes
        && m_managers.front()->crypto().holds(opened->item.submitter, *signedBytes, opened->item.signature);
}

void MemoryHost::give(const std::string &item)
{
    if (m_options.channel) {
        m_options.channel->submit(item);
    }
    m_line.push_back(
        {kAll, quorum::MessageReceived{quorum::makeMessage(quorum::Submit{quorum::BatchKind::Items, item})}});
}

void MemoryHost::handle(std::size_t manager, const quorum::Event &event)
{
    if (m_failed) {
        return;
    }
    for (const quorum::Effect &effect : m_managers[manager]->machine->handle(event)) {
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

void MemoryHost::submitAgain()
{
    const auto now = LocalManager::Clock::now();
    if ((m_submitted.empty() && !m_outboxChanged) || now - m_lastSubmit < m_options.submitAgain / 4) {
        return;
    }
    m_lastSubmit = now;
    // A long one is written seldom: it is all of it every time.
    if (m_submitted.size() < 1'000 || now - m_lastSaved >= std::chrono::seconds(10)) {
        m_lastSaved = now;
        saveOutbox();
    }
    // Not all at once: a backlog that is said again and again leaves no room for deciding it.
    std::size_t room = kUnderWay / 4;
    auto entry = m_submitted.upper_bound(m_lastGiven);
    for (std::size_t looked = m_submitted.size(); looked > 0 && room > 0 && !m_submitted.empty(); --looked) {
        if (entry == m_submitted.end()) {
            entry = m_submitted.begin();
        }
        Submitted &submitted = entry->second;
        if (now - submitted.last < m_options.submitAgain) {
            ++entry;
            continue;
        }
        --room;
        m_lastGiven = entry->first;
        const std::optional<OpenedProposal> opened = openItem(submitted.item);
        const std::optional<Rejection> why = opened ? known(*opened) : Rejection::Malformed;
        if (why) {
            const ProposalOutcome outcome{entry->first,
                                          m_told.slot,
                                          {*why},
                                          opened && opened->proposal ? std::string(kindName(opened->proposal->body))
                                                                     : std::string()};
            entry = m_submitted.erase(entry);
            m_outboxChanged = true;
            tellOutcome(outcome);
            continue;
        }
        submitted.last = now;
        give(submitted.item);
        ++entry;
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
    auto next =
        LocalManager::Clock::now() + (m_submitted.empty() ? std::chrono::seconds(1) : m_options.submitAgain / 4);
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
