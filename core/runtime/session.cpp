// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "runtime/session.h"

#include "codec/binary_writer.h"
#include "engine/record_codec.h"
#include "plugins/thread_name.h"

#include <filesystem>

namespace coinswarm::runtime {

namespace {

constexpr std::size_t kMostTasks = 10'000;
constexpr auto kTickInterval = std::chrono::milliseconds(20);
constexpr auto kClockTolerance = std::chrono::seconds(1);

} // namespace

Session::~Session()
{
    stop();
}

void Session::start(std::vector<SessionObserver *> observers)
{
    m_observers = std::move(observers);
    m_thread = std::thread([this] {
        plugins::nameThisThread("engine");
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

std::vector<journal::CitableRecord> Session::takeCitable()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_citable, {});
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

void Session::answer(plugins::AgentAnswer answer)
{
    post([answer = std::move(answer)](Session &session) mutable {
        if (auto *vote = std::get_if<Vote>(&answer.result)) {
            session.command(engine::event::AgentVoted{answer.ask, answer.agent, std::move(*vote), answer.elapsed});
        } else {
            auto &failure = std::get<plugins::AgentFailure>(answer.result);
            session.command(engine::event::AgentFailed{
                answer.ask, answer.agent, failure.fault == plugins::AgentFault::Hung, std::move(failure.detail)});
        }
    });
}

void Session::command(engine::EventBody body)
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
    if (const trading::Pace pace = trading::Pace::ofSpeed(m_clock->speed()); pace != m_engine->desk().pace()) {
        command(engine::event::PaceChanged{pace});
    }
}

void Session::setFeedPaused(bool paused)
{
    m_feedPaused = paused;
    if (m_playUntil) {
        m_playUntil.reset();
        m_clock->moveTo(m_player->now(), std::chrono::steady_clock::now());
    }
}

Result<void> Session::playUntil(Timestamp time)
{
    if (m_feedEnded) {
        return Error{ErrorKind::Refused, "the market data has ended at " + toString(m_player->now())};
    }
    if (time <= m_player->now()) {
        return Error{ErrorKind::Refused,
                     toString(time)
                         + " has been: what was decided stays decided. Begin another session (--fresh) and "
                           "play that one to this time."};
    }
    m_feedPaused = false;
    m_playUntil = time;
    return {};
}

void Session::run()
{
    Kernel::Edges edges;
    edges.engine = m_engine.get();
    edges.agents = m_agents.get();
    edges.venue = m_venue.get();
    edges.memory = m_memory;
    edges.journal = m_journal.get();
    edges.waitForDisk = m_waitForDisk;
    edges.observers.assign(m_observers.begin(), m_observers.end());
    m_kernel = std::make_unique<Kernel>(std::move(edges));
    m_player = std::make_unique<MarketPlayer>(*m_kernel, *m_engine, *m_venue);
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
    for (const engine::Effect &effect : m_unrecorded) {
        buffer.clear();
        engine::encodeRecord(effect, buffer);
        m_journal->append(engine::recordType(effect), m_engine->now(), buffer, engine::recordFlags(effect));
    }
    if (!m_closedBefore) {
        beginSegment();
    }
    showBooksToVenue(m_engine->now());
    m_clock.emplace(m_engine->now(), m_initialSpeed, std::chrono::steady_clock::now());
    for (const engine::event::EventSkipped &skipped : m_skipped) {
        command(skipped);
    }
    recoverReserve();
    command(engine::event::SessionRestarted{m_engine->restarts() + 1});
    skipPlayed();
}

void Session::recoverReserve()
{
    const Result<journal::ReserveContent> reserve =
        journal::readReserve(std::filesystem::path(m_journalFolder) / journal::kReserveName);
    if (!reserve.ok() || reserve->records.empty()) {
        return;
    }
    engine::event::ReserveRecovered recovered;
    for (const journal::ReserveRecord &record : reserve->records) {
        const Result<engine::RecordedEffect> effect = engine::decodeEffect(record.type, record.payload);
        if (effect.ok() && std::holds_alternative<engine::effect::Cancel>(*effect)) {
            recovered.cancelled.push_back(std::get<engine::effect::Cancel>(*effect).clientId);
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
        command(engine::event::ClockStepped{stepped});
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

journal::ByteBuffer Session::snapshot() const
{
    if (!m_engine->failed().empty()) {
        return {}; // A restart goes back to before the failure.
    }
    return encodeSnapshot(*m_engine, agentStates(), events(), m_market, m_feed->checkpoint(m_market.time));
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
        until = m_playUntil ? now : std::min(until, m_clock->when(visibleAt(m_batch[m_batchNext]), now));
    }
    if (until <= now) {
        return;
    }
    std::unique_lock lock(m_mutex);
    m_wake.wait_until(lock, until, [this] { return m_stopping || m_poked || !m_tasks.empty(); });
}

} // namespace coinswarm::runtime
