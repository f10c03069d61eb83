// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/rejection.h"
#include "memory/audit/genesis.h"
#include "memory/host/local_manager.h"
#include "memory/host/manager_store.h"
#include "memory/host/outbox.h"
#include "memory/host/quorum_channel.h"
#include "memory/quorum/chain_tip.h"
#include "memory/quorum/membership_change.h"
#include "memory/state/signed_proposal.h"

#include <coinswarm/hot_memory.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>

namespace coinswarm::memory {

/// What became of a proposal that was submitted here.
struct ProposalOutcome {
    journal::Digest id{};
    quorum::Slot slot = 0; ///< 0 if it was committed before it was submitted here
    std::vector<api::Rejection> reasons; ///< per voting manager; empty if it was committed
    std::string kind; ///< "add_episode"
};

/// A slot that is final and folded; valid during the call that hands it over.
struct FinalReport {
    const quorum::Final &final;
    quorum::ManagerIndex coordinator = 0; ///< of the round that certified it
    const quorum::Epoch &epoch; ///< that decided it
    const SlotChanges &changes;
    const MemoryState &state; ///< after it
    bool stored = false; ///< decided before this host began, and read from its disk
    std::optional<std::chrono::microseconds> latency; ///< since the first of its items was submitted here
};

/// Is told what the quorum does. In the host's thread; must return soon.
class MemoryListener
{
public:
    virtual ~MemoryListener() = default;

    /// What a snapshot knew, before anything else; not called if there was none. In the thread that opens the host.
    virtual void onRestored(quorum::Slot slot, const MemoryState &state) = 0;
    /// Of every slot in order, behind the snapshot; those that are stored come while the host opens, in the thread that
    /// opens it.
    virtual void onFinal(const FinalReport &report) = 0;
    virtual void onOutcome(const ProposalOutcome &outcome) = 0;
    /// A round ended without a decision.
    virtual void onUndecided(quorum::Slot slot, quorum::Round round) = 0;
    /// `file` is the evidence as `audit convict` checks it.
    virtual void onAccused(const quorum::Evidence &evidence, const std::filesystem::path &file) = 0;
    /// Memory stands still: nothing is decided here any more.
    virtual void onHalted(const std::string &reason) = 0;
};

struct MemoryHostOptions {
    std::filesystem::path folder;
    audit::Genesis genesis;
    /// The managers that run here: all of them embedded, one on a server. A key that is no manager's follows.
    std::vector<journal::JournalKey> keys;
    std::unique_ptr<QuorumChannel> channel; ///< to managers elsewhere; none if all of them are here
    quorum::MachineTuning tuning;
    HotMemory *memory = nullptr; ///< is given every committed episode; may be null
    MemoryListener *listener = nullptr; ///< may be null; outlives the host
    std::chrono::milliseconds submitAgain{2'000}; ///< what is not decided by then is submitted again
    std::uint64_t snapshotEvery = 32U << 20U; ///< bytes of audit log; and at the end
};

struct MemoryHostStatus {
    quorum::Slot slot = 0;
    quorum::Round round = 0;
    quorum::Epoch epoch; ///< that decides the next slot
    std::optional<quorum::ManagerIndex> self; ///< of the first manager here in it; none: it follows
    std::uint64_t pending = 0; ///< submitted here and not decided
    std::uint64_t waiting = 0; ///< items in the pool of the first manager here
    std::uint64_t signatureChecks = 0;
    std::uint64_t auditBytes = 0;
    std::uint64_t dropped = 0; ///< messages for which there was no room: too many at once
    std::string halted; ///< why memory stands still; empty if it does not
    std::string trouble; ///< why others cannot be reached, or snapshots not be written
};

/// Carries out what managers' machines ask for: one thread, one disk, a channel to managers elsewhere. Embedded and on
/// servers it is the same; only the number of local managers and the channel differ.
///
/// Whatever can be handled is handled before the disk is synced, so that one sync serves all.
class MemoryHost
{
public:
    /// Folds what is stored and begins. Errors are sentences for the user.
    static Result<std::unique_ptr<MemoryHost>> open(MemoryHostOptions options);
    ~MemoryHost();

    /// Decides nothing further, and returns when the listener has heard everything. What can be asked is answered as before.
    void stop();
    const journal::Digest &cluster() const { return m_cluster; }
    /// Submits items made by signProposals(), again and again until they are decided. Any thread.
    void submit(std::vector<std::string> items);
    /// Submits the change, without approvals that do not count, until an epoch has followed or this host ends. The item, or
    /// Invalid with what is missing if it is not for the next epoch or not approved. Any thread.
    Result<std::string> submitMembership(quorum::MembershipChange change);
    MemoryHostStatus status() const;
    /// Whether an episode of this trade waits for its decision. Only in tasks of inspect().
    bool isSubmitted(const journal::Digest &trip) const;
    /// Calls `task` with the folded memory in the host's thread. Any thread; dropped once the host ends.
    void inspect(std::function<void(const MemoryState &)> task);

private:
    struct Work {
        std::size_t manager = 0; ///< kAll: every one
        quorum::ManagerEvent event;
        std::size_t bytes = 0; ///< of a message from others
    };
    static constexpr std::size_t kAll = ~std::size_t{0};
    static constexpr std::size_t kHeard = kAll - 1; ///< all, if it is worth it: from strangers

