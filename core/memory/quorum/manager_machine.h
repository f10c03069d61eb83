// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/chain_tip.h"
#include "memory/quorum/evaluator.h"
#include "memory/quorum/machine_effect.h"
#include "memory/quorum/promises.h"
#include "memory/quorum/proposal_pool.h"
#include "memory/quorum/slot_ledger.h"

#include <coinswarm/result.h>

namespace coinswarm::quorum {

class Crypto;

/// How a manager behaves where every choice is safe.
struct MachineTuning {
    std::chrono::milliseconds firstRound{250}; ///< each further round of a slot has twice the time
    std::chrono::milliseconds longestRound{2000};
    std::size_t batchItems = kMostItems; ///< in round 0; half as many in each further round
    Slot checkpointEvery = 4096;
};

/// One memory manager, and its coordinator when it is its turn: the state machine of docs/quorum-protocol.md. Events go
/// in, effects come out. It reads no clock, opens no socket or file, starts no thread and draws no random number; the
/// simulator, the embedded managers and the manager process run these lines. One thread; may be copied.
class ManagerMachine
{
public:
    /// `tip` and `state` are what the stored Finals fold to; `records` is what is on disk behind them, in order. A key that
    /// is not one of the epoch's managers follows and promises nothing. Crypto and evaluator outlive the machine.
    ManagerMachine(const Crypto &crypto, const Evaluator &evaluator, MachineTuning tuning, ChainTip tip,
                   const journal::Digest &state, const std::vector<DurableRecordPtr> &records);

    /// The effects are to be carried out in order, and all before the next event.
    ManagerEffects handle(const ManagerEvent &event);

    const ChainTip &tip() const { return m_tip; }
    Round round() const { return m_round; }
    bool halted() const { return m_halted; }
    const Promises &promises() const { return m_promises; }
    const SlotLedger &ledger() const { return m_ledger; }
    /// Per manager, the highest round of this slot that it was heard in; kNoRound if it was not.
    const std::vector<Round> &peers() const { return m_peers; }
    std::size_t pendingItems() const { return m_pool.size(); }
    /// Everything that decides what it will say and promise, as bytes: two machines with the same bytes go on alike. What
    /// only serves to make evidence is left out.
    journal::ByteBuffer encodedState() const;

private:
    void on(const Started &);
    void on(const MessageReceived &event);
    void on(const LogEntryRead &event);
    void on(const LogEnded &event);
    void on(const DiskWritten &event);
    void on(const TimerFired &event);
    void on(const Applied &event);

    void receive(const MessagePtr &message, const SubmitItems &submit);
    void receive(const MessagePtr &message, const BatchProposal &proposal);
    void receive(const MessagePtr &message, const QuorumVote &vote);
    void receive(const MessagePtr &message, const Commit &commit);
    void receive(const MessagePtr &message, const Receipt &receipt);
    void receive(const MessagePtr &message, const Final &final);
    void receive(const MessagePtr &message, const Advance &advance);
    void receive(const MessagePtr &message, const Checkpoint &checkpoint);
    void receive(const MessagePtr &message, const Fetch &fetch);

    /// Whether a signed statement is about the slot under way and is its manager's. Looks after those that are not.
    template <class Statement, class Place>
    bool belongsHere(const MessagePtr &message, const Statement &statement, const Place &place);
    bool inWindow(Round round) const;
    void receiveCommit(const MessagePtr &message, const Commit &commit, bool fromLog);
    /// Whether a certificate of the slot under way holds. Halts if it does and builds on another past than this manager's.
    bool certifiesHere(const CertifiedBatch &decided);
    void keepForLater(const MessagePtr &message, ManagerIndex manager, bool fromLog);
    void askForSlot(ManagerIndex manager, bool again);
    void noteCertified(const std::shared_ptr<const CertifiedBatch> &decided);
    void notePeer(ManagerIndex manager, Round round);
    void noteVote(const std::shared_ptr<const QuorumVote> &vote);
    void noteReceipt(const std::shared_ptr<const Receipt> &receipt);
    void accuse(const Evidence &evidence);

    // Each does what can be done now, and nothing if there is nothing; in manager_rounds.cpp.
    void settle();
    bool catchUpRound();
    bool propose();
    bool vote();
    bool certify();
    bool confirm();
    bool finish();
    void armTimer();

    void enterRound(Round round);
    void relayItems();
    void finalise(const MessagePtr &message, const Final &final);
    void append(const std::shared_ptr<const CertifiedBatch> &decided);
    void signCheckpoint();
    void noteCheckpoint(const Checkpoint &checkpoint);
    void announceRound();
    std::size_t managersAt(Round round) const;
    bool active() const;
    std::chrono::milliseconds roundTime(Round round) const;
    std::vector<ReasonCode> judge(const Batch &batch);
    ReasonCode judgeMembership(const std::string &item) const;
    template <class Statement>
    bool sign(Statement &statement);
    void promise(DurableRecord record, MessagePtr said, bool sendFirst);
    void send(ManagerEffect effect) { m_effects.push_back(std::move(effect)); }
    void halt(std::string reason);

    const Crypto *m_crypto;
    const Evaluator *m_evaluator;
    MachineTuning m_tuning;

    ChainTip m_tip;
    journal::Digest m_state{}; ///< after the tip, if m_stateKnown
    bool m_stateKnown = true;
    std::optional<ManagerIndex> m_self;
    bool m_halted = false;

    // The slot under way.
    Round m_round = 0;
    Promises m_promises;
    SlotLedger m_ledger;
    std::shared_ptr<const CertifiedBatch> m_highest; ///< the certificate of the latest round
    std::optional<Round> m_proposed; ///< the last round that this manager proposed in
    std::optional<Round> m_judged; ///< the last round whose proposal was voted on or declined
    bool m_timerArmed = false;
    std::vector<Round> m_peers; ///< per manager, the highest round it was heard in
    std::set<ManagerIndex> m_asked; ///< for the Final of this slot
    MessagePtr m_ownVote; ///< the last one that left, to say again
    MessagePtr m_ownReceipt;

    /// What waits for the disk.
    struct Held {
        std::uint64_t token = 0;
        Slot slot = 0;
        MessagePtr message;
    };
    std::vector<Held> m_held;
    std::uint64_t m_lastToken = 0;

    /// What belongs to the slot behind the one under way.
    struct Early {
        MessagePtr message;
        ManagerIndex manager = 0;
        bool fromLog = false;
    };
    std::vector<Early> m_early;

    // Across slots.
    ProposalPool m_pool;
    std::map<Slot, journal::Digest> m_recent; ///< ids of the latest final commits
    std::set<ManagerIndex> m_convicted; ///< of this epoch
    std::map<Slot, std::map<ManagerIndex, Checkpoint>> m_checkpoints;
    std::map<Slot, journal::Digest> m_ownCheckpoints; ///< state digests of the latest ones
    ManagerEffects m_effects;
};

} // namespace coinswarm::quorum
