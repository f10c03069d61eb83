// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "decision/committee.h"
#include "engine/agent_roster.h"
#include "trading/trading_desk.h"

#include <coinswarm/instrument.h>
#include <coinswarm/market_data.h>

#include <string>
#include <vector>

namespace coinswarm::engine {

/// Everything besides its events that the engine's behaviour depends on. Journaled in every segment's header, so that
/// a journal can be replayed on its own.
struct EngineConfig {
    std::vector<Instrument> instruments; ///< ids 1, 2, 3, …
    std::vector<Interval> intervals; ///< ascending; trades are gathered into the first
    Interval decisionInterval; ///< one of `intervals`
    std::vector<std::string> indicators; ///< in addition to those that agents declare
    std::uint32_t keepBars = 1'000; ///< closed bars kept per instrument and interval
    std::vector<RosterEntry> agents; ///< ids 1, 2, 3, …
    decision::CommitteeRules committee;
    trading::DeskConfig desk;
    Duration agentDeadline{0}; ///< zero: agents have all the time there is (backtests)
    bool memory = false; ///< agents are shown what memory recalls, and closed trades become episodes

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("instruments", self.instruments);
        visit("intervals", self.intervals);
        visit("decision_interval", self.decisionInterval);
        visit("indicators", self.indicators);
        visit("keep_bars", self.keepBars);
        visit("agents", self.agents);
        visit("committee", self.committee);
        visit("desk", self.desk);
        visit("agent_deadline", self.agentDeadline);
        visit("memory", self.memory);
    }
};

/// The payload of a journal segment's header.
struct JournalHeader {
    std::string session;
    std::string version; ///< of the program that wrote it
    std::string build; ///< compiler and Qt version
    std::string configurationHash;
    std::string feed; ///< plugin id and settings, canonical, with its seed
    std::string feedSha256;
    std::string venue;
    std::string venueSha256;
    EngineConfig engine;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("session", self.session);
        visit("version", self.version);
        visit("build", self.build);
        visit("configuration_hash", self.configurationHash);
        visit("feed", self.feed);
        visit("feed_sha256", self.feedSha256);
        visit("venue", self.venue);
        visit("venue_sha256", self.venueSha256);
        visit("engine", self.engine);
    }
};

} // namespace coinswarm::engine
