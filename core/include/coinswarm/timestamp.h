// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/export.h>

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>

namespace coinswarm {

using Duration = std::chrono::nanoseconds;

/// A moment in nanoseconds since 1970-01-01T00:00:00Z. Values before 1970 are negative; leap seconds do not count.
struct Timestamp {
    std::int64_t ns = 0;

    static constexpr Timestamp fromMilliseconds(std::int64_t ms) { return {ms * 1'000'000}; }
    constexpr std::int64_t milliseconds() const { return ns / 1'000'000; }

    friend constexpr auto operator<=>(Timestamp, Timestamp) = default;
    friend constexpr Timestamp operator+(Timestamp t, Duration d) { return {t.ns + d.count()}; }
    friend constexpr Timestamp operator-(Timestamp t, Duration d) { return {t.ns - d.count()}; }
    friend constexpr Duration operator-(Timestamp a, Timestamp b) { return Duration(a.ns - b.ns); }
};

/// The start of the UTC day that contains `t`.
constexpr Timestamp startOfDay(Timestamp t)
{
    constexpr std::int64_t day = 86'400'000'000'000;
    const std::int64_t rest = ((t.ns % day) + day) % day;
    return {t.ns - rest};
}

/// ISO 8601 in UTC with milliseconds, as in 2024-01-01T00:00:00.000Z.
COINSWARM_SDK_EXPORT std::string toString(Timestamp t);

} // namespace coinswarm
