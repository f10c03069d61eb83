// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/chain_tip.h"
#include "memory/quorum/crypto.h"
#include "memory/quorum/evaluator.h"
#include "memory/quorum/machine_effect.h"

#include <map>
#include <set>
#include <string>
#include <vector>

/// What the exploration and the random simulation of the quorum protocol share: cheap cryptography, honest verdicts, and
/// the judge who sees everything.
namespace coinswarm::quorum::testing {

/// Signatures that cost nanoseconds and that nobody can forge *within a simulation*: a signature names its key and is a
/// 128-bit hash of it with the message, and only this class makes one. A liar holds its own FakeCrypto and no other.
class FakeCrypto final : public Crypto
{
public:
    explicit FakeCrypto(std::size_t manager);

    const journal::PublicKey &publicKey() const override { return m_key; }
    Result<journal::Signature> sign(journal::ByteView message) const override;
    bool holds(const journal::PublicKey &key, journal::ByteView message,
               const journal::Signature &signature) const override;
    journal::Digest digest(journal::ByteView bytes) const override;

private:
    journal::PublicKey m_key{};
};

/// What an honest manager thinks: items that begin with "bad" are refused with 7, those that are committed already with 8.
class WorldMemory final : public Evaluator
{
public:
    static constexpr ReasonCode kBad = 7;
    static constexpr ReasonCode kDuplicate = 8;

    std::vector<ReasonCode> evaluate(Slot slot, const Batch &batch) const override;
    void apply(const FakeCrypto &crypto, const Final &final);

    const journal::Digest &state() const { return m_state; }
    const std::set<std::string> &items() const { return m_items; }

private:
    journal::Digest m_state{};
    std::set<std::string> m_items;
};

/// Sees every receipt that leaves an honest manager and every commit that one applies, and says what promise of the
/// protocol is broken, if one is. A liar is taken to have signed everything.
class QuorumJudge
{
public:
    QuorumJudge(const Epoch &epoch, const journal::Digest &cluster, std::set<ManagerIndex> liars)
        : m_epoch(epoch), m_cluster(cluster), m_liars(std::move(liars))
    {}

    void sawReceipt(const Receipt &receipt);
    /// A body that an honest manager signed a receipt for.
    void sawCertified(const Crypto &crypto, const CertifiedBatch &decided);
    void sawApplied(ManagerIndex manager, const Crypto &crypto, const Final &final);
    void sawAccusation(const Crypto &crypto, const Evidence &evidence);
    void sawHalt(ManagerIndex manager, const std::string &reason);

    /// Empty while all is well; then the first broken promise in a sentence.
    const std::string &verdict() const { return m_verdict; }
    void condemn(std::string what);
    /// What is final in a slot, whoever knows it; nothing while nothing is.
    std::optional<journal::Digest> decided(Slot slot) const;
    std::size_t convictions() const { return m_convicted.size(); }

private:
    struct Place {
        Slot slot;
        Round round;
        journal::Digest commit;
        auto operator<=>(const Place &) const = default;
    };

    Epoch m_epoch;
    journal::Digest m_cluster;
    std::set<ManagerIndex> m_liars;
    std::map<Place, std::set<ManagerIndex>> m_receipts;
    std::map<Slot, journal::Digest> m_final;
    std::map<journal::Digest, CertifiedBatch> m_bodies;
    std::set<ManagerIndex> m_convicted;
    std::string m_verdict;
};

/// The first epoch of n managers with fake keys, and its cluster.
Epoch fakeEpoch(std::size_t managers);
journal::Digest fakeCluster(const Epoch &epoch);

template <class Statement>
Statement signedBy(const Crypto &crypto, Statement statement);

} // namespace coinswarm::quorum::testing
