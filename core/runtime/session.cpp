// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "runtime/session.h"

#include "codec/binary_writer.h"
#include "engine/record_codec.h"
#include "plugins/thread_name.h"
#include "plugins/threaded_agents.h"
#include "trading/kill_switch_self_test.h"

#include <filesystem>

namespace coinswarm {

namespace {

constexpr std::size_t kMostTasks = 10'000;
constexpr std::size_t kBatch = 1'024;
/// How many market events are played before tasks are looked at again.
constexpr int kEventsPerTurn = 512;
constexpr auto kTickInterval = std::chrono::milliseconds(20);
constexpr auto kClockTolerance = std::chrono::seconds(1);
constexpr std::uint64_t kDiskNeeded = std::uint64_t{64} << 20;
/// How long a restart waits for agents to take up what they had learned.
constexpr auto kAgentsTakeUp = std::chrono::seconds(2);

Duration wallOffset()
{
    return std::chrono::system_clock::now().time_since_epoch() - std::chrono::steady_clock::now().time_since_epoch();
}

Timestamp wallNow()
{
    return {std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

std::string sessionName(const SessionOptions &options)
{
    if (!options.configuration.session.name.empty()) {
        return options.configuration.session.name;
    }
    std::string name(enumName(options.configuration.session.mode));
    if (options.fresh) {
        std::string stamp = toString(wallNow()).substr(0, 19);
        std::erase_if(stamp, [](char c) { return c == ':' || c == '-'; });
        name += '-' + stamp;
    }
    return name;
}

} // namespace

Result<std::unique_ptr<Session>> Session::open(SessionOptions options, PluginHost &plugins)
{
    std::unique_ptr<Session> session(new Session);
    session->m_startedAt = wallNow();
    session->m_readClockOffset = options.clockOffset ? options.clockOffset : wallOffset;
    if (const Result<void> parts = session->assembleParts(options, plugins); !parts.ok()) {
        return parts.error();
    }
    const Result<void> tested = selfTestKillSwitch(session->m_header.engine.desk);
    if (!tested.ok()) {
        return Error{ErrorKind::Refused,
                     "the kill switch failed its self-test, so nothing may trade: " + tested.error().message};
    }
    session->m_killSwitchTested = true;
    if (const Result<void> journal = session->openJournal(options); !journal.ok()) {
        return journal.error();
    }
    return session;
}

Session::~Session()
{
    stop();
}

Result<void> Session::assembleParts(SessionOptions &options, PluginHost &plugins)
{
    if (options.configuration.session.mode == TradingMode::Live) {
        return Error{ErrorKind::Refused,
                     "live trading needs a venue that trades real money, and none is installed; set session.mode = "
                     "\"paper\""};
    }
    if (const Result<void> folders = config::prepareFolders(options.paths); !folders.ok()) {
        return folders.error();
    }
    const std::string name = sessionName(options);
    options.configuration.session.name = name;
    const config::SessionPaths places = config::sessionPaths(options.configuration, options.paths);
    m_journalFolder = places.journalFolder;
    m_keyFolder = options.paths.state;
    const std::string venueFolder = places.sessionFolder + "/venue";
    for (const auto &[folder, purpose] :
         {std::pair(places.sessionFolder, "the session"), std::pair(m_journalFolder, "the journal"),
          std::pair(venueFolder, "the simulated venue")})
    {
        if (const Result<void> made = config::prepareFolder(folder, purpose); !made.ok()) {
            return made.error();
        }
    }
    // Before the venue is opened: it rewrites its books, which would take them away from a process that runs.
    Result<FolderLock> lock = FolderLock::acquire(places.sessionFolder);
    if (!lock.ok()) {
        return Error{lock.error().kind,
                     "session " + name + " cannot be used: " + lock.error().message
                         + " If an engine runs it already, attach to that one, or begin another session (--fresh)."};
    }
    m_lock = std::move(lock).value();
    if (const Result<void> space = config::requireFreeSpace(m_journalFolder, kDiskNeeded); !space.ok()) {
        return space.error();
    }

    AssemblyOptions assemblyOptions;
    assemblyOptions.session = name;
    assemblyOptions.configurationHash = options.configurationHash;
    assemblyOptions.venueFolder = venueFolder;
    Result<Assembly> assembled = assemble(options.configuration, plugins, assemblyOptions);
    if (!assembled.ok()) {
        return assembled.error();
    }
    m_feed = std::move(assembled->feed);
    m_venue = std::move(assembled->venue);
    m_header = std::move(assembled->header);
    m_initialSpeed = sessionSpeed(options.configuration, *m_feed);
    ThreadedAgents::Options agentOptions;
    agentOptions.marker = &plugins.crashMarker();
    m_agents = std::make_unique<ThreadedAgents>(
        std::move(assembled->seats), [this](AgentAnswer a) { answer(std::move(a)); }, agentOptions);
    return enrol(*m_agents, m_header.engine);
}

Result<void> Session::openJournal(const SessionOptions &options)
{
    Result<JournalKey> key = JournalKey::loadOrCreate(m_keyFolder);
    if (!key.ok()) {
        return key.error();
    }
    JournalOptions journal;
    journal.folder = m_journalFolder;
    journal.sync = options.configuration.journal.sync == config::JournalSync::OnClose ? SyncPolicy::AtClose
                                                                                      : SyncPolicy::EachGroup;
    // Without a sync until the end nothing would ever be known to be on disk, and no order would leave.
    m_waitForDisk = journal.sync == SyncPolicy::EachGroup;
    journal.maxSegmentBytes = static_cast<std::uint64_t>(options.configuration.journal.segmentMebibytes) << 20;
    const auto poke = [this] {
        const std::lock_guard lock(m_mutex);
        m_poked = true;
        m_wake.notify_one();
    };
    journal.onDurable = [poke](Sequence) { poke(); };
    journal.onFailure = [poke](const Error &) { poke(); };

    SegmentStart segment;
    segment.createdAt = m_startedAt;
    segment.header = codec::encoded(m_header);
    std::error_code ignored;
    const bool exists = std::filesystem::exists(std::filesystem::path(m_journalFolder) / segmentName(1), ignored);
    if (!exists) {
        Result<std::unique_ptr<EngineCore>> engine = EngineCore::create(m_header.engine);
        if (!engine.ok()) {
            return engine.error();
        }
        m_engine = std::move(engine).value();
        m_agents->start(IndicatorSlots(m_engine->market().indicatorNames()));
        Result<std::unique_ptr<JournalWriter>> created =
            JournalWriter::create(std::move(journal), std::move(key).value(), std::move(segment));
        if (!created.ok()) {
            return created.error();
        }
        m_journal = std::move(created).value();
        return {};
    }

    Result<RestoredSession> restored = restoreSession(m_journalFolder, m_header.engine);
    if (!restored.ok()) {
        return restored.error();
    }
    m_continued = true;
    m_engine = std::move(restored->engine);
    m_eventsBefore = restored->events;
    m_playedAtNow = restored->marketAtEnd;
    m_unrecorded = std::move(restored->unrecorded);
    m_skipped = std::move(restored->skipped);
    m_pastEffects = std::move(restored->past);
    m_lastOrderBefore = restored->lastOrderBefore;
    m_agents->start(IndicatorSlots(m_engine->market().indicatorNames()));
    for (std::size_t i = 0; i < restored->agents.size(); ++i) {
        if (!restored->agents[i].empty()) {
            m_agents->restoreState(AgentId(static_cast<std::uint32_t>(i + 1)), restored->agents[i]);
        }
    }
    for (const effect::RoundTripClosed &outcome : restored->outcomes) {
        for (std::size_t i = 0; i < outcome.voted.size(); ++i) {
            m_agents->learn(AgentId(static_cast<std::uint32_t>(i + 1)), {outcome.trade, outcome.voted[i]});
        }
    }
    // The next snapshot must hold what they take up now. One that does not manage in time has learned nothing new.
    (void)m_agents->settle(kAgentsTakeUp);
    // After a crash the new segment begins in resume(), behind the effects that were left unrecorded; a closed
    // journal has none and continues only in a new segment.
    std::optional<SegmentStart> start;
    m_closedBefore = restored->closed;
    if (const Result<void> moved = moveFeed(restored->feed); !moved.ok()) {
        return moved.error();
    }
    if (restored->closed) {
        segment.snapshot = snapshot();
        start = std::move(segment);
    }
    Result<std::unique_ptr<JournalWriter>> opened =
        JournalWriter::openForAppend(std::move(journal), std::move(key).value(), std::move(start));
    if (!opened.ok()) {
        return opened.error();
    }
    m_journal = std::move(opened).value();
    return {};
}

/// To where the engine stands: from the feed's own checkpoint, or the long way if it does not take that.
Result<void> Session::moveFeed(const std::string &checkpoint)
{
    const Timestamp now = m_engine->now();
    if (!checkpoint.empty()) {
        const Result<void> resumed = m_feed->resume(checkpoint, now);
        if (resumed.ok()) {
            return {};
        }
        m_feedNotice = resumed.error().message;
    }
    return m_feed->seek(now);
}

void Session::start(std::vector<SessionObserver *> observers)
{
    m_observers = std::move(observers);
    m_thread = std::thread([this] {
        nameThisThread("engine");
        run();
    });
}

void Session::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        m_wake.notify_one();
    }
    if (m_thread.joinable()) {
        m_thread.join();
    }
    if (m_agents != nullptr) {
        m_agents->stop();
    }
}

bool Session::post(std::function<void(Session &)> task)
{
    const std::lock_guard lock(m_mutex);
    if (m_stopping || m_tasks.size() >= kMostTasks) {
        return false;
    }
    m_tasks.push_back(std::move(task));
    m_wake.notify_one();
    return true;
}

bool Session::postFirst(std::function<void(Session &)> task)
{
    const std::lock_guard lock(m_mutex);
    if (m_stopping || m_tasks.size() >= 2 * kMostTasks) {
        return false;
    }
    m_tasks.insert(m_tasks.begin(), std::move(task));
    m_wake.notify_one();
    return true;
}

void Session::answer(AgentAnswer answer)
{
    post([answer = std::move(answer)](Session &session) mutable {
        if (auto *vote = std::get_if<Vote>(&answer.result)) {
            session.command(event::AgentVoted{answer.ask, answer.agent, std::move(*vote), answer.elapsed});
        } else {
            auto &failure = std::get<AgentFailure>(answer.result);
            session.command(event::AgentFailed{answer.ask, answer.agent, failure.fault == AgentFault::Hung,
                                               std::move(failure.detail)});
        }
    });
}

void Session::command(EventBody body)
{
    m_kernel->process(m_player->now(), std::move(body));
}

void Session::setSpeed(double speed)
{
    m_clock->moveTo(m_player->now(), std::chrono::steady_clock::now());
    m_clock->setSpeed(speed, std::chrono::steady_clock::now());
    tellPace();
}

void Session::tellPace()
{
    if (const Pace pace = Pace::ofSpeed(m_clock->speed()); pace != m_engine->desk().pace()) {
        command(event::PaceChanged{pace});
    }
}

void Session::setFeedPaused(bool paused)
{
    m_feedPaused = paused;
}

void Session::run()
{
    Kernel::Edges edges;
    edges.engine = m_engine.get();
    edges.agents = m_agents.get();
    edges.venue = m_venue.get();
    edges.journal = m_journal.get();
    edges.waitForDisk = m_waitForDisk;
    edges.observers.assign(m_observers.begin(), m_observers.end());
    m_kernel = std::make_unique<Kernel>(std::move(edges));
    m_player = std::make_unique<MarketPlayer>(*m_kernel, *m_engine, *m_venue);
    m_batch.resize(kBatch);
    m_clockOffset = m_readClockOffset();

    if (m_continued) {
        resume();
    } else {
        warmUp();
    }
    tellPace();
    while (runTasks()) {
        m_kernel->releaseDurable();
        checkClock();
        playMarket();
        rotateSegment();
        tick();
        waitForWork();
    }
    tick();
    // What waits for the disk may still leave; what the disk refuses never does.
    if (m_kernel->hasWaiting() && m_journal->waitDurable(m_journal->lastSequence()).ok()) {
        m_kernel->releaseDurable();
    }
    (void)m_journal->close(); // A failure has been shown and has halted trading already.
}

void Session::resume()
{
    std::vector<std::byte> buffer;
    for (const Effect &effect : m_unrecorded) {
        buffer.clear();
        encodeRecord(effect, buffer);
        m_journal->append(recordType(effect), m_engine->now(), buffer);
    }
    if (!m_closedBefore) {
        beginSegment();
    }
    showBooksToVenue(m_engine->now());
    m_clock.emplace(m_engine->now(), m_initialSpeed, std::chrono::steady_clock::now());
    for (const event::EventSkipped &skipped : m_skipped) {
        command(skipped);
    }
    recoverReserve();
    command(event::SessionRestarted{m_engine->restarts() + 1});
    while (skipPlayed()) {
    }
}

/// The feed was moved to the last moment in the journal; what had been played of it must not be played twice.
bool Session::skipPlayed()
{
    if (m_playedAtNow == 0 || !fillBatch() || visibleAt(m_batch[m_batchNext]) != m_player->now()) {
        return false;
    }
    ++m_batchNext;
    --m_playedAtNow;
    return true;
}

/// A venue that fills from the session's market knows nothing of it after a restart, and a feed that sends changes only
/// would leave its books with holes.
void Session::showBooksToVenue(Timestamp now)
{
    MarketDrivenVenue *venue = m_venue->marketDriven();
    if (venue == nullptr) {
        return;
    }
    for (const Instrument &instrument : m_header.engine.instruments) {
        const OrderBook &book = m_engine->market().book(instrument.id);
        const std::size_t levels = book.depth(Side::Buy) + book.depth(Side::Sell);
        std::size_t shown = 0;
        for (const Side side : {Side::Buy, Side::Sell}) {
            for (std::size_t rank = 0; rank < book.depth(side); ++rank) {
                const BookLevel &level = book.level(side, rank);
                const bool first = shown++ == 0;
                venue->onMarket(
                    BookDelta{instrument.id, side, first, shown == levels, level.price, level.quantity, now}, now);
            }
        }
    }
}

void Session::warmUp()
{
    for (const Candle &bar : m_feed->history()) {
        m_kernel->process(bar.closeTime(), event::HistoryBar{bar});
    }
    // The first event says when this market begins.
    Timestamp start = m_engine->now();
    if (fillBatch()) {
        start = std::max(start, visibleAt(m_batch[0]));
    }
    m_clock.emplace(start, m_initialSpeed, std::chrono::steady_clock::now());
}

void Session::recoverReserve()
{
    const Result<ReserveContent> reserve = readReserve(std::filesystem::path(m_journalFolder) / kReserveName);
    if (!reserve.ok() || reserve->records.empty()) {
        return;
    }
    event::ReserveRecovered recovered;
    for (const ReserveRecord &record : reserve->records) {
        const Result<RecordedEffect> effect = decodeEffect(record.type, record.payload);
        if (effect.ok() && std::holds_alternative<effect::Cancel>(*effect)) {
            recovered.cancelled.push_back(std::get<effect::Cancel>(*effect).clientId);
        }
    }
    command(std::move(recovered));
    m_journal->commit();
    // Only what the journal holds for certain may be forgotten.
    if (m_waitForDisk && m_journal->waitDurable(m_journal->lastSequence()).ok()) {
        (void)m_journal->clearReserve(); // If it stays, the next restart says the same once more.
    }
}

bool Session::runTasks()
{
    bool stopping = false;
    {
        const std::lock_guard lock(m_mutex);
        m_running.swap(m_tasks);
        stopping = m_stopping;
        m_poked = false;
    }
    for (const auto &task : m_running) {
        task(*this);
    }
    m_running.clear();
    return !stopping;
}

bool Session::fillBatch()
{
    if (m_batchNext < m_batchSize) {
        return true;
    }
    if (m_feedEnded) {
        return false;
    }
    const Result<std::size_t> count = readFeed();
    m_batchNext = 0;
    m_batchSize = count.ok() ? *count : 0;
    if (m_batchSize > 0) {
        return true;
    }
    m_feedEnded = true;
    m_feedError = count.ok() ? std::string() : count.error().message;
    m_kernel->process(m_engine->now(), event::FeedEnded{m_feedError});
    return false;
}

/// The feed is a plugin: what it throws ends the market data, not the engine.
Result<std::size_t> Session::readFeed()
{
    try {
        return m_feed->read(m_batch);
    } catch (const std::exception &error) {
        return Error{ErrorKind::Unavailable, std::string("the feed's plugin threw: ") + error.what()};
    }
}

void Session::playMarket()
{
    const Wall now = std::chrono::steady_clock::now();
    if (m_engine->awaitsVotes()) {
        m_votesSince = m_votesSince.value_or(now);
        m_clock->hold(true, now);
        if (now - *m_votesSince < m_header.engine.agentDeadline) {
            return;
        }
        // Real time is up: session time moves on to the deadline, and those who have not answered abstain.
        if (const std::optional<Timestamp> wake = m_engine->nextWake()) {
            m_player->advance(std::max(*wake, m_player->now()));
            m_clock->moveTo(m_player->now(), now);
        }
        m_votesSince.reset(); // Whoever was asked by what this has brought about has all the time there is.
        return;
    }
    m_votesSince.reset();
    m_clock->hold(m_feedPaused, now);
    const bool flatOut = m_clock->asFastAsPossible() && !m_feedPaused;
    const Timestamp until = m_clock->at(now);
    for (int i = 0; i < kEventsPerTurn && !m_engine->awaitsVotes(); ++i) {
        if (!fillBatch() || (!flatOut && (m_clock->held() || visibleAt(m_batch[m_batchNext]) > until))) {
            break;
        }
        m_player->play(m_batch[m_batchNext++]);
    }
    // Time must not pass events by that wait in the feed, also when a batch has just been used up.
    if (!flatOut && !m_clock->held() && !m_engine->awaitsVotes()
        && (!fillBatch() || visibleAt(m_batch[m_batchNext]) > until))
    {
        m_player->advance(std::max(until, m_player->now()));
    }
    if (flatOut && m_feedEnded) {
        deliverLastReports();
    }
}

/// When a market that is played as fast as possible has ended, no time passes by itself any more; the venue's answers to
/// what is under way still have to come.
void Session::deliverLastReports()
{
    MarketDrivenVenue *venue = m_venue->marketDriven();
    if (const std::optional<Timestamp> due = venue == nullptr ? std::nullopt : venue->nextReportAt()) {
        m_player->advance(std::max(*due, m_player->now()));
    }
}

void Session::checkClock()
{
    const auto step = [this] { return m_readClockOffset() - m_clockOffset; };
    const auto isStep = [](Duration d) { return d > kClockTolerance || d < -kClockTolerance; };
    const Duration drift = step();
    if (!isStep(drift)) {
        m_clockOffset += drift; // Small corrections add up over weeks without ever being a step.
        return;
    }
    // The two clocks are read one after the other; only what shows twice is a step and not a pause in between.
    if (isStep(step())) {
        const Duration stepped = step();
        m_clockOffset += stepped;
        command(event::ClockStepped{stepped});
    }
}

void Session::rotateSegment()
{
    // What an agent is learning at this moment would be missing from the snapshot; a little later it is there.
    if (m_journal->wantsSegment() && !m_kernel->journalFailed() && m_agents->settle(std::chrono::milliseconds(0))) {
        beginSegment();
    }
}

void Session::beginSegment()
{
    // A failure shows at the next append, which halts trading.
    (void)m_journal->beginSegment(m_engine->now(), snapshot(), codec::encoded(m_header));
}

ByteBuffer Session::snapshot() const
{
    if (!m_engine->failed().empty()) {
        return {}; // A restart goes back to before the failure.
    }
    return encodeSnapshot(*m_engine, agentStates(), events(), m_feed->checkpoint(m_engine->now()));
}

std::vector<std::string> Session::agentStates() const
{
    std::vector<std::string> states;
    for (std::size_t i = 0; i < m_agents->size(); ++i) {
        states.push_back(m_agents->savedState(AgentId(static_cast<std::uint32_t>(i + 1))));
    }
    return states;
}

void Session::tick()
{
    const Wall now = std::chrono::steady_clock::now();
    if (now - m_lastTick < kTickInterval) {
        return;
    }
    m_lastTick = now;
    for (SessionObserver *observer : m_observers) {
        observer->onTick(*this);
    }
}

void Session::waitForWork()
{
    const Wall now = std::chrono::steady_clock::now();
    Wall until = now + kTickInterval;
    if (!m_engine->awaitsVotes() && !m_clock->held() && m_batchNext < m_batchSize) {
        until = std::min(until, m_clock->when(visibleAt(m_batch[m_batchNext]), now));
    }
    if (until <= now) {
        return;
    }
    std::unique_lock lock(m_mutex);
    m_wake.wait_until(lock, until, [this] { return m_stopping || m_poked || !m_tasks.empty(); });
}

} // namespace coinswarm
