// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/manager_machine.h"

#include "memory/quorum/certificate.h"
#include "memory/quorum/crypto.h"
#include "memory/quorum/safety_rules.h"
#include "memory/quorum/signed_bytes.h"

#include <algorithm>
#include <functional>

// What a manager does about what it knows: rounds, proposals, votes, certificates, receipts, finality.

namespace coinswarm::quorum {

namespace {

constexpr std::size_t kRelayedItems = 16;
constexpr std::size_t kRecentSlots = 128;
constexpr std::size_t kOwnCheckpoints = 4;

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
    Proposal proposal{
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
    const Digest digest = batchDigest(*m_crypto, proposal.batch);
    const MessagePtr message = makeMessage(std::move(proposal));
    m_ledger.add(part<Proposal>(message), digest);
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
    const Proposal &proposal = *book->proposal;
    if (proposal.previous != m_tip.commit || proposal.stateBefore != m_state) {
        return true;
    }
    const std::vector<ReasonCode> reasons = judge(proposal.batch);
    Vote vote{{m_tip.cluster, m_tip.epoch.number, m_tip.next(), m_round, m_tip.commit, m_state, book->batch,
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
    if (batch.kind == BatchKind::Membership && !nextEpoch(m_tip.epoch, batch.items.front())) {
        return {kMalformedMembership};
    }
    std::vector<ReasonCode> reasons = m_evaluator->evaluate(m_tip.next(), batch);
    if (reasons.size() != batch.items.size()) {
        halt("The evaluator judged " + std::to_string(reasons.size()) + " of " + std::to_string(batch.items.size())
             + " items; this is a defect of the program.");
        reasons.assign(batch.items.size(), kFirstOwnCode);
    }
    return reasons;
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
            send(SetTimer{{Timer::Kind::Append, m_tip.next(), round}, roundTime(round) / 4});
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

bool ManagerMachine::confirm()
{
    if (!m_self || !m_stateKnown) {
        return false;
    }
    // The latest first: a receipt for it makes those of earlier rounds needless.
    for (auto entry = m_ledger.books().rbegin(); entry != m_ledger.books().rend(); ++entry) {
        const auto &[round, book] = *entry;
        if (!book.readBack || !book.certified || !m_promises.mayReceipt(round, book.certified->certificate.body)) {
            continue;
        }
        const CommitBody &body = book.certified->certificate.body;
        if (body.stateBefore != m_state) {
            halt("A quorum certified slot " + std::to_string(body.slot)
                 + " on another state than this manager holds. Verify its audit log and its disk.");
            return false;
        }
        Receipt receipt{m_tip.cluster, m_tip.epoch.number, m_tip.next(), round, commitId(*m_crypto, body), *m_self, {}};
        if (!sign(receipt)) {
            return false;
        }
        m_promises.receipted(round, body);
        promise(ReceiptRecord{*book.certified, receipt}, makeMessage(receipt), !safetyRules.receiptBeforeSend);
        return true;
    }
    return false;
}

bool ManagerMachine::finish()
{
    for (const auto &[round, book] : m_ledger.books()) {
        if (book.receipts.size() < m_tip.epoch.quorum()) {
            continue;
        }
        if (std::optional<Final> final = m_ledger.final(round, m_tip.epoch.quorum(), *m_crypto)) {
            const MessagePtr message = makeMessage(std::move(*final));
            finalise(message, std::get<Final>(*message));
            return true;
        }
    }
    return false;
}

void ManagerMachine::finalise(const MessagePtr &message, const Final &final)
{
    const CommitBody &body = final.decided.certificate.body;
    const Digest id = commitId(*m_crypto, body);
    // Nobody waits for it: the commit is on q disks, and this file only saves asking for it again.
    send(Persist{0, std::make_shared<const DurableRecord>(final)});
    send(Apply{message});
    if (m_tip.coordinator(final.decided.certificate.round) == m_self) {
        // For those who only read the log.
        send(Append{message});
    }
    m_pool.remove(final.decided.batch);
    m_recent[body.slot] = id;
    if (m_recent.size() > kRecentSlots) {
        m_recent.erase(m_recent.begin());
    }
    const std::uint64_t epoch = m_tip.epoch.number;
    m_tip.advance(id, body, final.decided.batch);
    if (m_tip.epoch.number != epoch) {
        m_self = m_tip.epoch.indexOf(m_crypto->publicKey());
        m_convicted.clear();
        m_checkpoints.clear();
    }
    m_stateKnown = false;
    m_round = 0;
    m_promises = {};
    m_ledger = {};
    m_highest.reset();
    m_proposed.reset();
    m_judged.reset();
    m_timerArmed = false;
    m_peers.assign(m_tip.epoch.size(), kNoRound);
    m_asked.clear();
    m_ownVote.reset();
    m_ownReceipt.reset();
}

void ManagerMachine::on(const TimerFired &event)
{
    const Timer &timer = event.timer;
    if (timer.slot != m_tip.next()) {
        return;
    }
    if (timer.kind == Timer::Kind::Append) {
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
            send(Broadcast{makeMessage(Submit{batch->kind, item})});
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
    send(SetTimer{{Timer::Kind::Round, m_tip.next(), m_round}, roundTime(m_round)});
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

void ManagerMachine::signCheckpoint()
{
    if (m_tip.slot == 0 || m_tip.slot % m_tuning.checkpointEvery != 0) {
        return;
    }
    m_ownCheckpoints[m_tip.slot] = m_state;
    if (m_ownCheckpoints.size() > kOwnCheckpoints) {
        m_ownCheckpoints.erase(m_ownCheckpoints.begin());
    }
    if (!m_self) {
        return;
    }
    Checkpoint checkpoint{m_tip.cluster, m_tip.epoch.number, m_tip.slot, m_tip.commit, m_state, *m_self, {}};
    if (sign(checkpoint)) {
        send(Broadcast{makeMessage(checkpoint)});
        noteCheckpoint(checkpoint);
    }
}

void ManagerMachine::noteCheckpoint(const Checkpoint &checkpoint)
{
    // A manager that is behind keeps what it hears for when it gets there. What is far away would only push out the rest.
    const Slot reach = 2 * m_tuning.checkpointEvery;
    if (checkpoint.slot + reach < m_tip.slot || checkpoint.slot > m_tip.slot + reach) {
        return;
    }
    auto &signatures = m_checkpoints[checkpoint.slot];
    if (!signatures.try_emplace(checkpoint.manager, checkpoint).second) {
        return;
    }
    const auto own = m_ownCheckpoints.find(checkpoint.slot);
    for (const auto &[first, candidate] : signatures) {
        std::vector<Checkpoint> same;
        for (const auto &[manager, other] : signatures) {
            if (other.commit == candidate.commit && other.state == candidate.state) {
                same.push_back(other);
            }
        }
        if (same.size() < m_tip.epoch.quorum()) {
            continue;
        }
        if (own != m_ownCheckpoints.end() && own->second != candidate.state) {
            halt("A quorum signed another state after slot " + std::to_string(checkpoint.slot)
                 + " than this manager holds. Rebuild it from the log.");
        } else if (same.size() == m_tip.epoch.quorum() && candidate.state == checkpoint.state) {
            send(StoreCheckpoint{std::move(same)});
        }
        break;
    }
    std::erase_if(m_checkpoints, [&](const auto &entry) { return entry.first + reach < m_tip.slot; });
}

template <class Statement>
bool ManagerMachine::sign(Statement &statement)
{
    Result<Signature> signature = m_crypto->sign(signedBytes(*m_crypto, statement));
    if (!signature) {
        halt(signature.error().message);
        return false;
    }
    statement.signature = *signature;
    return true;
}

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
