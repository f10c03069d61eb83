// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulated_feed.h"

#include <map>
#include <string>
#include <vector>

/// Simulated markets for tests: the plugin's defaults with three instruments, but for what is given.
namespace coinswarm::test {

using Given = std::map<std::string, SettingValue, std::less<>>;

inline Settings settings(const Given &given)
{
    Given values{{"seed", std::int64_t{34}},
                 {"instruments", std::string("BTC-USDT,ETH-USDT,SOL-USDT")},
                 {"start_prices", std::string()},
                 {"start", std::string("2025-01-06T13:00Z")},
                 {"trades_per_second", 5.0},
                 {"books_per_second", 5.0},
                 {"depth", std::int64_t{12}},
                 {"history_bars", std::int64_t{500}},
                 {"history_interval_s", std::int64_t{60}},
                 {"length_s", std::int64_t{0}},
                 {"speed", 60.0}};
    for (const auto &[key, value] : given) {
        values[key] = value;
    }
    return Settings(values);
}

inline simulated::SimulationOptions options(const Given &given = {})
{
    return *simulated::simulationOptions(settings(given));
}

/// The next `count` events; none if they cannot be read.
inline std::vector<MarketEvent> events(simulated::SimulatedFeed &feed, std::size_t count)
{
    std::vector<MarketEvent> result(count);
    return feed.read(result).ok() ? result : std::vector<MarketEvent>();
}

} // namespace coinswarm::test
