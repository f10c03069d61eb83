// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "redis_memory.h"

#include "item_bytes.h"

#include <QtCore/QFile>

#include <map>

namespace coinswarm::redis {

namespace {

/// More at once are not worth keeping: a store that needs them is filled sooner than they are written one by one.
constexpr std::size_t kMostChangesOfASlot = 1'000;

} // namespace

RedisMemory::RedisMemory(const RedisMemoryOptions &options, std::string folder,
                         std::unique_ptr<replica::EmbeddedMemory> replica)
    : m_options(options),
      m_folder(std::move(folder)),
      m_replica(std::move(replica)),
      m_pool(options.redis),
      m_store(m_pool, options.prefix, options.cluster)
{}

RedisMemory::~RedisMemory() = default;

Result<std::unique_ptr<RedisMemory>> RedisMemory::open(const RedisMemoryOptions &options, const std::string &folder)
{
    Result<std::unique_ptr<replica::EmbeddedMemory>> replica = replica::EmbeddedMemory::open(options.replica, folder);
    if (!replica.ok()) {
        return replica.error();
    }
    std::unique_ptr<RedisMemory> memory(new RedisMemory(options, folder, std::move(*replica)));
    const bool toErase = !folder.empty() && QFile::exists(QString::fromStdString(memory->eraseNote()));
    std::string trouble;
    if (memory->m_replica->slot() == 0 && options.load && !toErase) {
        trouble = memory->loadFromRedis();
    }
    memory->m_log.emplace(memory->measured(), options.logChanges);
    memory->m_writer = std::make_unique<RedisWriter>(memory->m_pool, memory->m_store, *memory->m_log,
                                                     *memory->m_replica, memory->m_applying, options.checkInterval);
    if (!trouble.empty()) {
        memory->m_writer->report(trouble);
    }
    if (toErase) {
        memory->eraseRedis();
    }
    return memory;
}

/// Why not, if Redis ought to have been read; memory then begins empty and is filled from the commits.
std::string RedisMemory::loadFromRedis()
{
    Result<RedisStore::Loaded> loaded = m_store.load(std::chrono::steady_clock::now() + m_options.loadTimeout);
    if (!loaded.ok()) {
        return loaded.error().kind == ErrorKind::NotFound ? std::string() : loaded.error().message;
    }
    if (loaded->slot == 0) {
        return {};
    }
    std::vector<MemoryChange> changes;
    changes.reserve(loaded->items.size());
    for (MemoryItem &item : loaded->items) {
        changes.emplace_back(PutEpisode{std::move(item)});
    }
    if (const Result<void> put = m_replica->apply(loaded->slot, changes); !put.ok()) {
        return put.error().message;
    }
    m_loaded = true;
    return {};
}

ContentsState RedisMemory::measured() const
{
    ContentsState state;
    state.slot = m_replica->slot();
    for (const EpisodeId id : m_replica->ids()) {
        state.digest.add(itemBytes(*m_replica->get(id)));
        ++state.episodes;
    }
    return state;
}

Result<void> RedisMemory::apply(std::uint64_t slot, std::span<const MemoryChange> changes)
{
    {
        const std::lock_guard lock(m_applying);
        LoggedSlot logged = described(slot, changes);
        if (const Result<void> applied = m_replica->apply(slot, changes); !applied.ok()) {
            return applied;
        }
        if (logged.changes.size() > kMostChangesOfASlot) {
            m_log->reset(logged.after);
        } else {
            m_log->push(std::move(logged));
        }
    }
    m_writer->wake();
    return {};
}

LoggedSlot RedisMemory::described(std::uint64_t slot, std::span<const MemoryChange> changes) const
{
    std::map<std::uint64_t, const MemoryItem *> last; // of an id that is changed twice the later change counts
    for (const MemoryChange &change : changes) {
        if (const auto *put = std::get_if<PutEpisode>(&change)) {
            last[put->item.id.value] = &put->item;
        } else {
            last[std::get<RemoveEpisode>(change).id.value] = nullptr;
        }
    }
    LoggedSlot logged;
    logged.before = m_log->newest();
    logged.after = logged.before;
    logged.after.slot = slot;
    for (const auto &[id, item] : last) {
        if (const std::optional<MemoryItem> old = m_replica->get(EpisodeId(id))) {
            logged.after.digest.remove(itemBytes(*old));
            --logged.after.episodes;
        }
        LoggedChange change{id, std::nullopt};
        if (item != nullptr) {
            change.bytes = itemBytes(*item);
            logged.after.digest.add(*change.bytes);
            ++logged.after.episodes;
        }
        logged.changes.push_back(std::move(change));
    }
    return logged;
}

std::string RedisMemory::eraseNote() const
{
    return m_folder + "/redis-to-erase";
}

Result<void> RedisMemory::clear()
{
    if (!m_folder.empty()) {
        // Should this process end before Redis has forgotten, the next start finds the note.
        QFile note(QString::fromStdString(eraseNote()));
        if (!note.open(QIODevice::WriteOnly)) {
            return Error{ErrorKind::Environment,
                         "Cannot write " + eraseNote() + ": " + note.errorString().toStdString()
                             + ". Free space or make the folder writable."};
        }
    }
    {
        const std::lock_guard lock(m_applying);
        if (const Result<void> cleared = m_replica->clear(); !cleared.ok()) {
            return cleared;
        }
        m_log->reset({});
    }
    eraseRedis();
    m_writer->settle(m_options.redis.connectTimeout + m_options.redis.commandTimeout);
    return {};
}

void RedisMemory::eraseRedis()
{
    m_writer->eraseFirst([note = m_folder.empty() ? std::string() : eraseNote()] {
        if (!note.empty()) {
            QFile::remove(QString::fromStdString(note));
        }
    });
}

MemoryInfo RedisMemory::info() const
{
    MemoryInfo info = m_replica->info();
    info.backend = "redis";
    info.reason = m_writer->status().trouble;
    if (!info.reason.empty()) {
        info.health = MemoryHealth::Degraded;
        info.reason += " Recalls are answered from this process and go on.";
    }
    return info;
}

} // namespace coinswarm::redis
