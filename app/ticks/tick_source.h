// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "runtime/play_clock.h"

#include <coinswarm/feed.h>

#include <memory>
#include <optional>
#include <vector>

namespace coinswarm::ticks {

/// Gives the events of a feed when their time has come. A live feed's are due as soon as they are there. A simulated or
/// recorded market is played: as of now, which is to say at the pace of the clock and with its times moved so that it
/// begins now, or with its own times at any speed.
///
/// Thread: one.
class TickSource
{
public:
    using Wall = runtime::PlayClock::Wall;

    struct Options {
        bool recordedTimes = false;
        double speed = 1; ///< with recordedTimes; 0: as fast as possible
    };

    /// `feed` is open.
    TickSource(std::unique_ptr<Feed> feed, const Options &options);

    /// Appends what is due at `now`, at most `most` events; nothing if nothing is due. A feed that fails is an error.
    Result<void> take(Wall now, std::size_t most, std::vector<MarketEvent> &out);
    /// When there may be something to take.
    Wall next(Wall now) const;
    bool hasEnded() const { return m_ended; } ///< everything was taken; never of a live feed
    bool isLive() const { return m_feed->isLive(); }
    const Feed &feed() const { return *m_feed; }

private:
    Result<bool> fill();
    void begin(Wall now);

    std::unique_ptr<Feed> m_feed;
    Options m_options;
    std::vector<MarketEvent> m_batch;
    std::size_t m_size = 0; ///< of what was read
    std::size_t m_at = 0; ///< the first that was not taken
    std::optional<runtime::PlayClock> m_clock; ///< of a feed that is played, from its first event on
    Duration m_shift{0};
    bool m_ended = false;
};

} // namespace coinswarm::ticks
