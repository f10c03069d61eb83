// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "runtime/session.h"

#include "codec/binary_writer.h"
#include "plugins/threaded_agents.h"
#include "runtime/wall_clock.h"
#include "trading/kill_switch_self_test.h"

#include <filesystem>

// How a session comes to be: from a configuration to parts that fit together, new or continued. Nothing runs yet.
namespace coinswarm::runtime {

namespace {

constexpr std::uint64_t kDiskNeeded = std::uint64_t{64} << 20;
/// How long a restart waits for agents to take up what they had learned.
constexpr auto kAgentsTakeUp = std::chrono::seconds(2);

Duration wallOffset()
{
    return std::chrono::system_clock::now().time_since_epoch() - std::chrono::steady_clock::now().time_since_epoch();
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

Result<std::unique_ptr<Session>> Session::open(SessionOptions options, plugins::PluginHost &plugins)
{
    std::unique_ptr<Session> session(new Session);
    session->m_startedAt = wallNow();
    session->m_readClockOffset = options.clockOffset ? options.clockOffset : wallOffset;
    if (const Result<void> parts = session->assembleParts(options, plugins); !parts.ok()) {
        return parts.error();
    }
    const Result<void> tested = trading::selfTestKillSwitch(session->m_header.engine.desk);
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

Result<void> Session::assembleParts(SessionOptions &options, plugins::PluginHost &plugins)
{
    if (options.configuration.session.mode == api::TradingMode::Live) {
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
    Result<journal::FolderLock> lock = journal::FolderLock::acquire(places.sessionFolder);
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
    assemblyOptions.memory = options.memory != nullptr;
    m_memory = options.memory;
    assemblyOptions.venueFolder = venueFolder;
    Result<Assembly> assembled = assemble(options.configuration, plugins, assemblyOptions);
    if (!assembled.ok()) {
        return assembled.error();
    }
    m_feed = std::move(assembled->feed);
    m_venue = std::move(assembled->venue);
    m_header = std::move(assembled->header);
    m_initialSpeed = sessionSpeed(options.configuration, *m_feed);
    plugins::ThreadedAgents::Options agentOptions;
    agentOptions.marker = &plugins.crashMarker();
    m_agents = std::make_unique<plugins::ThreadedAgents>(
        std::move(assembled->seats), [this](plugins::AgentAnswer a) { answer(std::move(a)); }, agentOptions);
    return enrol(*m_agents, m_header.engine);
}

Result<void> Session::openJournal(const SessionOptions &options)
{
    Result<journal::JournalKey> key = journal::JournalKey::loadOrCreate(m_keyFolder);
    if (!key.ok()) {
        return key.error();
    }
    journal::JournalOptions journal;
    journal.folder = m_journalFolder;
    journal.sync = options.configuration.journal.sync == config::JournalSync::OnClose ? journal::SyncPolicy::AtClose
                                                                                      : journal::SyncPolicy::EachGroup;
    // Without a sync until the end nothing would ever be known to be on disk, and no order would leave.
    m_waitForDisk = journal.sync == journal::SyncPolicy::EachGroup;
    journal.maxSegmentBytes = static_cast<std::uint64_t>(options.configuration.journal.segmentMebibytes) << 20;
    const auto poke = [this] {
        const std::lock_guard lock(m_mutex);
        m_poked = true;
        m_wake.notify_one();
    };
    journal.onDurable = [poke](Sequence) { poke(); };
    journal.onFailure = [poke](const Error &) { poke(); };
    if (m_memory != nullptr) {
        journal.onCitable = [this](const journal::CitableRecord &record) {
            const std::lock_guard lock(m_mutex);
            m_citable.push_back(record);
        };
    }

    journal::SegmentStart segment;
    segment.createdAt = m_startedAt;
    segment.header = codec::encoded(m_header);
    std::error_code ignored;
    const bool exists =
        std::filesystem::exists(std::filesystem::path(m_journalFolder) / journal::segmentName(1), ignored);
    if (!exists) {
        Result<std::unique_ptr<engine::EngineCore>> engine = engine::EngineCore::create(m_header.engine);
        if (!engine.ok()) {
            return engine.error();
        }
        m_engine = std::move(engine).value();
        m_agents->start(IndicatorSlots(m_engine->market().indicatorNames()));
        Result<std::unique_ptr<journal::JournalWriter>> created =
            journal::JournalWriter::create(std::move(journal), std::move(key).value(), std::move(segment));
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
    m_market = restored->market;
    m_unrecorded = std::move(restored->unrecorded);
    m_skipped = std::move(restored->skipped);
    m_pastEffects = std::move(restored->past);
    if (m_memory != nullptr) {
        m_citable = std::move(restored->citable);
    }
    m_lastOrderBefore = restored->lastOrderBefore;
    m_agents->start(IndicatorSlots(m_engine->market().indicatorNames()));
    for (std::size_t i = 0; i < restored->agents.size(); ++i) {
        if (!restored->agents[i].empty()) {
            m_agents->restoreState(AgentId(static_cast<std::uint32_t>(i + 1)), restored->agents[i]);
        }
    }
    for (const engine::effect::RoundTripClosed &outcome : restored->outcomes) {
        for (std::size_t i = 0; i < outcome.voted.size(); ++i) {
            m_agents->learn(AgentId(static_cast<std::uint32_t>(i + 1)), {outcome.trade, outcome.voted[i]});
        }
    }
    // The next snapshot must hold what they take up now. One that does not manage in time has learned nothing new.
    (void)m_agents->settle(kAgentsTakeUp);
    // After a crash the new segment begins in resume(), behind the effects that were left unrecorded; a closed
    // journal has none and continues only in a new segment.
    std::optional<journal::SegmentStart> start;
    m_closedBefore = restored->closed;
    if (const Result<void> moved = moveFeed(restored->feed); !moved.ok()) {
        return moved.error();
    }
    if (restored->closed) {
        segment.snapshot = snapshot();
        start = std::move(segment);
    }
    Result<std::unique_ptr<journal::JournalWriter>> opened =
        journal::JournalWriter::openForAppend(std::move(journal), std::move(key).value(), std::move(start));
    if (!opened.ok()) {
        return opened.error();
    }
    m_journal = std::move(opened).value();
    return {};
}

/// To where the market was played: from the feed's own checkpoint, or the long way if it does not take that.
Result<void> Session::moveFeed(const std::string &checkpoint)
{
    const Timestamp time = m_market.events > 0 ? m_market.time : m_engine->now();
    if (!checkpoint.empty()) {
        const Result<void> resumed = m_feed->resume(checkpoint, time);
        if (resumed.ok()) {
            return {};
        }
        m_feedNotice = resumed.error().message;
    }
    return m_feed->seek(time);
}

} // namespace coinswarm::runtime
