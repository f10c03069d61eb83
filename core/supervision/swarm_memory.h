// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/engine.h"
#include "api/memory_views.h"
#include "api/views.h"
#include "config/configuration.h"
#include "config/paths.h"
#include "memory/host/joining_channel.h"
#include "memory/host/memory_host.h"
#include "memory/patterns/pattern_learner.h"
#include "memory/projection/database_feed.h"
#include "plugins/plugin_host.h"
#include "runtime/episodic_memory.h"
#include "runtime/session.h"
#include "storage/storage.h"
#include "supervision/episode_projection.h"

#include <deque>
#include <map>
#include <mutex>

namespace coinswarm::supervision {

/// The memory of a session: answers what agents are to be reminded of, proposes what the session did, and tells engine and
/// desktop what the quorum decided.
///
/// Thread: made and destroyed by the owner; recall() and the observer's functions in the engine's; the listener's in
/// the memory host's; takeChanges() and addTo() in the engine's.
class SwarmMemory final : public runtime::EpisodicMemory,
                          public runtime::SessionObserver,
                          private memory::MemoryListener
{
public:
    /// Makes the cluster at the first start (keys, genesis), opens hot memory and host. Errors are sentences for the user.
    static Result<std::unique_ptr<SwarmMemory>> open(const config::Configuration &configuration,
                                                     const config::Paths &paths, plugins::PluginHost &plugins);
    ~SwarmMemory() override;

    /// From now on what the quorum decides reaches this session and its database; before it starts.
    void attach(runtime::Session &session, storage::Storage &database);
    /// Nothing more for the session, which is about to end, and its database.
    void detach();

    // EpisodicMemory
    Recall recall(const engine::effect::RecallEpisodes &question) override;

    // SessionObserver
    void onEvent(const engine::Event &) override {}
    void onEffect(Timestamp, const engine::Effect &) override {}
    void onJournalFailed(const Error &) override {}
    void onTick(runtime::Session &session) override;

    /// Signs and submits; the answer comes with the slots. `engine` knows the weights in force. Engine thread.
    Result<api::SubmittedProposal> propose(const api::CommitteeWish &wish, const engine::EngineCore &engine);
    /// Submits the change of membership of a file's text. Any thread.
    Result<api::SubmittedProposal> proposeMembership(const std::string &text);

    /// Adds what has changed since the last call.
    void addChanges(api::Frame &frame);
    /// Adds everything that a newcomer must know.
    void addAll(api::Frame &frame);
    api::MemoryStatusView status() const;

private:
    SwarmMemory() = default;
    Result<void> openCluster(const config::Configuration &configuration, const config::Paths &paths,
                             plugins::PluginHost &plugins);
    /// Managers elsewhere: follows them over a bus, from when it is there.
    Result<void> joinCluster(const config::Configuration &configuration, const config::Paths &paths,
                             plugins::PluginHost &plugins, memory::MemoryHostOptions &options);
    Result<audit::Genesis> embeddedGenesis(const std::filesystem::path &folder, std::int64_t managers,
                                           std::vector<journal::JournalKey> &keys) const;

    // memory::MemoryListener
    void onRestored(quorum::Slot slot, const memory::MemoryState &state) override;
    void onFinal(const memory::FinalReport &report) override;
    void onOutcome(const memory::ProposalOutcome &outcome) override;
    void onUndecided(quorum::Slot slot, quorum::Round round) override;
    void onAccused(const quorum::Evidence &evidence, const std::filesystem::path &file) override;
    void onHalted(const std::string &reason) override;

    void onBus(const BusEvent &event);
    void onHeartbeat(const memory::Heartbeat &heartbeat);
    std::vector<api::ServiceView> managerServices(const memory::MemoryHostStatus &host) const;
    /// The ids, in order.
    Result<std::vector<journal::Digest>> propose(std::vector<memory::ProposalBody> bodies, Timestamp time,
                                                 const std::string &justification);
    api::ServiceView databaseService() const;
    void noteEpisode(const MemoryItem &item, std::uint64_t slot);
    void notePattern(const Pattern &pattern);
    /// Proposes what the learner finds in the memory behind `slot`. Host thread.
    void learn(const memory::MemoryState &state, quorum::Slot slot);
    void tellEngine(const memory::FinalReport &report);
    void post(engine::EventBody body);
    /// Signs and submits trades that the journal holds for good.
    void proposeEpisodes(std::vector<memory::AddEpisode> closed);

    std::string m_name;
    bool m_embedded = true;
    audit::Genesis m_genesis;
    std::optional<quorum::Ed25519Crypto> m_engineKey;
    std::unique_ptr<HotMemory> m_hot;
    std::filesystem::path m_folder;

    memory::PatternLearner m_learner; ///< host thread
    std::unique_ptr<memory::DatabaseFeed> m_databaseFeed;

    mutable std::mutex m_mutex; ///< guards what follows
    runtime::Session *m_session = nullptr;
    storage::Storage *m_database = nullptr;
    std::string m_databaseName; ///< "SQLite", "PostgreSQL"
    std::vector<memory::AddEpisode> m_missed; ///< of earlier runs of the session
    EpisodeProjection m_map;
    std::deque<api::QuorumSlotView> m_slots; ///< the latest
    std::vector<api::EvidenceView> m_evidence;
    std::map<EpisodeId, api::EpisodeView> m_episodes;
    std::map<EpisodeId, Embedding> m_states;
    std::map<PatternId, Pattern> m_patterns;
    std::map<InstrumentId, api::RecallView> m_recalls;
    api::MemoryStatusView m_status;
    api::Frame m_changes; ///< only its parts about memory
    bool m_moved = false; ///< the map has new axes
    bool m_statusChanged = true;
    std::chrono::steady_clock::time_point m_lastStatus;
    struct Heard {
        memory::Heartbeat heartbeat;
        std::chrono::steady_clock::time_point at;
    };
    std::map<quorum::ManagerIndex, Heard> m_heard;
    std::string m_busDetail;
    bool m_busWorks = false;

    std::unique_ptr<memory::MemoryHost> m_host; ///< last: its thread calls the listener
    std::atomic<memory::MemoryHost *> m_opened{nullptr}; ///< for the host's thread, which runs before open() returns
};

} // namespace coinswarm::supervision
