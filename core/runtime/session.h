// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "config/config_loader.h"
#include "config/paths.h"
#include "journal/journal_writer.h"
#include "journal/posix_disk.h"
#include "plugins/agent_pool.h"
#include "plugins/plugin_host.h"
#include "runtime/assembly.h"
#include "runtime/kernel.h"
#include "runtime/market_player.h"
#include "runtime/play_clock.h"
#include "runtime/session_restore.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace coinswarm::runtime {

struct SessionOptions {
    config::Configuration configuration;
    std::string configurationHash;
    config::Paths paths = config::Paths::standard();
    /// What agents are shown before they vote; must outlive the session. Null: a session without memory. A session is
    /// continued as it was begun, with or without.
    EpisodicMemory *memory = nullptr;
    bool fresh = false; ///< begin a new session even if one of this name can be continued
    /// Wall clock minus monotone clock; a step of it halts trading. Tests put another one in.
    std::function<Duration()> clockOffset;
};

class Session;

/// A kernel observer that is also told when there is time to look around.
class SessionObserver : public KernelObserver
{
public:
    /// Many times a second, between events, in the engine thread.
    virtual void onTick(Session &session) = 0;
};

/// A paper or live session: the kernel on its own thread with everything around it.
///
/// Thread: `engine`. open(), start(), post() and stop() are for the owner; what is marked so is for the engine thread only.
/// Time: a market that is played (simulated, recorded) waits while agents think, up to the configured deadline of real
/// time; so a fast market does not outrun them.
/// Restart: a session whose journal exists is continued: state restored, venue asked, approvals looked at again.
class Session
{
public:
    /// Makes folders, plugins' objects, engine and journal; continues an earlier session of the same name. Errors are
    /// sentences for the user. Nothing runs yet.
    static Result<std::unique_ptr<Session>> open(SessionOptions options, plugins::PluginHost &plugins);
    ~Session();

    const engine::JournalHeader &header() const { return m_header; }
    const std::string &name() const { return m_header.session; }
    const std::string &journalFolder() const { return m_journalFolder; }
    bool continued() const { return m_continued; }
    bool killSwitchTested() const { return m_killSwitchTested; }
    Timestamp startedAt() const { return m_startedAt; } ///< wall clock
    /// What the session before did after its last snapshot; empty unless continued. Observers are not told of it.
    const std::vector<PastEffect> &pastEffects() const { return m_pastEffects; }
    /// The newest order whose beginning is not in pastEffects().
    OrderId lastOrderBefore() const { return m_lastOrderBefore; }
    /// Whether an agent hangs in a call: the plugins' code is still running then, also after stop().
    bool agentsHang() const { return m_agents != nullptr && !m_agents->hanging().empty(); }

    /// Runs. `observers` must outlive the session.
    void start(std::vector<SessionObserver *> observers);
    /// Finishes what is under way, closes the journal and ends the thread. Any thread but the engine's; idempotent.
    void stop();
    /// Has the engine thread call `task` soon. False if it never will be: the queue is full (10,000) or the session has
    /// stopped. Any thread.
    bool post(std::function<void(Session &)> task);
    /// post() before everything that waits, with a queue's length to itself: the kill switch is not refused because of
    /// what others have asked for.
    bool postFirst(std::function<void(Session &)> task);

    /// Closed trades that are durable in the journal, in order, each handed out once; with those that were journaled
    /// before a restart, since the last snapshot. Any thread. None without memory.
    std::vector<journal::CitableRecord> takeCitable();

