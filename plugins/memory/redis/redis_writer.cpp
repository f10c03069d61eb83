// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "redis_writer.h"

#include "item_bytes.h"

#include "redis/backoff.h"

#include <QtCore/qglobal.h>

#if defined(Q_OS_LINUX)
#include <pthread.h>
#endif

namespace coinswarm::redis {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kSlotsPerPipeline = 256;
constexpr std::size_t kChangesPerPipeline = 1'000;
constexpr std::size_t kItemsPerPipeline = 1'000;
constexpr auto kLastWords = std::chrono::milliseconds(500);
constexpr auto kOthersTurn = std::chrono::milliseconds(200);
/// Two engines that disagree would otherwise fill over each other without end.
constexpr auto kConflictPause = std::chrono::seconds(30);

} // namespace

RedisWriter::RedisWriter(RedisPool &pool, RedisStore &store, const SlotLog &log, const replica::EmbeddedMemory &replica,
                         std::mutex &applying, std::chrono::milliseconds checkInterval)
    : m_pool(pool),
      m_store(store),
      m_log(log),
      m_replica(replica),
      m_applying(applying),
      m_checkInterval(checkInterval),
      m_wanted(1)
{
    m_thread = std::thread([this] {
#if defined(Q_OS_LINUX)
        pthread_setname_np(pthread_self(), "redis-writer");
#endif
        run();
    });
}

RedisWriter::~RedisWriter()
{
    {
        std::unique_lock lock(m_mutex);
        m_stopping = true;
        m_changed.notify_all();
        m_changed.wait_for(lock, kLastWords, [this] { return m_over; });
    }
    m_pool.interrupt();
    m_thread.join();
}

void RedisWriter::wake()
{
    {
        const std::lock_guard lock(m_mutex);
        ++m_wanted;
    }
    m_changed.notify_all();
}

void RedisWriter::eraseFirst(std::function<void()> erased)
{
    {
        const std::lock_guard lock(m_mutex);
        m_erase = std::move(erased);
        ++m_wanted;
    }
    m_changed.notify_all();
}

bool RedisWriter::settle(std::chrono::milliseconds limit)
{
    std::unique_lock lock(m_mutex);
    const std::uint64_t wanted = m_wanted;
    return m_changed.wait_for(lock, limit, [&] { return m_settled >= wanted; });
}

RedisWriter::Status RedisWriter::status() const
{
    const std::lock_guard lock(m_mutex);
    return m_status;
}

void RedisWriter::report(const std::string &trouble)
{
    setTrouble(trouble);
}

void RedisWriter::setTrouble(const std::string &trouble)
{
    const std::lock_guard lock(m_mutex);
    m_status.trouble = trouble;
}

bool RedisWriter::stopping() const
{
    const std::lock_guard lock(m_mutex);
    return m_stopping;
}

void RedisWriter::run()
{
    Backoff backoff(m_pool.settings().retryWait, m_pool.settings().retryLongestWait);
    while (true) {
        std::uint64_t wanted = 0;
        {
            const std::lock_guard lock(m_mutex);
            wanted = m_wanted;
        }
        const Result<Next> next = step();
        std::unique_lock lock(m_mutex);
        if (next.ok()) {
            backoff.reset();
            if (*next == Next::Again) {
                continue;
            }
        } else {
            m_status.trouble = next.error().message;
            m_known.reset();
        }
        const bool settled = next.ok() && *next == Next::Wait;
        if (settled) {
            m_settled = wanted;
            m_changed.notify_all();
        }
        if (m_stopping && !(settled && m_wanted != wanted)) {
            m_over = true;
            m_changed.notify_all();
            return;
        }
        if (settled) {
            const bool asked =
                m_changed.wait_for(lock, m_checkInterval, [&] { return m_stopping || m_wanted != wanted; });
            if (!asked) {
                // Nothing is new here: what has happened there in the meantime?
                m_known.reset();
            }
        } else {
            const auto pause = next.ok() ? kOthersTurn : backoff.next();
            m_changed.wait_for(lock, pause, [this] { return m_stopping; });
        }
    }
}

