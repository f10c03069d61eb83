// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/effect.h"
#include "engine/engine_core.h"
#include "engine/event.h"
#include "journal/journal_writer.h"
#include "plugins/agent_pool.h"
#include "runtime/episodic_memory.h"

#include <coinswarm/venue.h>

#include <deque>
#include <vector>

namespace coinswarm::runtime {

/// Sees everything the kernel does, after it is journaled. Same thread as the kernel.
class KernelObserver
{
public:
    virtual ~KernelObserver();

    virtual void onEvent(const engine::Event &event) = 0;
    virtual void onEffect(Timestamp now, const engine::Effect &effect) = 0;
    /// The journal can no longer be written; trading has been halted.
    virtual void onJournalFailed(const Error &error) = 0;
};

/// One event at a time: journal it, apply it, journal what it caused, let that leave. The same lines serve backtest,
/// paper and live; they differ in the feed, the clock and the venue that are put around it.
///
/// Thread: one, the engine's.
/// Durability: with `waitForDisk`, orders and questions to the venue leave only when their record is on disk; call
/// releaseDurable() when the journal has made progress. Cancels never wait; an order that still waits when its cancel
/// leaves never leaves.
/// A failed journal halts trading: what had not left never leaves, cancels still do and are recorded in the reserve.
class Kernel
{
public:
    struct Edges {
        engine::EngineCore *engine = nullptr;
        plugins::AgentPool *agents = nullptr;
        Venue *venue = nullptr;
        EpisodicMemory *memory = nullptr; ///< null: recalls are answered with that
        journal::JournalWriter *journal = nullptr; ///< null: nothing is recorded (backtests on request)
        std::vector<KernelObserver *> observers; ///< called in this order
        bool waitForDisk = true;
    };

    explicit Kernel(Edges edges);

    /// Processes `body` and everything that follows from it at once. Called from inside an edge (an agent that answers
    /// in line), it is queued behind the event under way. `now` is raised to the last event's if it lies before it.
    void process(Timestamp now, engine::EventBody body);
    /// process() for the event of which there are millions.
    void processTrade(Timestamp now, const Trade &trade);

    /// The venue's code, which is not ours, has thrown: trading halts, and what it was told counts as unanswered.
    void onVenueFailed(Timestamp now, const std::string &what);

    /// Lets go what waited for the disk.
    void releaseDurable();
    bool hasWaiting() const { return !m_waiting.empty(); }

    std::uint64_t events() const { return m_events; }
    bool journalFailed() const { return m_journalFailed; }

private:
    struct Waiting {
        Sequence record;
        engine::Effect effect;
    };

    void drain();
    void run(const engine::Event &event);
    void notify(const engine::Event &event);
    void journalEvent(Timestamp now, const engine::EventBody &body);
    Sequence append(std::uint16_t type, Timestamp now, std::uint16_t flags);
    void settle(Timestamp now);
    void leave(Timestamp now, const engine::Effect &effect, Sequence record);
    void dispatch(Timestamp now, const engine::Effect &effect);
    Recall recall(const engine::effect::RecallEpisodes &question);
    template <class Call>
    void tellVenue(Timestamp now, const char *method, Call call);
    void withdrawWaiting(const std::string &clientId);
    void onJournalLost(Timestamp now);

    Edges m_edges;
    std::deque<engine::Event> m_queue;
    std::vector<engine::Effect> m_effects;
    std::vector<Sequence> m_records; ///< of m_effects, one for one
    std::vector<std::byte> m_buffer;
    std::deque<Waiting> m_waiting;
    Timestamp m_now;
    std::uint64_t m_events = 0;
    bool m_running = false;
    bool m_journalFailed = false;
};

} // namespace coinswarm::runtime
