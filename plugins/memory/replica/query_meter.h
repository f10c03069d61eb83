// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace coinswarm::replica {

/// Counts queries and remembers how long recent ones took.
///
/// Thread: any. A reading taken while others record may miss the last of them.
class QueryMeter
{
public:
    using Clock = std::chrono::steady_clock;

    struct Reading {
        std::uint64_t queries = 0;
        double perSecond = 0; ///< over the last ten seconds, of which the running one is not over
        double medianMicroseconds = 0; ///< of the last 1,024
        double p99Microseconds = 0;
    };

    void record(Clock::time_point start, Clock::time_point end);
    Reading read(Clock::time_point now) const;

private:
    struct Second {
        std::atomic<std::int64_t> number{-1};
        std::atomic<std::uint32_t> queries{0};
    };

    std::atomic<std::uint64_t> m_queries{0};
    std::array<Second, 16> m_seconds;
    std::array<std::atomic<std::uint32_t>, 1'024> m_nanoseconds{};
};

} // namespace coinswarm::replica
