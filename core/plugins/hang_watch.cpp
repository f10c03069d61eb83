// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugins/hang_watch.h"

#include "plugins/thread_name.h"

namespace coinswarm::plugins {

HangWatch::HangWatch(std::chrono::milliseconds limit, std::function<void(std::uint32_t)> onHang)
    : m_limit(limit), m_onHang(std::move(onHang)), m_thread([this](std::stop_token stop) { watch(std::move(stop)); })
{}

HangWatch::~HangWatch()
{
    m_thread.request_stop();
    m_wake.notify_all();
}

std::uint32_t HangWatch::hanging() const
{
    return m_hung.load(std::memory_order_acquire) ? m_who.load(std::memory_order_acquire) : 0;
}

void HangWatch::watch(std::stop_token stop)
{
    nameThisThread("agent-watch");
    // A call is hanging if it was inside at three looks in a row: it has then lasted the limit at least.
    const auto pause = std::max(m_limit / 2, std::chrono::milliseconds(1));
    std::uint64_t lastCall = 0;
    int looks = 0;
    std::unique_lock lock(m_mutex);
    while (!m_wake.wait_for(lock, stop, pause, [&] { return stop.stop_requested(); })) {
        const std::uint64_t call = m_calls.load(std::memory_order_acquire);
        const std::uint32_t who = m_who.load(std::memory_order_acquire);
        looks = who != 0 && call == lastCall ? looks + 1 : 0;
        lastCall = call;
        if (looks == 2) {
            m_hung.store(true, std::memory_order_release);
            m_onHang(who);
            return;
        }
    }
}

} // namespace coinswarm::plugins
