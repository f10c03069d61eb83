// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/engine_core.h"
#include "runtime/kernel.h"

#include <coinswarm/feed.h>

#include <vector>

namespace coinswarm::runtime {

/// Plays a feed through a kernel in time order: before each market event come the timers and venue reports that are due
/// by then, each at its own time. The loop of backtests, and of sessions that play a simulated or recorded market. A
/// venue that throws halts trading and is not listened to any more.
class MarketPlayer
{
public:
    MarketPlayer(Kernel &kernel, const engine::EngineCore &engine, Venue &venue);

    /// One market event and everything that is due before it.
    void play(const MarketEvent &event);
    /// Everything that is due by `now`.
    void advance(Timestamp now);
    Timestamp now() const { return m_now; }

private:
    void deliverReports(Timestamp now);
    std::optional<Timestamp> nextReportAt() const;
    template <class Call>
    void hear(const char *method, Call call);

    Kernel &m_kernel;
    const engine::EngineCore &m_engine;
    Venue &m_venue;
    MarketDrivenVenue *m_marketVenue;
    std::vector<VenueReport> m_reports;
    Timestamp m_now;
    bool m_stuck = false; ///< the engine asked for timers without end and was halted; it gets none any more
};

} // namespace coinswarm::runtime
