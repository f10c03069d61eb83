// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/market_state.h>

#include <memory>
#include <vector>

namespace coinswarm::plugins {

/// A market state that owns what MarketState only points to, so that it may cross to another thread and outlive the
/// engine's next event. Neither copied nor moved: `state` points into it.
struct MarketSnapshot {
    explicit MarketSnapshot(const MarketState &original);
    MarketSnapshot(const MarketSnapshot &) = delete;
    MarketSnapshot &operator=(const MarketSnapshot &) = delete;

    std::vector<Candle> recent;
    Instrument rules;
    MarketState state; ///< its `recent` and `rules` point to the members above
};

/// `original.rules` must not be null.
std::shared_ptr<const MarketSnapshot> snapshotOf(const MarketState &original);

} // namespace coinswarm::plugins
