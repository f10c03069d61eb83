// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/instrument.h>
#include <coinswarm/result.h>
#include <coinswarm/settings.h>
#include <coinswarm/timestamp.h>

namespace coinswarm::simulated {

/// What the simulated venue charges and how well it fills. The settings are described in plugin.json.in.
struct VenueRules {
    Ratio makerFee = Ratio::fromRaw(100'000); ///< 10 bp of the notional; negative is a rebate
    Ratio takerFee = Ratio::fromRaw(100'000);
    Duration latency = std::chrono::milliseconds(20); ///< from the engine to the venue, every request
    Duration reportLatency = std::chrono::milliseconds(10); ///< from the venue to the engine
    Ratio volumeShare = Ratio::fromRaw(10'000'000); ///< of a bar's volume that all orders together may take
    Ratio slippage = Ratio::fromRaw(20'000); ///< half spread and impact where there is no book to walk
    bool partialFills = true; ///< false: every fill is complete, depth and volume do not count
};

Result<VenueRules> venueRules(const Settings &settings);

/// `price` worsened by `slippage` for that side and rounded against it to `tick`; never below one tick.
Price slipped(Price price, Side side, Ratio slippage, Price tick);

/// The fee for a fill in quote currency, rounded in the venue's favour to eight decimals.
Money feeFor(Money notional, Ratio rate);

} // namespace coinswarm::simulated
