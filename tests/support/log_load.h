// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "support/bus_world.h"

#include <algorithm>
#include <map>
#include <set>

namespace coinswarm::test {

/// Appends numbered entries until stopped, each again under its id until the log has it. Loads of one log differ by name.
class LogLoad
{
public:
    LogLoad(Bus &bus, DurableLog &log, std::string name = {})
        : m_name(std::move(name)), m_thread([this, &bus, &log] { run(bus, log); })
    {}
    ~LogLoad() { stop(); }

    void stop()
    {
        m_stop = true;
        m_change.notify_all();
        if (m_thread.joinable()) {
            m_thread.join();
        }
    }
    std::size_t acknowledged() const { return m_count; }
    /// Appends that were not acknowledged, repetitions included.
    std::size_t refused() const { return m_refused; }
    bool waitFor(std::size_t more) const
    {
        const std::size_t target = m_count + more;
        return QTest::qWaitFor([this, target] { return m_count >= target; }, 60'000);
    }
    /// Payloads by sequence. After stop().
    const std::map<std::uint64_t, std::string> &entries() const { return m_entries; }

private:
    void run(Bus &bus, DurableLog &log)
    {
        for (int i = 0; !m_stop; ++i) {
            const BusMessage message = messageOf(bus, Subject::MemCommit, m_name + std::to_string(i));
            AppendOutcome outcome;
            do {
                outcome = appendTo(log, message);
                if (!outcome.inLog()) {
                    ++m_refused;
                    std::unique_lock lock(m_mutex);
                    m_change.wait_for(lock, std::chrono::milliseconds(20), [this] { return m_stop.load(); });
                }
            } while (!outcome.inLog() && !m_stop);
            if (outcome.inLog()) {
                m_entries[outcome.sequence] = textOf(message);
                ++m_count;
            }
        }
    }

    const std::string m_name;
    std::mutex m_mutex;
    std::condition_variable m_change;
    std::atomic<bool> m_stop = false;
    std::atomic<std::size_t> m_count = 0;
    std::atomic<std::size_t> m_refused = 0;
    std::map<std::uint64_t, std::string> m_entries;
    std::thread m_thread;
};

/// Reads a log and compares it with what loads, which are stopped, were told. Empty if everything acknowledged is there, where
/// it was said to be, and nothing twice; else what is wrong.
inline std::string whatIsWrong(DurableLog &log, const std::vector<const LogLoad *> &loads)
{
    std::uint64_t last = 0;
    for (const LogLoad *load : loads) {
        last = load->entries().empty() ? last : std::max(last, load->entries().rbegin()->first);
    }
    if (last == 0) {
        return "nothing was acknowledged";
    }
    const std::vector<std::string> content = readFrom(log, 1, last);
    if (content.size() < last) {
        const Result<LogExtent> extent = log.extent();
        return "read " + std::to_string(content.size()) + " of " + std::to_string(last)
            + " acknowledged entries; the log says "
            + (extent ? "that it has " + std::to_string(extent->first) + " to " + std::to_string(extent->last)
                      : extent.error().message);
    }
    for (const LogLoad *load : loads) {
        for (const auto &[sequence, payload] : load->entries()) {
            if (content[sequence - 1] != payload) {
                return "entry " + std::to_string(sequence) + " is " + content[sequence - 1] + ", acknowledged was "
                    + payload;
            }
        }
    }
    // Repetitions under one id must not enter twice.
    const std::set<std::string> different(content.begin(), content.end());
    return different.size() == content.size()
        ? std::string()
        : std::to_string(content.size() - different.size()) + " entries are in the log twice";
}

} // namespace coinswarm::test
