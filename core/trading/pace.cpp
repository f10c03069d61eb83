// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "trading/pace.h"

#include <coinswarm/decimal.h>

#include <algorithm>

namespace coinswarm::trading {

namespace {

constexpr std::int64_t kOnce = 1'000;
constexpr Duration kLongest = std::chrono::hours(24 * 365 * 100);

std::int64_t factor(Pace pace)
{
    return std::max(pace.perMille, kOnce);
}

Duration times(Duration time, std::int64_t multiplier, std::int64_t divisor)
{
    if (time > kLongest || time.count() / divisor > kLongest.count() / multiplier) {
        return kLongest;
    }
    return Duration(detail::multiplyDivide(time.count(), multiplier, divisor, Rounding::Down));
}

} // namespace

Pace Pace::ofSpeed(double speed)
{
    const double faster = speed > 1 ? std::min(speed, 1e9) : 1;
    return {static_cast<std::int64_t>(faster * static_cast<double>(kOnce))};
}

Duration Pace::sessionTime(Duration wall) const
{
    return times(wall, factor(*this), kOnce);
}

Duration Pace::rescaled(Duration left, Pace before) const
{
    return times(left, factor(*this), factor(before));
}

} // namespace coinswarm::trading
