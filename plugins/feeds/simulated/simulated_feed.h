// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulated_market.h"

#include <coinswarm/feed.h>

#include <deque>
#include <memory>

namespace coinswarm::simulated {

/// A market that never was: seeded, several correlated instruments, books with depth, trades.
///
/// Endless unless a length is set. The same options give the same events, bit for bit, on every platform.
class SimulatedFeed : public Feed
{
public:
    explicit SimulatedFeed(SimulationOptions options);

    SourceMetadata metadata() const override;
    SourceHealth health() const override;
    Result<void> open() override;
    std::vector<Instrument> instruments() const override;
    std::vector<Candle> history() override;
    Result<std::size_t> read(std::span<MarketEvent> out) override;
    std::optional<double> progress() const override;
    /// Forward by playing what lies between, backward by starting again; takes time in proportion.
    Result<void> seek(Timestamp time) override;
    /// Of one of the last few hundred book periods, which is more than a session reads ahead.
    std::string checkpoint(Timestamp before) const override;
    Result<void> resume(std::string_view checkpoint, Timestamp time) override;
    double defaultSpeed() const override { return m_options.speed; }

private:
    struct PeriodStart {
        Timestamp time;
        std::string state; ///< encodeCheckpoint() before the period is played
    };

    bool isOver() const;
    void restart();
    void step();
    void keepState();
    void skipTo(Timestamp time);

    SimulationOptions m_options;
    std::unique_ptr<SimulatedMarket> m_market;
    std::vector<MarketEvent> m_events; ///< of the current period …
    std::size_t m_next = 0; ///< … and how many of them were delivered
    std::deque<PeriodStart> m_states; ///< oldest first
    int m_periodsSinceState = 0;
    std::uint64_t m_delivered = 0;
    Timestamp m_last;
};

} // namespace coinswarm::simulated
