// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/manager_machine.h"

#include "memory/quorum/certificate.h"
#include "memory/quorum/crypto.h"
#include "memory/quorum/membership_change.h"
#include "memory/quorum/safety_rules.h"
#include "memory/quorum/signed_bytes.h"

#include <algorithm>
#include <functional>

// What a manager does about what it knows: rounds, proposals, votes, certificates. Receipts and what follows from them:
// manager_finality.cpp.

namespace coinswarm::quorum {

namespace {

constexpr std::size_t kRelayedItems = 16;

} // namespace

void ManagerMachine::settle()
{
    while (!m_halted && (catchUpRound() || propose() || vote() || certify() || confirm() || finish())) {
    }
    if (!m_halted) {
        armTimer();
    }
}

bool ManagerMachine::catchUpRound()
{
    std::vector<Round> rounds;
    for (std::size_t manager = 0; manager < m_peers.size(); ++manager) {
        if (manager != m_self && m_peers[manager] != kNoRound) {
            rounds.push_back(m_peers[manager]);
        }
    }
    const std::size_t faults = m_tip.epoch.faults();
    if (rounds.size() <= faults) {
        return false;
    }
    // One of f + 1 is honest, so a round that f + 1 have reached is one that an honest manager has reached.
    std::nth_element(rounds.begin(), rounds.begin() + static_cast<std::ptrdiff_t>(faults), rounds.end(),
                     std::greater<>());
    if (rounds[faults] <= m_round) {
        return false;
    }
    enterRound(rounds[faults]);
    return true;
}

bool ManagerMachine::propose()
{
    if (!m_self || !m_stateKnown || m_proposed == m_round || m_tip.coordinator(m_round) != m_self
        || managersAt(m_round) < m_tip.epoch.quorum())
    {
        return false;
    }
    BatchProposal proposal{
        m_tip.cluster, m_tip.epoch.number, m_tip.next(), m_round, m_tip.commit, m_state, {}, {}, *m_self, {}};
    if (m_highest && m_highest->certificate.round < m_round) {
        proposal.batch = m_highest->batch;
        proposal.justification = m_highest->certificate;
    } else if (m_highest) {
        return false;
    } else if (auto batch = m_pool.next(std::max<std::size_t>(m_tuning.batchItems >> std::min<Round>(m_round, 16), 1)))
    {
        proposal.batch = std::move(*batch);
    } else {
        return false;
    }
    if (!sign(proposal)) {
        return false;
    }
    m_proposed = m_round;
    const journal::Digest digest = batchDigest(*m_crypto, proposal.batch);
    const MessagePtr message = makeMessage(std::move(proposal));
    m_ledger.add(part<BatchProposal>(message), digest);
    send(Broadcast{message});
    return true;
}

bool ManagerMachine::vote()
{
    const SlotLedger::Book *book = m_ledger.book(m_round);
    if (!m_self || !m_stateKnown || m_judged == m_round || !book || !book->proposal) {
        return false;
    }
    m_judged = m_round;
    const BatchProposal &proposal = *book->proposal;
    if (proposal.previous != m_tip.commit || proposal.stateBefore != m_state) {
        return true;
    }
    const std::vector<ReasonCode> reasons = judge(proposal.batch);
    QuorumVote vote{{m_tip.cluster, m_tip.epoch.number, m_tip.next(), m_round, m_tip.commit, m_state, book->batch,
                     AcceptedItems::of(reasons)},
                    m_round,
                    kNoRound,
                    {},
                    *m_self,
                    {}};
    std::copy_if(reasons.begin(), reasons.end(), std::back_inserter(vote.reasons),
                 [](ReasonCode reason) { return reason != kAccepted; });
    if (proposal.justification) {
        vote.body.originRound = proposal.justification->body.originRound;
        vote.justifiedBy = proposal.justification->round;
        // q managers found something else about the batch: what is carried over is theirs, and this manager's is not it.
        if (proposal.justification->body != vote.body) {
            return true;
        }
    }
    if (m_halted || !m_promises.mayVote(m_round, vote.body, vote.justifiedBy) || !sign(vote)) {
        return true;
    }
    m_promises.voted(m_round);
    promise(vote, makeMessage(vote), !safetyRules.voteBeforeSend);
    return true;
}

std::vector<ReasonCode> ManagerMachine::judge(const Batch &batch)
{
    if (!safetyRules.verdictIsOwn) {
        return std::vector<ReasonCode>(batch.items.size(), kAccepted);
    }
    if (batch.kind == BatchKind::Membership) {
        return {judgeMembership(batch.items.front())};
    }
    std::vector<ReasonCode> reasons = m_evaluator->evaluate(m_tip.next(), batch);
    if (reasons.size() != batch.items.size()) {
        halt("The evaluator judged " + std::to_string(reasons.size()) + " of " + std::to_string(batch.items.size())
             + " items; this is a defect of the program.");
        reasons.assign(batch.items.size(), kFirstOwnCode);
    }
    return reasons;
}

ReasonCode ManagerMachine::judgeMembership(const std::string &item) const
{
    if (!nextEpoch(m_tip.epoch, item)) {
        return kMalformedMembership;
    }
    return isApproved(*m_crypto, m_tip.cluster, m_tip.epoch, item) ? kAccepted : kUnapprovedMembership;
}

bool ManagerMachine::certify()
{
    for (const auto &[round, book] : m_ledger.books()) {
        if (book.certified || book.votes.size() < m_tip.epoch.quorum()) {
            continue;
        }
        const auto decided = m_ledger.certificate(round, m_tip.epoch.quorum());
        if (!decided || !certifiesHere(*decided)) {
            continue;
        }
        if (m_tip.coordinator(round) == m_self) {
            append(decided);
        } else {
            send(SetTimer{{RoundTimer::Kind::Append, m_tip.next(), round}, roundTime(round) / 4});
        }
        noteCertified(decided);
        return true;
    }
    return false;
}

void ManagerMachine::append(const std::shared_ptr<const CertifiedBatch> &decided)
{
    if (!m_self) {
        return;
    }
    Commit commit{*decided, *m_self, {}};
    if (sign(commit)) {
        send(Append{makeMessage(std::move(commit))});
    }
}

void ManagerMachine::on(const TimerFired &event)
{
    const RoundTimer &timer = event.timer;
    if (timer.slot != m_tip.next()) {
        return;
    }
    if (timer.kind == RoundTimer::Kind::Append) {
        const SlotLedger::Book *book = m_ledger.book(timer.round);
        if (book && book->certified && !book->readBack) {
            append(book->certified);
        }
        return;
    }
    if (timer.round != m_round) {
        return;
    }
    m_timerArmed = false;
    m_asked.clear();
    if (!active()) {
        return;
    }
    if (managersAt(m_round) >= m_tip.epoch.quorum()) {
        send(Undecided{m_tip.next(), m_round});
        if (const SlotLedger::Book *book = m_ledger.book(m_round); book && book->proposal) {
            // Whoever proposed it may be dead. Whoever saw it can propose it again.
            for (const std::string &item : book->proposal->batch.items) {
                m_pool.add(book->proposal->batch.kind, item);
            }
            m_pool.moveToEnd(book->proposal->batch);
        }
        relayItems();
        enterRound(m_round + 1);
        return;
    }
    // Going on alone would only lose the others.
    announceRound();
    for (const MessagePtr &said : {m_ownVote, m_ownReceipt}) {
        if (said) {
            send(Broadcast{said});
        }
    }
    relayItems();
}

void ManagerMachine::relayItems()
{
    if (const auto batch = m_pool.next(kRelayedItems)) {
        for (const std::string &item : batch->items) {
            send(Broadcast{makeMessage(SubmitItems{batch->kind, item})});
        }
    }
}

void ManagerMachine::enterRound(Round round)
{
    m_round = round;
    m_timerArmed = false;
    m_ledger.prune(round);
    announceRound();
}

void ManagerMachine::announceRound()
{
    if (!m_self) {
        return;
    }
    Advance advance{m_tip.cluster, m_tip.epoch.number, m_tip.next(), m_round, {}, *m_self, {}};
    if (m_highest) {
        advance.highest = *m_highest;
    }
    if (sign(advance)) {
        send(Broadcast{makeMessage(std::move(advance))});
    }
}

void ManagerMachine::armTimer()
{
    if (m_timerArmed || !active()) {
        return;
    }
    m_timerArmed = true;
    send(SetTimer{{RoundTimer::Kind::Round, m_tip.next(), m_round}, roundTime(m_round)});
}

std::chrono::milliseconds ManagerMachine::roundTime(Round round) const
{
    std::chrono::milliseconds time = m_tuning.firstRound;
    for (Round i = 0; i < round && time < m_tuning.longestRound; ++i) {
        time *= 2;
    }
    return std::min(time, m_tuning.longestRound);
}

std::size_t ManagerMachine::managersAt(Round round) const
{
    if (round == 0) {
        return m_tip.epoch.size();
    }
    std::size_t sum = 0;
    for (std::size_t manager = 0; manager < m_peers.size(); ++manager) {
        const bool there =
            manager == m_self ? m_round >= round : m_peers[manager] != kNoRound && m_peers[manager] >= round;
        sum += there ? 1 : 0;
    }
    return sum;
}

bool ManagerMachine::active() const
{
    const SlotLedger::Book *book = m_ledger.book(m_round);
    return m_self && (!m_pool.empty() || m_round > 0 || m_highest || m_promises.lastVote() || (book && book->proposal));
}

template <class Statement>
bool ManagerMachine::sign(Statement &statement)
{
    Result<journal::Signature> signature = m_crypto->sign(signedBytes(*m_crypto, statement));
    if (!signature) {
        halt(signature.error().message);
        return false;
    }
    statement.signature = *signature;
    return true;
}

// Those that manager_finality.cpp signs.
template bool ManagerMachine::sign(Receipt &);
template bool ManagerMachine::sign(Checkpoint &);

void ManagerMachine::promise(DurableRecord record, MessagePtr said, bool sendFirst)
{
    const Persist persist{++m_lastToken, std::make_shared<const DurableRecord>(std::move(record))};
    if (sendFirst) {
        send(Broadcast{said});
    }
    send(persist);
    m_held.push_back({persist.token, m_tip.next(), std::move(said)});
}

} // namespace coinswarm::quorum
