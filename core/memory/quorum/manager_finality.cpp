// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/manager_machine.h"

#include "memory/quorum/certificate.h"
#include "memory/quorum/crypto.h"
#include "memory/quorum/safety_rules.h"
#include "memory/quorum/signed_bytes.h"

#include <algorithm>
#include <functional>

// From a certificate to what is final and applied, and the checkpoints over it.
namespace coinswarm::quorum {

namespace {

constexpr std::size_t kRecentSlots = 128;
constexpr std::size_t kOwnCheckpoints = 4;

} // namespace

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
    const journal::Digest id = commitId(*m_crypto, body);
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
        m_pool.removeMembership();
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

} // namespace coinswarm::quorum
