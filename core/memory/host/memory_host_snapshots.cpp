// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/host/memory_host.h"

#include "plugins/thread_name.h"

// The folded memory on disk, now and then.

namespace coinswarm::memory {

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
        plugins::nameThisThread("memory-keep");
        const Result<void> saved = saveSnapshot(snapshot, m_options.folder / kSnapshotFile);
        {
            const std::lock_guard lock(m_mutex);
            m_snapshotTrouble = saved ? std::string() : saved.error().message;
        }
        m_writingSnapshot = false;
    });
}

} // namespace coinswarm::memory