    explicit MemoryHost(MemoryHostOptions options);
    Result<void> start();
    void run();
    void post(Work work);
    /// Waits for room: the log can be read later.
    void postFromLog(Work work);
    void put(Work work);
    bool hasRoom(const Work &work) const;
    void takeInbox();
    void handle(std::size_t manager, const quorum::ManagerEvent &event);
    void carryOut(std::size_t manager, const quorum::ManagerEffect &effect);
    void on(std::size_t manager, const quorum::Persist &effect);
    void on(std::size_t manager, const quorum::Broadcast &effect);
    void on(std::size_t manager, const quorum::Send &effect);
    void on(std::size_t manager, const quorum::SendStored &effect);
    void on(std::size_t manager, const quorum::Append &effect);
    void on(std::size_t manager, const quorum::RestoreLog &effect);
    void on(std::size_t manager, const quorum::SetTimer &effect);
    void on(std::size_t manager, const quorum::Apply &effect);
    void on(std::size_t manager, const quorum::StoreCheckpoint &effect);
    void on(std::size_t manager, const quorum::Undecided &effect);
    void on(std::size_t manager, const quorum::Refused &effect);
    void on(std::size_t manager, const quorum::Accuse &effect);
    void on(std::size_t manager, const quorum::Halt &effect);
    void tell(const quorum::Final &final, const SlotChanges &changes, const MemoryState &state, bool stored);
    void settleSubmissions(const quorum::Final &final, const std::vector<std::optional<OpenedProposal>> &items);
    void syncDisk();
    void fireTimers();
    void takeSubmissions(std::vector<std::string> items);
    void submitAgain();
    void submitMembershipAgain();
    void sendTo(quorum::ManagerIndex to, const quorum::MessagePtr &message);
    void give(quorum::BatchKind kind, const std::string &item);
    void takePlace();
    /// Whether a message from others is worth the managers' time.
    bool isWelcome(const quorum::Message &message);
    bool isPromising(const quorum::SubmitItems &submit) const;
    void askForMissing();
    void tellOutcome(const ProposalOutcome &outcome);
    void noteStatus();
    /// For good: what is on this disk is not known any more, so nothing may be promised or said.
    void fail(const std::string &reason);
    /// Copies what the first manager knows, if all of it is on disk and nobody is writing an older copy.
    std::optional<MemorySnapshot> takeSnapshot();
    void snapshotNowAndThen();
    LocalManager::Clock::time_point nextDue() const;

    MemoryHostOptions m_options;
    journal::Digest m_cluster{};
    std::optional<ManagerStore> m_store;
    std::vector<std::unique_ptr<LocalManager>> m_managers;
    std::deque<Work> m_line; ///< host thread's own
    struct Token {
        std::size_t manager = 0;
        std::uint64_t token = 0;
    };
    std::vector<Token> m_awaitingDisk;
    quorum::ChainTip m_told; ///< what listener and hot memory know
    Outbox m_outbox;
    std::string m_membership; ///< an item that is submitted; empty if none is
    LocalManager::Clock::time_point m_membershipDue;
    LocalManager::Clock::time_point m_lastAsked;
    quorum::Slot m_askedAt = 0; ///< what a follower had when it asked for more
    std::uint64_t m_questions = 0;
    LocalManager::Clock::time_point m_answersSince; ///< the second that m_answers is of
    std::uint64_t m_answers = 0; ///< to others who asked for stored slots
    bool m_failed = false;

    mutable std::mutex m_mutex; ///< guards what follows
    std::condition_variable m_wake;
    std::condition_variable m_room; ///< in the inbox
    std::deque<Work> m_inbox;
    std::size_t m_inboxBytes = 0;
    std::vector<std::string> m_newItems;
    std::optional<std::string> m_newMembership;
    std::vector<std::function<void(const MemoryState &)>> m_tasks;
    MemoryHostStatus m_status;
    std::string m_snapshotTrouble;
    std::string m_hotTrouble; ///< why hot memory lacks commits
    bool m_stopping = false;

    std::uint64_t m_snapshotEnd = 0; ///< of the audit log, that the last snapshot covers
    std::atomic<bool> m_writingSnapshot{false};
    std::thread m_snapshotWriter; ///< at most one at a time
    std::thread m_thread;
};

} // namespace coinswarm::memory
