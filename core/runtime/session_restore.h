// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/engine_core.h"
#include "journal/journal_reader.h"
#include "journal/journal_writer.h"

#include <memory>
#include <string>
#include <vector>

namespace coinswarm::runtime {

/// How far a market has been played. Not the session's time tells that: agents that keep it waiting for too long let time
/// pass events by, which are played afterwards.
struct MarketPlace {
    Timestamp time; ///< of the last event, as the market has it
    std::uint64_t events = 0; ///< of that time that were played; 0: none at all yet

    void add(Timestamp visible)
    {
        events = visible == time ? events + 1 : 1;
        time = visible;
    }

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("time", self.time);
        visit("events", self.events);
    }
};

/// What a snapshot in a journal segment holds.
struct SessionSnapshot {
    std::vector<std::byte> engine; ///< EngineCore::visitState
    std::vector<std::string> agents; ///< what each agent has learned, in agent order
    std::uint64_t events = 0; ///< processed since the session began
    MarketPlace market;
    std::string feed; ///< Feed::checkpoint() for `market`; may be empty

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("engine", self.engine);
        visit("agents", self.agents);
        visit("events", self.events);
        visit("market", self.market);
        visit("feed", self.feed);
    }
};

/// Something that the engine did before a restart, with its time.
struct PastEffect {
    Timestamp time;
    engine::Effect effect;
};

/// Where a session stood when its journal ended.
struct RestoredSession {
    engine::JournalHeader header; ///< of the last segment: what it was made of
    std::unique_ptr<engine::EngineCore> engine;
    std::vector<std::string> agents; ///< empty if there was no snapshot
    std::string feed; ///< the feed's checkpoint at the snapshot
    std::vector<engine::effect::RoundTripClosed> outcomes; ///< since the snapshot, for agents to learn from again
    std::vector<engine::event::EventSkipped>
        skipped; ///< events that were left out because the engine had failed at them
    std::vector<engine::Effect> unrecorded; ///< effects of the last event that the crash kept out of the journal
    /// What happened since the snapshot, for those who watch the session: all effects, but of questions and decisions
    /// only those that were acted on and the newest.
    std::vector<PastEffect> past;
    std::vector<journal::CitableRecord> citable; ///< since the snapshot
    OrderId lastOrderBefore; ///< newest order at the snapshot
    std::uint64_t events = 0;
    MarketPlace market;
    bool closed = false;
};

/// Puts `engine` into the state that a snapshot holds. Corrupt if the bytes are no state of this engine; it is then of no
/// use.
Result<void> restoreEngine(std::span<const std::byte> state, engine::EngineCore &engine);

/// The engine as it was at the beginning of the reader's segment, under that segment's configuration.
Result<std::unique_ptr<engine::EngineCore>> engineAtSegment(journal::JournalReader &reader);

/// Brings an engine to where the journal in `folder` ends: the last snapshot and, under the header's configuration, the
/// events after it. From there on `config` is in force; it must have the same instruments, intervals, indicators and
/// agents, otherwise the error says what differs. If the engine had failed, it comes back halted, without the events at
/// which it failed; see recoverEngine().
Result<RestoredSession> restoreSession(const std::string &folder, const engine::EngineConfig &config);

/// The snapshot of `engine` as bytes for JournalWriter::beginSegment().
journal::ByteBuffer encodeSnapshot(engine::EngineCore &engine, std::vector<std::string> agents, std::uint64_t events,
                                   const MarketPlace &market, std::string feed);

} // namespace coinswarm::runtime
