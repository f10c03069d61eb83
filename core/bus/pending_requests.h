// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/bus_message.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace coinswarm::bus {

/// Requests inside this process whose answer is awaited. Any thread.
class PendingRequests
{
public:
    /// An address for the answer. Every one is closed again.
    std::string open();
    /// Waits for the answer.
    std::optional<BusMessage> wait(const std::string &address, std::chrono::milliseconds timeout);
    void close(const std::string &address);
    /// False if nobody waits at that address any more.
    bool answer(const std::string &address, BusMessage message);

private:
    std::mutex m_mutex;
    std::condition_variable m_change;
    std::uint64_t m_last = 0;
    std::map<std::string, std::optional<BusMessage>> m_open;
};

} // namespace coinswarm::bus
