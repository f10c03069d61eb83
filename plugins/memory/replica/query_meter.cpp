// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "query_meter.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace coinswarm::replica {

namespace {

constexpr std::int64_t kSeconds = 10;

std::int64_t secondOf(QueryMeter::Clock::time_point time)
{
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

} // namespace

void QueryMeter::record(Clock::time_point start, Clock::time_point end)
{
    const std::int64_t ns = std::chrono::duration_cast<std::chrono::nanoseconds>(end - start).count();
    const std::uint64_t query = m_queries.fetch_add(1, std::memory_order_relaxed);
    m_nanoseconds[query % m_nanoseconds.size()].store(
        static_cast<std::uint32_t>(std::min<std::int64_t>(ns, std::numeric_limits<std::uint32_t>::max())),
        std::memory_order_relaxed);
    const std::int64_t now = secondOf(end);
    Second &second = m_seconds[static_cast<std::size_t>(now) % m_seconds.size()];
    if (std::int64_t other = second.number.load(std::memory_order_relaxed); other != now) {
        if (second.number.compare_exchange_strong(other, now, std::memory_order_relaxed)) {
            second.queries.store(0, std::memory_order_relaxed);
        }
    }
    second.queries.fetch_add(1, std::memory_order_relaxed);
}

QueryMeter::Reading QueryMeter::read(Clock::time_point now) const
{
    Reading reading;
    reading.queries = m_queries.load(std::memory_order_relaxed);
    const std::int64_t present = secondOf(now);
    std::uint64_t counted = 0;
    for (const Second &second : m_seconds) {
        const std::int64_t number = second.number.load(std::memory_order_relaxed);
        if (number > present - kSeconds && number <= present) {
            counted += second.queries.load(std::memory_order_relaxed);
        }
    }
    reading.perSecond = static_cast<double>(counted) / static_cast<double>(kSeconds);
    std::vector<std::uint32_t> recent;
    for (std::size_t i = 0; i < std::min<std::uint64_t>(reading.queries, m_nanoseconds.size()); ++i) {
        recent.push_back(m_nanoseconds[i].load(std::memory_order_relaxed));
    }
    if (!recent.empty()) {
        std::sort(recent.begin(), recent.end());
        reading.medianMicroseconds = recent[recent.size() / 2] / 1e3;
        reading.p99Microseconds = recent[recent.size() * 99 / 100] / 1e3;
    }
    return reading;
}

} // namespace coinswarm::replica
