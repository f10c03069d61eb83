// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "bus/pending_requests.h"

namespace coinswarm::bus {

std::string PendingRequests::open()
{
    const std::lock_guard lock(m_mutex);
    return m_open.emplace(std::to_string(++m_last), std::nullopt).first->first;
}

std::optional<BusMessage> PendingRequests::wait(const std::string &address, std::chrono::milliseconds timeout)
{
    std::unique_lock lock(m_mutex);
    std::optional<BusMessage> &answer = m_open.at(address);
    m_change.wait_for(lock, timeout, [&answer] { return answer.has_value(); });
    return answer;
}

void PendingRequests::close(const std::string &address)
{
    const std::lock_guard lock(m_mutex);
    m_open.erase(address);
}

bool PendingRequests::answer(const std::string &address, BusMessage message)
{
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_open.find(address);
        if (found == m_open.end() || found->second.has_value()) {
            return false;
        }
        found->second = std::move(message);
    }
    m_change.notify_all();
    return true;
}

} // namespace coinswarm::bus
