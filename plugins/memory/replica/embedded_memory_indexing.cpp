// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "embedded_memory.h"

#include <QtCore/qglobal.h>

#include <algorithm>
#include <shared_mutex>

#if defined(Q_OS_LINUX)
#include <pthread.h>
#endif

// The indexing thread, and the copying of contents that it shares with optimise().
namespace coinswarm::replica {

namespace {

constexpr std::size_t kCopyRows = 256; ///< copied at a time, while apply() has to wait
constexpr std::size_t kLeastDead = 1'000;
constexpr std::size_t kFewChanges = 64; ///< that recalls may have to wait for

void nameThread()
{
#if defined(Q_OS_LINUX)
    pthread_setname_np(pthread_self(), "memory-index");
#endif
}

} // namespace

void EmbeddedMemory::startIndexing()
{
    m_indexing = std::jthread([this](const std::stop_token &stop) {
        nameThread();
        while (!stop.stop_requested()) {
            {
                std::unique_lock lock(m_wakeMutex);
                m_wake.wait(lock, stop, [this] { return m_maintenanceWanted.load() == 0 && hasWork(); });
            }
            if (!stop.stop_requested()) {
                work(stop);
            }
        }
    });
}

bool EmbeddedMemory::hasWork() const
{
    const std::shared_lock lock(m_state);
    return m_contents->pending() > 0 || tooManyDead(*m_contents);
}

bool EmbeddedMemory::tooManyDead(const MemoryContents &contents)
{
    return contents.deadRows() > std::max(kLeastDead, contents.rows() / 5);
}

void EmbeddedMemory::work(const std::stop_token &stop)
{
    const std::lock_guard maintenance(m_maintenance);
    bool copy = false;
    {
        const std::shared_lock lock(m_state);
        copy = tooManyDead(*m_contents);
    }
    if (!copy) {
        indexBatch();
        return;
    }
    // Whoever wants to maintain the memory himself does not wait for this: it is begun again later.
    static_cast<void>(copyContents([&](double) { return !stop.stop_requested() && m_maintenanceWanted.load() == 0; }));
}

void EmbeddedMemory::indexBatch()
{
    std::vector<std::uint64_t> ids;
    const MemoryContents *contents = nullptr;
    {
        const std::shared_lock lock(m_state);
        ids = m_contents->pendingIds();
        contents = m_contents.get();
    }
    // The contents stay while m_maintenance is held, and rows once written never change: no lock while planning.
    const index::GraphBatch batch = contents->plan(ids, m_options.threads);
    const std::lock_guard settled(m_settled);
    const std::lock_guard lock(m_state);
    m_contents->commit(batch);
}

bool EmbeddedMemory::copyContents(const std::function<bool(double)> &progress)
{
    {
        const std::lock_guard lock(m_state);
        m_changesDuringCopy.emplace();
    }
    std::unique_ptr<MemoryContents> fresh = copiedRows();
    if (!buildGraph(*fresh, progress)) {
        const std::lock_guard lock(m_state);
        m_changesDuringCopy.reset();
        return false;
    }
    replaceBy(std::move(fresh));
    return true;
}

std::unique_ptr<MemoryContents> EmbeddedMemory::copiedRows() const
{
    auto fresh = std::make_unique<MemoryContents>(m_options, index::rowKernels());
    std::vector<MemoryItem> items;
    for (std::size_t row = 0;; row += kCopyRows) {
        items.clear();
        {
            const std::shared_lock lock(m_state);
            if (row >= m_contents->rows()) {
                return fresh;
            }
            m_contents->copyItems(row, kCopyRows, items);
        }
        for (const MemoryItem &item : items) {
            fresh->put(item);
        }
    }
}

bool EmbeddedMemory::buildGraph(MemoryContents &contents, const std::function<bool(double)> &progress) const
{
    const auto all = static_cast<double>(std::max<std::size_t>(contents.pending(), 1));
    while (contents.pending() > 0) {
        if (!progress(1 - static_cast<double>(contents.pending()) / all)) {
            return false;
        }
        contents.commit(contents.plan(contents.pendingIds(), m_options.threads));
    }
    return progress(1);
}

void EmbeddedMemory::replaceBy(std::unique_ptr<MemoryContents> fresh)
{
    // What came in the meantime is done again in order. A row that was copied after its change stays the same by that.
    while (true) {
        std::vector<MemoryChange> missed;
        {
            const std::lock_guard settled(m_settled);
            const std::lock_guard lock(m_state);
            missed = std::exchange(*m_changesDuringCopy, {});
            if (missed.size() <= kFewChanges) {
                std::for_each(missed.begin(), missed.end(), [&](const MemoryChange &one) { fresh->change(one); });
                m_changesDuringCopy.reset();
                std::swap(m_contents, fresh);
                return;
            }
        }
        std::for_each(missed.begin(), missed.end(), [&](const MemoryChange &one) { fresh->change(one); });
    }
}

} // namespace coinswarm::replica
