// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/evidence.h"

#include <map>
#include <set>

namespace coinswarm::quorum {

class Crypto;

inline constexpr Round kRoundWindow = 8; ///< rounds before and behind the present one that a manager listens to

/// What a manager has heard about the slot under way, round by round, every signature already checked. Keeps the first
/// statement of each manager, and makes evidence of a second one that contradicts it. Lives in memory only. Bounded:
/// at most 2 × kRoundWindow + 1 rounds, one statement of each kind per manager and round.
class SlotLedger
{
public:
    struct Book {
        std::shared_ptr<const BatchProposal> proposal;
        journal::Digest batch{}; ///< of the proposal
        std::map<ManagerIndex, std::shared_ptr<const QuorumVote>> votes;
        std::map<ManagerIndex, std::shared_ptr<const Receipt>> receipts;
        std::shared_ptr<const CertifiedBatch> certified;
        bool readBack = false; ///< the certified batch was read from the log
    };

    /// False if there is one already; the first counts.
    bool add(const std::shared_ptr<const BatchProposal> &proposal, const journal::Digest &batch);
    /// Evidence if it contradicts what its manager said before.
    std::optional<Evidence> add(const std::shared_ptr<const QuorumVote> &vote, const Crypto &crypto);
    std::optional<Evidence> add(const std::shared_ptr<const Receipt> &receipt, const Crypto &crypto);
    /// False if the round has one already.
    bool certify(const std::shared_ptr<const CertifiedBatch> &decided);
    void readBack(Round round);

    /// The certificate that the votes of a round make: q with the same body whose batch is known, or nothing.
    std::shared_ptr<const CertifiedBatch> certificate(Round round, std::size_t quorum) const;
    /// The Final that the receipts of a round make for its certified batch, or nothing.
    std::optional<Final> final(Round round, std::size_t quorum, const Crypto &crypto) const;

    const std::map<Round, Book> &books() const { return m_books; }
    const Book *book(Round round) const;
    /// Forgets rounds outside the window around `round`.
    void prune(Round round);

private:
    const Batch *batchOf(const journal::Digest &digest) const;

    std::map<Round, Book> m_books;
};

} // namespace coinswarm::quorum
