// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <atomic>
#include <mutex>
#include <shared_mutex>

namespace coinswarm::replica {

/// A shared mutex in which a writer waits for the readers that are inside, but not for those that come later. Works with
/// std::lock_guard and std::shared_lock. Not recursive.
class WriterFirstMutex
{
public:
    void lock()
    {
        m_writersWaiting.fetch_add(1);
        const std::lock_guard turn(m_turn);
        m_mutex.lock();
        m_writersWaiting.fetch_sub(1);
    }
    void unlock() { m_mutex.unlock(); }
    void lock_shared()
    {
        if (m_writersWaiting.load() != 0) {
            // The writer holds the turn until it is inside.
            const std::lock_guard turn(m_turn);
        }
        m_mutex.lock_shared();
    }
    void unlock_shared() { m_mutex.unlock_shared(); }

private:
    std::shared_mutex m_mutex;
    std::mutex m_turn;
    std::atomic<int> m_writersWaiting{0};
};

} // namespace coinswarm::replica
