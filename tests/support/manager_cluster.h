// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/host/memory_host.h"
#include "memory/quorum/membership_change.h"
#include "support/episodes.h"
#include "support/nats_cluster.h"

#include <QtCore/QProcess>
#include <QtCore/QSemaphore>
#include <QtCore/QTemporaryDir>

#include <condition_variable>
#include <map>
#include <set>

namespace coinswarm::test {

/// A NATS cluster and memory managers on this machine, each a process: the real nats-server and the real coinswarmd. They
/// die with this object, and with the process however it dies. One thread.
class ManagerCluster
{
public:
    struct Options {
        std::size_t managers = 4;
        int natsNodes = 3;
        std::set<std::size_t> played; ///< managers that are not started: the test has their keys and plays them
        std::map<std::size_t, std::string> folders; ///< of managers that keep their data elsewhere
        /// The one server of the bus that each manager and, last, the engine know: 0 is the one that leads the log of commits
        /// when managers start. The servers can be isolated then. Empty: everybody knows all servers.
        std::vector<int> homes;
    };

    /// Starts everything and waits until each manager stands.
    static Result<std::unique_ptr<ManagerCluster>> start(Options options);
    ~ManagerCluster();

    NatsCluster &nats() { return *m_nats; }
    /// The node of the bus that is a home of Options::homes.
    int nodeOf(int home) const { return (m_firstHome + home) % m_nats->nodes(); }
    const audit::Genesis &genesis() const { return m_genesis; }
    journal::Digest id() const { return m_genesis.clusterId(); }
    const testing::EpisodeSource &source() const { return *m_source; }
    std::size_t managers() const { return m_genesis.epoch.managers.size(); }

    /// Another copy of a key, of "engine" or of "m1" and so on.
    journal::JournalKey keyOf(const std::string &name) const;
    std::filesystem::path folderOf(std::size_t manager) const;
    std::filesystem::path auditOf(std::size_t manager) const { return folderOf(manager) / "audit.csaudit"; }
    std::filesystem::path scratch(const std::string &name) const;

    /// For a host in this process that follows over a connection of its own and proposes as the engine.
    memory::MemoryHostOptions follower() const;

    Result<void> startManager(std::size_t manager); ///< does not wait
    void kill(std::size_t manager); ///< SIGKILL, and waits for its end
    void pause(std::size_t manager); ///< SIGSTOP
    void resume(std::size_t manager); ///< SIGCONT
    bool isRunning(std::size_t manager) const;
    bool isPlayed(std::size_t manager) const { return m_options.played.contains(manager); }
    /// Everything that it has printed.
    std::string printedBy(std::size_t manager) const;
    /// What went wrong is what it printed last.
    Result<void> waitUntilPrinted(std::size_t manager, const std::string &text) const;

private:
    ManagerCluster() = default;
    std::string nameOf(std::size_t manager) const { return "m" + std::to_string(manager + 1); }
    /// What a manager, or behind the last one the engine, knows of the bus.
    std::string serversOf(std::size_t member) const;
    Result<void> makeLog();
    void configure(std::size_t manager) const;

    Options m_options;
    QTemporaryDir m_folder;
    std::unique_ptr<NatsCluster> m_nats;
    int m_firstHome = 0;
    std::optional<testing::EpisodeSource> m_source;
    audit::Genesis m_genesis;
    std::map<std::size_t, std::unique_ptr<QProcess>> m_processes;
};

/// The side of an engine: follows the managers over its own connection, proposes episodes, and remembers what it was told.
class Proposer final : private memory::MemoryListener
{
public:
    struct Outcome {
        quorum::Slot slot = 0;
        bool accepted = false;
    };

    static Result<std::unique_ptr<Proposer>> join(ManagerCluster &cluster);
    ~Proposer() override;

    /// The next `count` episodes of the sequence, as one bundle; every tenth has a profit that its prices do not give if
    /// `someWrong`.
    void propose(std::uint32_t count = 1, bool someWrong = false);
    /// Proposes so many a second, in a thread of its own, until end().
    void begin(int perSecond, bool someWrong = false);
    void end();

    /// As the engine's host does with a file that people have approved.
    Result<std::string> submitMembership(const quorum::MembershipChange &change);

    std::size_t proposed() const;
    std::size_t decided() const;
    quorum::Slot slot() const;
    bool waitForDecided(std::size_t count, std::chrono::milliseconds limit = std::chrono::seconds(60)) const;
    /// Everything proposed so far is decided.
    bool waitUntilSettled(std::chrono::milliseconds limit = std::chrono::seconds(60)) const;

    std::map<journal::Digest, Outcome> outcomes() const;
    std::set<journal::Digest> wrongOnes() const; ///< that must never be accepted
    std::vector<quorum::Evidence> evidence() const;
    std::vector<std::filesystem::path> evidenceFiles() const;

private:
    explicit Proposer(ManagerCluster &cluster) : m_source(cluster.source()), m_cluster(cluster.id()) {}
    void onRestored(quorum::Slot, const memory::MemoryState &) override {}
    void onFinal(const memory::FinalReport &report) override;
    void onOutcome(const memory::ProposalOutcome &outcome) override;
    void onUndecided(quorum::Slot, quorum::Round) override {}
    void onAccused(const quorum::Evidence &evidence, const std::filesystem::path &file) override;
    void onHalted(const std::string &) override {}

    const testing::EpisodeSource &m_source;
    journal::Digest m_cluster;
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_change;
    std::uint64_t m_next = 1;
    std::set<journal::Digest> m_submitted;
    std::set<journal::Digest> m_wrong;
    std::map<journal::Digest, Outcome> m_outcomes;
    std::vector<quorum::Evidence> m_evidence;
    std::vector<std::filesystem::path> m_evidenceFiles;
    quorum::Slot m_slot = 0;
    bool m_ending = false;
    std::thread m_load;
    std::unique_ptr<memory::MemoryHost> m_host;
};

/// Reads the audit logs of the managers that are not played and compares them with each other and with what a proposer was
/// told. Empty if no acknowledged commit is lost, none doubled, every log is sound, no slot has two decisions and all have the
/// same state; else what is wrong. Waits for the slowest manager to come to the last slot that was acknowledged.
std::string whatIsWrong(ManagerCluster &cluster, const Proposer &proposer,
                        std::chrono::milliseconds limit = std::chrono::seconds(60));

/// The last slot that is final in a log, 0 if none is.
quorum::Slot lastSlot(const std::filesystem::path &auditFile);

/// Of the final slots of a log from `from` on, those that needed more than one round.
std::size_t slowSlots(const std::filesystem::path &auditFile, quorum::Slot from);

/// For tests that are about time: how long somebody is away, and that nothing happens meanwhile.
void letPass(std::chrono::milliseconds time);

} // namespace coinswarm::test
