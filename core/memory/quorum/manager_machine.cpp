// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/manager_machine.h"

#include "codec/binary_writer.h"
#include "memory/quorum/certificate.h"
#include "memory/quorum/crypto.h"
#include "memory/quorum/safety_rules.h"
#include "memory/quorum/signed_bytes.h"

#include <algorithm>

// Events, and what is remembered. Messages: manager_messages.cpp. What is done about them: manager_rounds.cpp.

namespace coinswarm::quorum {

ManagerMachine::ManagerMachine(const Crypto &crypto, const Evaluator &evaluator, MachineTuning tuning, ChainTip tip,
                               const journal::Digest &state, const std::vector<DurableRecordPtr> &records)
    : m_crypto(&crypto),
      m_evaluator(&evaluator),
      m_tuning(tuning),
      m_tip(std::move(tip)),
      m_state(state),
      m_self(m_tip.epoch.indexOf(crypto.publicKey())),
      m_peers(m_tip.epoch.size(), kNoRound)
{
    for (const DurableRecordPtr &record : records) {
        if (const auto *vote = std::get_if<QuorumVote>(record.get()); vote && vote->body.slot == m_tip.next()) {
            m_promises.voted(vote->round);
            m_ownVote = makeMessage(*vote);
        }
        if (const auto *kept = std::get_if<ReceiptRecord>(record.get()); kept && kept->receipt.slot == m_tip.next()) {
            m_promises.receipted(kept->receipt.round, kept->decided.certificate.body);
            m_highest = std::shared_ptr<const CertifiedBatch>(record, &kept->decided);
            m_ownReceipt = makeMessage(kept->receipt);
        }
    }
}

ManagerEffects ManagerMachine::handle(const ManagerEvent &event)
{
    m_effects.clear();
    if (!m_halted) {
        std::visit([this](const auto &what) { on(what); }, event);
        settle();
    }
    return std::move(m_effects);
}

void ManagerMachine::on(const Started &)
{
    if (m_promises.lastVote()) {
        m_round = *m_promises.lastVote();
    }
    if (m_promises.lock()) {
        m_round = std::max(m_round, m_promises.lock()->round);
    }
    for (const MessagePtr &said : {m_ownVote, m_ownReceipt}) {
        if (said) {
            send(Broadcast{said});
        }
    }
    if (m_ownVote) {
        noteVote(part<QuorumVote>(m_ownVote));
    }
    if (m_highest) {
        m_ledger.certify(m_highest);
        m_ledger.readBack(m_highest->certificate.round);
        append(m_highest);
    }
    if (m_ownReceipt) {
        noteReceipt(part<Receipt>(m_ownReceipt));
    }
    if (m_self) {
        send(Broadcast{makeMessage(Fetch{m_tip.cluster, m_tip.next(), *m_self})});
    }
    if (m_round > 0) {
        announceRound();
    }
}

void ManagerMachine::on(const MessageReceived &event)
{
    std::visit([&](const auto &body) { receive(event.message, body); }, *event.message);
}

void ManagerMachine::on(const LogEntryRead &event)
{
    if (const auto *commit = std::get_if<Commit>(event.message.get())) {
        receiveCommit(event.message, *commit, true);
    } else if (const auto *final = std::get_if<Final>(event.message.get())) {
        receive(event.message, *final);
    }
}

void ManagerMachine::on(const LogEnded &event)
{
    if (event.slot < m_tip.slot) {
        send(RestoreLog{event.slot + 1, m_tip.slot});
    }
}

void ManagerMachine::on(const DiskWritten &event)
{
    std::vector<Held> held = std::move(m_held);
    m_held.clear();
    for (Held &one : held) {
        if (one.token > event.token) {
            m_held.push_back(std::move(one));
            continue;
        }
        send(Broadcast{one.message});
        if (one.slot != m_tip.next()) {
            continue;
        }
        if (const auto vote = part<QuorumVote>(one.message)) {
            m_ownVote = one.message;
            noteVote(vote);
        } else if (const auto receipt = part<Receipt>(one.message)) {
            m_ownReceipt = one.message;
            noteReceipt(receipt);
        }
    }
}

void ManagerMachine::on(const Applied &event)
{
    if (m_stateKnown || event.slot != m_tip.slot) {
        return;
    }
    m_state = event.state;
    m_stateKnown = true;
    signCheckpoint();
    const std::vector<Early> early = std::move(m_early);
    m_early.clear();
    for (const Early &one : early) {
        if (one.fromLog) {
            on(LogEntryRead{one.message});
        } else {
            on(MessageReceived{one.message});
        }
    }
}

void ManagerMachine::notePeer(ManagerIndex manager, Round round)
{
    Round &known = m_peers[manager];
    known = known == kNoRound ? round : std::max(known, round);
}

void ManagerMachine::noteVote(const std::shared_ptr<const QuorumVote> &vote)
{
    if (const auto evidence = m_ledger.add(vote, *m_crypto)) {
        accuse(*evidence);
    }
}

void ManagerMachine::noteReceipt(const std::shared_ptr<const Receipt> &receipt)
{
    if (const auto evidence = m_ledger.add(receipt, *m_crypto)) {
        accuse(*evidence);
    }
}

void ManagerMachine::noteCertified(const std::shared_ptr<const CertifiedBatch> &decided)
{
    const Certificate &certificate = decided->certificate;
    if (!m_ledger.certify(decided)) {
        return;
    }
    for (std::size_t i = 0; i < certificate.votes.size(); ++i) {
        noteVote(std::make_shared<const QuorumVote>(certificate.vote(i)));
    }
    if (!m_highest || certificate.round > m_highest->certificate.round) {
        m_highest = decided;
    }
    if (certificate.round > m_round) {
        enterRound(certificate.round);
    }
}

void ManagerMachine::accuse(const Evidence &evidence)
{
    if (!m_convicted.insert(evidence.manager).second) {
        return;
    }
    send(Accuse{evidence, m_tip.epoch});
    if (m_convicted.size() > m_tip.epoch.faults()) {
        halt(std::to_string(m_convicted.size()) + " managers are convicted of lying, and this cluster bears "
             + std::to_string(m_tip.epoch.faults())
             + ". Memory stops; start a new epoch with managers that you trust.");
    }
}

void ManagerMachine::halt(std::string reason)
{
    if (!m_halted) {
        m_halted = true;
        send(Halt{std::move(reason)});
    }
}

journal::ByteBuffer ManagerMachine::encodedState() const
{
    journal::ByteBuffer bytes;
    codec::BinaryWriter write(bytes);
    write.write(m_tip);
    write.write(m_stateKnown);
    write.write(m_state);
    write.write(m_halted);
    write.write(m_round);
    write.write(m_promises);
    write.write(m_proposed);
    write.write(m_judged);
    write.write(m_timerArmed);
    write.write(m_peers);
    write.write(m_pool);
    write.write(m_asked);
    write.write(m_highest ? m_highest->certificate.round : kNoRound);
    for (const auto &[round, book] : m_ledger.books()) {
        write.write(round);
        write.write(book.proposal ? book.batch : journal::Digest{});
        write.write(book.proposal && book.proposal->justification ? book.proposal->justification->round : kNoRound);
        for (const auto &[manager, vote] : book.votes) {
            // Of a round that is certified, the other votes change nothing.
            if (!book.certified) {
                write.write(vote->signature);
            }
        }
        write.write(kNoRound);
        for (const auto &[manager, receipt] : book.receipts) {
            write.write(receipt->signature);
        }
        write.write(book.readBack);
        write.write(book.certified ? book.certified->certificate.body : CommitBody{});
    }
    write.write(kNoRound);
    for (const Held &held : m_held) {
        write.write(*held.message);
    }
    for (const Early &early : m_early) {
        write.write(*early.message);
    }
    return bytes;
}

} // namespace coinswarm::quorum
