// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/manager_machine.h"

#include "codec/binary_writer.h"
#include "memory/quorum/certificate.h"
#include "memory/quorum/crypto.h"
#include "memory/quorum/safety_rules.h"
#include "memory/quorum/signed_bytes.h"

#include <algorithm>

// What a manager makes of each message: whether it belongs here, whether it holds, and what is remembered of it.
namespace coinswarm::quorum {

namespace {

constexpr std::size_t kEarlyPerManager = 16;

} // namespace

template <class Statement, class Place>
bool ManagerMachine::belongsHere(const MessagePtr &message, const Statement &statement, const Place &place)
{
    if (place.cluster != m_tip.cluster || statement.manager >= m_tip.epoch.size() || statement.manager == m_self
        || place.slot < m_tip.next())
    {
        return false;
    }
    if (place.slot > m_tip.next() + 1) {
        askForSlot(statement.manager, false);
        return false;
    }
    if (!signedByItsManager(*m_crypto, m_tip.epoch, statement)) {
        return false;
    }
    if (place.slot > m_tip.next()) {
        keepForLater(message, statement.manager, false);
        return false;
    }
    return place.epoch == m_tip.epoch.number;
}

void ManagerMachine::keepForLater(const MessagePtr &message, ManagerIndex manager, bool fromLog)
{
    const auto kept = std::count_if(m_early.begin(), m_early.end(),
                                    [manager](const Early &early) { return early.manager == manager; });
    if (static_cast<std::size_t>(kept) < kEarlyPerManager) {
        m_early.push_back({message, manager, fromLog});
    }
}

void ManagerMachine::askForSlot(ManagerIndex manager, bool again)
{
    if (m_self && (m_asked.insert(manager).second || again)) {
        send(Send{manager, makeMessage(Fetch{m_tip.cluster, m_tip.next(), *m_self})});
    }
}

bool ManagerMachine::inWindow(Round round) const
{
    return round + kRoundWindow >= m_round && round <= m_round + kRoundWindow;
}

void ManagerMachine::receive(const MessagePtr &, const SubmitItems &submit)
{
    if (!m_pool.add(submit.kind, submit.item)) {
        send(Refused{submit.item});
    }
}

void ManagerMachine::receive(const MessagePtr &message, const BatchProposal &proposal)
{
    if (!belongsHere(message, proposal, proposal)) {
        return;
    }
    notePeer(proposal.manager, proposal.round);
    const SlotLedger::Book *book = m_ledger.book(proposal.round);
    if (proposal.manager != m_tip.coordinator(proposal.round) || !inWindow(proposal.round) || proposal.round < m_round
        || (book && book->proposal) || !wellFormed(proposal.batch))
    {
        return;
    }
    const journal::Digest digest = batchDigest(*m_crypto, proposal.batch);
    if (proposal.justification) {
        auto decided = std::make_shared<const CertifiedBatch>(CertifiedBatch{proposal.batch, *proposal.justification});
        if (decided->certificate.round >= proposal.round || !certifiesHere(*decided)) {
            return;
        }
        noteCertified(decided);
    }
    m_ledger.add(part<BatchProposal>(message), digest);
}

void ManagerMachine::receive(const MessagePtr &message, const QuorumVote &vote)
{
    // A further vote for what is certified adds nothing, and checking it costs more than all the rest.
    const SlotLedger::Book *book = m_ledger.book(vote.round);
    if (book && book->certified && book->certified->certificate.body == vote.body) {
        return;
    }
    if (belongsHere(message, vote, vote.body) && wellFormed(vote)) {
        notePeer(vote.manager, vote.round);
        if (inWindow(vote.round)) {
            noteVote(part<QuorumVote>(message));
        }
    }
}

void ManagerMachine::receive(const MessagePtr &message, const Commit &commit)
{
    receiveCommit(message, commit, false);
}

void ManagerMachine::receiveCommit(const MessagePtr &message, const Commit &commit, bool fromLog)
{
    const CommitBody &body = commit.decided.certificate.body;
    if (body.cluster != m_tip.cluster || body.slot < m_tip.next()) {
        return;
    }
    if (body.slot > m_tip.next() + 1) {
        askForSlot(commit.manager, false);
        return;
    }
    if (body.slot > m_tip.next()) {
        if (signedByItsManager(*m_crypto, m_tip.epoch, commit)) {
            keepForLater(message, commit.manager, fromLog);
        }
        return;
    }
    if (body.epoch != m_tip.epoch.number) {
        return;
    }
    if (!certifiesHere(commit.decided)) {
        // Without its publisher's signature it is noise that anybody can make.
        if (!m_halted && signedByItsManager(*m_crypto, m_tip.epoch, commit)) {
            accuse({Offence::ForgedCommit, commit.manager, body.epoch, body.slot, {Message(commit)}});
        }
        return;
    }
    noteCertified(std::shared_ptr<const CertifiedBatch>(message, &commit.decided));
    if (fromLog) {
        m_ledger.readBack(commit.decided.certificate.round);
    }
}

bool ManagerMachine::certifiesHere(const CertifiedBatch &decided)
{
    const CommitBody &body = decided.certificate.body;
    if (body.cluster != m_tip.cluster || body.epoch != m_tip.epoch.number || body.slot != m_tip.next()
        || !wellFormed(decided.batch) || decided.batch.items.size() != body.accepted.count
        || batchDigest(*m_crypto, decided.batch) != body.batch
        || !checkCertificate(*m_crypto, m_tip.epoch, decided.certificate))
    {
        return false;
    }
    const bool samePast = body.previous == m_tip.commit && (!m_stateKnown || body.stateBefore == m_state);
    if (!samePast) {
        halt(
            "A quorum certified slot " + std::to_string(body.slot)
            + " on another past or state than this manager holds. Verify its audit log and its disk; do not restart it "
              "with the same files.");
    }
    return samePast;
}

void ManagerMachine::receive(const MessagePtr &message, const Receipt &receipt)
{
    if (belongsHere(message, receipt, receipt)) {
        notePeer(receipt.manager, receipt.round);
        if (inWindow(receipt.round)) {
            noteReceipt(part<Receipt>(message));
        }
    }
}

void ManagerMachine::receive(const MessagePtr &message, const Final &final)
{
    const CommitBody &body = final.decided.certificate.body;
    if (body.cluster != m_tip.cluster || final.receipts.empty()) {
        return;
    }
    if (body.slot > m_tip.next()) {
        askForSlot(final.receipts.front().manager, false);
        return;
    }
    if (body.slot == m_tip.next()) {
        if (!m_stateKnown) {
            keepForLater(message, final.receipts.front().manager, false);
        } else if (certifiesHere(final.decided) && checkReceipts(*m_crypto, m_tip.epoch, final)) {
            finalise(message, final);
            if (m_self) {
                send(Broadcast{makeMessage(Fetch{m_tip.cluster, m_tip.next(), *m_self})});
            }
        }
        return;
    }
    const auto known = m_recent.find(body.slot);
    if (known == m_recent.end() || known->second == commitId(*m_crypto, body) || body.epoch != m_tip.epoch.number) {
        return;
    }
    ChainTip before = m_tip;
    before.slot = body.slot - 1;
    before.commit = body.previous;
    if (checkFinal(*m_crypto, before, final)) {
        halt("Slot " + std::to_string(body.slot)
             + " has two final commits: more managers lied than the cluster can bear. Memory stops; compare the audit "
               "logs of all managers.");
    }
}

void ManagerMachine::receive(const MessagePtr &message, const Advance &advance)
{
    // In another epoch the number is another manager's, and serves to answer it.
    const bool isOwn = advance.epoch == m_tip.epoch.number && advance.manager == m_self;
    if (advance.cluster == m_tip.cluster && advance.manager < kMostManagers && !isOwn) {
        if (advance.slot < m_tip.next()) {
            send(SendStored{advance.manager, advance.slot});
        } else if (advance.slot > m_tip.next()) {
            askForSlot(advance.manager, true);
        }
    }
    if (!belongsHere(message, advance, advance)) {
        return;
    }
    notePeer(advance.manager, advance.round);
    if (advance.highest && certifiesHere(*advance.highest)) {
        noteCertified(std::shared_ptr<const CertifiedBatch>(message, &*advance.highest));
    }
}

void ManagerMachine::receive(const MessagePtr &, const Fetch &fetch)
{
    // The number is an address for the answer, and perhaps one of another epoch.
    if (fetch.cluster == m_tip.cluster && fetch.manager < kMostManagers && fetch.slot <= m_tip.slot && fetch.slot > 0) {
        send(SendStored{fetch.manager, fetch.slot});
    }
}

void ManagerMachine::receive(const MessagePtr &, const Checkpoint &checkpoint)
{
    if (checkpoint.cluster == m_tip.cluster && checkpoint.epoch == m_tip.epoch.number
        && checkpoint.slot % m_tuning.checkpointEvery == 0 && checkpoint.manager != m_self
        && signedByItsManager(*m_crypto, m_tip.epoch, checkpoint))
    {
        noteCheckpoint(checkpoint);
    }
}

} // namespace coinswarm::quorum
