// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

class QThread;

namespace coinswarm::storage {

/// Ends calls that a frozen server never answers: a server that is stopped, or a network that swallows packets, leaves
/// the database's client waiting for ever, and its own time limits count in the server. Cutting the socket makes the
/// call return with an error.
///
/// A thread "storage-watch" of its own. watch() and release() are for one other thread.
class ConnectionWatch
{
public:
    ConnectionWatch();
    ~ConnectionWatch();

    /// Cuts the sockets off unless release() is called within `limit`. They must stay open until then.
    void watch(std::vector<int> sockets, std::chrono::milliseconds limit);
    void release();
    /// Whether the sockets that are, or were last, watched have been cut.
    bool cut() const;

private:
    ConnectionWatch(const ConnectionWatch &) = delete;
    ConnectionWatch &operator=(const ConnectionWatch &) = delete;

    void run();

    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<int> m_sockets; ///< empty: nothing to watch
    std::chrono::steady_clock::time_point m_deadline;
    std::chrono::steady_clock::time_point m_sleepsUntil = std::chrono::steady_clock::time_point::max();
    bool m_cut = false;
    bool m_ending = false;
    std::unique_ptr<QThread> m_thread;
};

} // namespace coinswarm::storage
