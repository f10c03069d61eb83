// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/connection_watch.h"

#include <QtCore/QThread>

#include <sys/socket.h>

namespace coinswarm::storage {

ConnectionWatch::ConnectionWatch() : m_thread(QThread::create([this] { run(); }))
{
    m_thread->setObjectName(QStringLiteral("storage-watch"));
    m_thread->start();
}

ConnectionWatch::~ConnectionWatch()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ending = true;
    }
    m_wake.notify_all();
    m_thread->wait();
}

void ConnectionWatch::watch(std::vector<int> sockets, std::chrono::milliseconds limit)
{
    const std::lock_guard lock(m_mutex);
    const auto deadline = std::chrono::steady_clock::now() + limit;
    // Calls come by the thousand and end in time. The thread sleeps until a deadline of before and then looks again.
    const bool earlier = deadline < m_sleepsUntil;
    m_sockets = std::move(sockets);
    m_deadline = deadline;
    m_cut = false;
    if (earlier) {
        m_wake.notify_one();
    }
}

void ConnectionWatch::release()
{
    const std::lock_guard lock(m_mutex);
    m_sockets.clear();
}

bool ConnectionWatch::cut() const
{
    const std::lock_guard lock(m_mutex);
    return m_cut;
}

void ConnectionWatch::run()
{
    std::unique_lock lock(m_mutex);
    while (!m_ending) {
        m_sleepsUntil = m_sockets.empty() ? std::chrono::steady_clock::time_point::max() : m_deadline;
        if (m_sockets.empty()) {
            m_wake.wait(lock);
        } else {
            m_wake.wait_until(lock, m_sleepsUntil);
        }
        if (!m_sockets.empty() && std::chrono::steady_clock::now() >= m_deadline) {
            for (const int socket : m_sockets) {
                ::shutdown(socket, SHUT_RDWR);
            }
            m_sockets.clear();
            m_cut = true;
        }
    }
}

} // namespace coinswarm::storage