Result<RedisWriter::Next> RedisWriter::step()
{
    bool eraseWanted = false;
    {
        const std::lock_guard lock(m_mutex);
        eraseWanted = m_erase != nullptr;
    }
    if (eraseWanted) {
        return erase();
    }
    if (!m_known) {
        const Result<StoredMarker> marker = m_store.look();
        if (!marker.ok()) {
            return marker.error();
        }
        m_known = *marker;
    }
    const ContentsState newest = m_log.newest();
    const std::string newestSlot = RedisStore::slotText(newest.slot);
    if (m_known->sound) {
        if (isConflict(newest)) {
            const bool again = m_lastConflict && Clock::now() - *m_lastConflict < kConflictPause;
            setTrouble("Redis at " + m_pool.settings().address() + " holds other episodes at slot "
                       + std::to_string(newest.slot)
                       + " than this engine: another program writes to the same keys, or one of the engines is wrong. "
                         "Give each swarm a key_prefix of its own, and verify the audit logs.");
            if (again) {
                return Next::Wait;
            }
            m_lastConflict = Clock::now();
            return fill();
        }
        if (m_known->slot >= newestSlot || m_known->digest == newest.digest.text()) {
            setTrouble({});
            return Next::Wait;
        }
        if (const std::optional<SlotLog::Slots> slots = m_log.from(m_known->digest)) {
            return write(*slots);
        }
    }
    if (newest.slot == 0) {
        setTrouble({});
        return Next::Wait;
    }
    setTrouble("Redis at " + m_pool.settings().address() + " is empty or behind, and is being filled.");
    return fill();
}

bool RedisWriter::isConflict(const ContentsState &newest) const
{
    return newest.slot > 0 && m_known->slot == RedisStore::slotText(newest.slot)
        && m_known->digest != newest.digest.text();
}

Result<RedisWriter::Next> RedisWriter::erase()
{
    if (const Result<void> erased = m_store.erase(); !erased.ok()) {
        return erased.error();
    }
    m_known.reset();
    std::function<void()> tell;
    {
        const std::lock_guard lock(m_mutex);
        std::swap(tell, m_erase);
    }
    tell();
    return Next::Again;
}

Result<RedisWriter::Next> RedisWriter::write(const SlotLog::Slots &slots)
{
    SlotLog::Slots part;
    std::size_t changes = 0;
    for (const auto &slot : slots) {
        if (!part.empty() && (part.size() == kSlotsPerPipeline || changes + slot->changes.size() > kChangesPerPipeline))
        {
            break;
        }
        changes += slot->changes.size();
        part.push_back(slot);
    }
    const Result<RedisStore::Outcome> outcome = m_store.write(part, *m_known);
    if (!outcome.ok()) {
        return outcome.error();
    }
    if (*outcome == RedisStore::Outcome::Written) {
        const std::lock_guard lock(m_mutex);
        m_status.slotsWritten += part.size();
    } else if (*outcome == RedisStore::Outcome::Differs) {
        m_known.reset();
    }
    return Next::Again;
}

Result<RedisWriter::Next> RedisWriter::fill()
{
    const Result<RedisStore::Outcome> begun = m_store.beginFill();
    if (!begun.ok()) {
        return begun.error();
    }
    if (*begun == RedisStore::Outcome::Busy) {
        m_known.reset();
        return Next::WaitForOthers;
    }
    ContentsState state;
    const Result<Next> filled = fillPlaceApart(state);
    if (!filled.ok() || *filled == Next::WaitForOthers) {
        m_store.abandonFill();
        return filled;
    }
    const StoredMarker seen = *m_known;
    m_known.reset();
    const Result<RedisStore::Outcome> ended = m_store.endFill(state, seen);
    if (!ended.ok()) {
        return ended.error();
    }
    if (*ended != RedisStore::Outcome::Written) {
        return Next::WaitForOthers;
    }
    const std::lock_guard lock(m_mutex);
    ++m_status.fills;
    return Next::Again;
}

/// Episodes are read one by one while others change; then the slots that came meanwhile are done once more on top.
Result<RedisWriter::Next> RedisWriter::fillPlaceApart(ContentsState &state)
{
    std::vector<EpisodeId> ids;
    std::uint64_t position = 0;
    {
        const std::lock_guard lock(m_applying);
        state = m_log.newest();
        position = m_log.position();
        ids = m_replica.ids();
    }
    for (std::size_t begin = 0; begin < ids.size(); begin += kItemsPerPipeline) {
        if (stopping()) {
            return Next::WaitForOthers;
        }
        std::vector<LoggedChange> changes;
        for (std::size_t i = begin; i < std::min(begin + kItemsPerPipeline, ids.size()); ++i) {
            if (const std::optional<MemoryItem> item = m_replica.get(ids[i])) {
                changes.push_back({item->id.value, itemBytes(*item)});
            }
        }
        if (const Result<void> put = m_store.fill(changes); !put.ok()) {
            return put.error();
        }
    }
    std::optional<SlotLog::Slots> missed;
    {
        const std::lock_guard lock(m_applying);
        missed = m_log.since(position);
    }
    if (!missed) {
        return Next::WaitForOthers;
    }
    for (const auto &slot : *missed) {
        if (const Result<void> put = m_store.fill(slot->changes); !put.ok()) {
            return put.error();
        }
        state = slot->after;
    }
    return Next::Again;
}

} // namespace coinswarm::redis