    // Engine thread only.
    engine::EngineCore &engine() { return *m_engine; }
    const Kernel &kernel() const { return *m_kernel; }
    const Feed &feed() const { return *m_feed; }
    plugins::AgentPool &agents() { return *m_agents; }
    journal::JournalWriter &journal() { return *m_journal; }
    /// An operator's act or another event from outside, at the session's present time.
    void command(engine::EventBody body);
    /// Since the session began.
    std::uint64_t events() const { return m_eventsBefore + (m_kernel != nullptr ? m_kernel->events() : 0); }
    double speed() const { return m_clock->speed(); }
    void setSpeed(double speed);
    bool feedPaused() const { return m_feedPaused; }
    void setFeedPaused(bool paused); ///< ends playUntil()
    /// Plays the market as fast as possible until `time`, then freezes it; agents vote and orders trade on the way.
    /// Refused for a time that has been, since what was decided stays decided, and where the market has ended.
    Result<void> playUntil(Timestamp time);
    std::optional<Timestamp> playingUntil() const { return m_playUntil; }
    bool feedEnded() const { return m_feedEnded; }
    /// Why market data no longer comes although it has not ended; empty if it does.
    const std::string &feedError() const { return m_feedError; }
    /// Why the market was not continued from its checkpoint but played from its beginning; empty if it was.
    const std::string &feedNotice() const { return m_feedNotice; }

private:
    using Wall = PlayClock::Wall;

    Session() = default;

    Result<void> assembleParts(SessionOptions &options, plugins::PluginHost &plugins);
    Result<void> openJournal(const SessionOptions &options);
    Result<void> moveFeed(const std::string &checkpoint);
    void run();
    void resume();
    void warmUp();
    void showBooksToVenue(Timestamp now);
    void skipPlayed();
    void recoverReserve();
    void tellPace();
    bool runTasks();
    void playMarket();
    bool fillBatch();
    Timestamp wallTime(Wall now) const;
    Result<std::size_t> readFeed();
    void deliverLastReports();
    void checkClock();
    void rotateSegment();
    void beginSegment();
    journal::ByteBuffer snapshot() const;
    std::vector<std::string> agentStates() const;
    void tick();
    void waitForWork();
    void answer(plugins::AgentAnswer answer);

    // Before what has threads of its own, which may call until it is destroyed.
    std::mutex m_mutex; ///< guards what follows, but for m_running
    std::condition_variable m_wake;
    std::vector<std::function<void(Session &)>> m_tasks;
    std::vector<std::function<void(Session &)>> m_running; ///< engine thread's own
    bool m_stopping = false;
    bool m_poked = false; ///< the journal has made progress
    std::vector<journal::CitableRecord> m_citable;

    std::optional<journal::FolderLock> m_lock; ///< one process per session: venue and journal are written by one
    engine::JournalHeader m_header;
    std::string m_journalFolder;
    std::string m_keyFolder;
    Timestamp m_startedAt;
    bool m_continued = false;
    bool m_closedBefore = false; ///< the journal that is continued was closed in order
    bool m_killSwitchTested = false;

    std::unique_ptr<Feed> m_feed;
    std::unique_ptr<Venue> m_venue;
    std::unique_ptr<plugins::AgentPool> m_agents;
    EpisodicMemory *m_memory = nullptr;
    std::unique_ptr<engine::EngineCore> m_engine;
    std::unique_ptr<journal::JournalWriter> m_journal;
    std::unique_ptr<Kernel> m_kernel;
    std::unique_ptr<MarketPlayer> m_player;
    std::optional<PlayClock> m_clock;
    std::vector<SessionObserver *> m_observers;
    std::vector<engine::Effect> m_unrecorded;
    std::vector<engine::event::EventSkipped> m_skipped;
    std::vector<PastEffect> m_pastEffects;
    OrderId m_lastOrderBefore;
    std::uint64_t m_eventsBefore = 0; ///< of the session before it was continued
    MarketPlace m_market;
    bool m_waitForDisk = true;
    double m_initialSpeed = 1;

    std::vector<MarketEvent> m_batch;
    std::size_t m_batchSize = 0;
    std::size_t m_batchNext = 0;
    bool m_feedPaused = false;
    std::optional<Timestamp> m_playUntil;
    bool m_feedEnded = false;
    std::string m_feedError;
    std::string m_feedNotice;
    std::optional<Wall> m_votesSince; ///< since when the market has waited for agents
    Wall m_lastTick;
    std::function<Duration()> m_readClockOffset;
    Duration m_clockOffset{0}; ///< wall clock minus monotone clock

    std::thread m_thread;
};

} // namespace coinswarm::runtime
