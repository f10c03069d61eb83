// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "soundness/quorum_simulator.h"

namespace coinswarm::quorum::testing {

/// What liars say with their own keys. They hear everything, agree among each other, and need not make sense. They sign
/// for nobody else; they do send garbage in other managers' names.
class QuorumLiar
{
public:
    QuorumLiar(ManagerIndex manager, const Epoch &epoch, const journal::Digest &cluster);

    /// Everything that anybody says or writes into the log.
    void hear(const MessagePtr &message);
    /// One lie: a message for any subset of managers, or for the log.
    MessagePtr lie(Dice &dice);
    const FakeCrypto &crypto() const { return m_crypto; }
    ManagerIndex manager() const { return m_manager; }

private:
    const CommitBody *anyBody(Dice &dice);
    const CertifiedBatch *anyCertified(Dice &dice);
    Round nearRound(Dice &dice) const;
    MessagePtr vote(Dice &dice);
    MessagePtr receipt(Dice &dice);
    MessagePtr proposal(Dice &dice);
    MessagePtr commit(Dice &dice);
    MessagePtr advance(Dice &dice);
    MessagePtr nonsense(Dice &dice);
    /// A certificate of votes that were really given, if there are enough with its own.
    std::optional<CertifiedBatch> assembled(Dice &dice);
    CertifiedBatch forged(Dice &dice);

    ManagerIndex m_manager;
    FakeCrypto m_crypto;
    Epoch m_epoch;
    journal::Digest m_cluster;
    Slot m_slot = 1; ///< the highest heard of
    Round m_round = 0; ///< of that slot
    std::vector<MessagePtr> m_heard; ///< the latest, in a ring
    std::size_t m_next = 0;
    std::vector<CommitBody> m_bodies;
    std::vector<CertifiedBatch> m_certified;
    std::map<journal::Digest, Batch> m_batches;
    std::map<std::pair<Slot, Round>, std::vector<QuorumVote>> m_votes;
};

} // namespace coinswarm::quorum::testing
