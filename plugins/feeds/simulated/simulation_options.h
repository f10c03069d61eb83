// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/instrument.h>
#include <coinswarm/market_data.h>
#include <coinswarm/result.h>
#include <coinswarm/settings.h>

#include <vector>

namespace coinswarm::simulated {

/// One market to simulate.
struct SimulatedInstrument {
    Instrument instrument;
    double startPrice = 100;
    double minuteVolatility = 0.0007; ///< standard deviation of one minute's return when the market is average
    Price grid; ///< distance between book levels, about half a basis point
};

/// The settings of the simulated market, read and checked. They are described in plugin.json.in.
struct SimulationOptions {
    std::uint64_t seed = 0;
    std::vector<SimulatedInstrument> instruments;
    double tradesPerSecond = 5; ///< per instrument, on average, in the market's own time
    Duration bookPeriod = std::chrono::milliseconds(200);
    std::size_t depth = 12; ///< book levels on each side
    Timestamp start; ///< of the first event; history lies before it
    std::size_t historyBars = 500;
    Interval historyInterval{60};
    Duration length = Duration::zero(); ///< zero: endless
    double speed = 60;
};

Result<SimulationOptions> simulationOptions(const Settings &settings);

} // namespace coinswarm::simulated
