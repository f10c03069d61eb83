// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace coinswarm::plugins {

/// Notices when a call into foreign code does not return. The caller pays two stores per call and reads no clock.
///
/// Thread: enter() and leave() belong to one thread; `agent-watch`, its own, looks on and calls `onHang`, once.
class HangWatch
{
public:
    /// A call is taken for hanging after `limit`, at the latest after one and a half times as long.
    HangWatch(std::chrono::milliseconds limit, std::function<void(std::uint32_t who)> onHang);
    ~HangWatch();

    void enter(std::uint32_t who)
    {
        m_who.store(who, std::memory_order_relaxed);
        m_calls.fetch_add(1, std::memory_order_release);
    }
    void leave() { m_who.store(0, std::memory_order_release); }
    /// Who is inside a call that was taken for hanging; 0 if nobody is.
    std::uint32_t hanging() const;

private:
    void watch(std::stop_token stop);

    std::chrono::milliseconds m_limit;
    std::function<void(std::uint32_t)> m_onHang;
    std::atomic<std::uint32_t> m_who{0};
    std::atomic<std::uint64_t> m_calls{0};
    std::atomic<bool> m_hung{false};
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::jthread m_thread;
};

} // namespace coinswarm::plugins
