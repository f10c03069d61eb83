// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/audit/audit_record.h"
#include "memory/quorum/certificate.h"
#include "memory/quorum/ed25519_crypto.h"
#include "memory/quorum/membership_change.h"
#include "memory/quorum/signed_bytes.h"
#include "memory/state/memory_evaluator.h"
#include "memory/state/signed_proposal.h"

#include "support/episodes.h"

#include <deque>

namespace coinswarm::testing {

/// Makes the audit log of a memory: managers who hold real keys and judge with the real evaluator, without the protocol
/// between them. q of them vote for each slot and sign receipts.
class MemoryLogMaker
{
public:
    explicit MemoryLogMaker(std::size_t managers) : m_engine(journal::JournalKey::generate().value())
    {
        m_genesis.name = "made";
        for (std::size_t i = 0; i < managers; ++i) {
            m_keys.emplace_back(journal::JournalKey::generate().value());
            m_genesis.epoch.managers.push_back(m_keys.back().publicKey());
        }
        m_genesis.engines.push_back({m_engine.publicKey(), "desk"});
        m_tip = quorum::ChainTip::genesis(m_genesis.clusterId(), m_genesis.epoch);
        m_evaluator.emplace(m_engine, m_tip.cluster, memory::MemoryState(m_genesis.engines));
    }

    MemoryLogMaker(const MemoryLogMaker &) = delete;
    MemoryLogMaker &operator=(const MemoryLogMaker &) = delete;

    const audit::Genesis &genesis() const { return m_genesis; }
    const quorum::ChainTip &tip() const { return m_tip; }
    const memory::MemoryState &state() const { return m_evaluator->state(); }
    const quorum::Crypto &key(std::size_t manager) const { return m_keys[manager]; }

    /// A trade that is right in itself; `number` makes it another one.
    memory::AddEpisode episode(std::uint64_t number) const
    {
        memory::AddEpisode proposal;
        Episode &e = proposal.episode;
        e.session = "paper-1";
        e.roundTrip = RoundTripId(number);
        e.symbol = "BTC-USDT";
        e.side = number % 3 == 0 ? Side::Sell : Side::Buy;
        e.quantity = e.entered = Quantity::fromRaw(100'000'000);
        e.entryPrice = Price::fromRaw(100 * 100'000'000LL);
        e.exitPrice = Price::fromRaw((100 + static_cast<std::int64_t>(number % 7) - 3) * 100'000'000LL);
        const std::int64_t gain = (e.exitPrice.raw - e.entryPrice.raw) * (e.side == Side::Buy ? 1 : -1);
        e.fees = Money::fromRaw(10'000'000);
        e.pnl = Money::fromRaw(gain - e.fees.raw);
        e.entryTime = Timestamp::fromMilliseconds(1'700'000'000'000 + static_cast<std::int64_t>(number) * 60'000);
        e.exitTime = e.entryTime + std::chrono::seconds(30);
        e.votes = {{"risk", Action::Hold, 0.5}, {"trend", Action::Buy, 0.75}};
        e.fills = {"in-" + std::to_string(number), "out-" + std::to_string(number)};
        for (std::size_t i = 0; i < kEmbeddingSize; ++i) {
            e.state.values[i] =
                static_cast<std::int8_t>(static_cast<int>((number * 31 + i * (number % 5 + 1)) % 200) - 100);
        }
        proposal.journal = cite(e, Sequence(number));
        return proposal;
    }

    std::vector<std::string> items(const std::vector<memory::ProposalBody> &bodies) const
    {
        std::vector<memory::MemoryProposal> proposals;
        for (const memory::ProposalBody &body : bodies) {
            proposals.push_back({Timestamp::fromMilliseconds(1'800'000'000'000), "made for a test", body});
        }
        return memory::signProposals(m_engine, m_tip.cluster, proposals).value();
    }

    /// Decides the next slot as this memory judges it.
    quorum::Final decide(quorum::Batch batch)
    {
        quorum::Certificate certificate;
        quorum::CommitBody &body = certificate.body;
        const std::vector<quorum::ReasonCode> reasons = batch.kind == quorum::BatchKind::Items
            ? m_evaluator->evaluate(m_tip.next(), batch)
            : std::vector<quorum::ReasonCode>{quorum::kAccepted};
        body = {m_tip.cluster,
                m_tip.epoch.number,
                m_tip.next(),
                0,
                m_tip.commit,
                state().digest(),
                quorum::batchDigest(m_engine, batch),
                quorum::AcceptedItems::of(reasons)};
        std::vector<quorum::ReasonCode> refusals = reasons;
        std::erase(refusals, quorum::kAccepted);
        const journal::Digest id = quorum::commitId(m_engine, body);
        quorum::Final final;
        for (std::size_t i = 0; i < m_tip.epoch.quorum(); ++i) {
            const auto manager = static_cast<quorum::ManagerIndex>(i);
            const quorum::QuorumVote vote{body, 0, quorum::kNoRound, refusals, manager, {}};
            certificate.votes.push_back(
                {manager, quorum::kNoRound, refusals, m_keys[i].sign(quorum::signedBytes(m_engine, vote)).value()});
            const quorum::Receipt receipt{body.cluster, body.epoch, body.slot, 0, id, manager, {}};
            final.receipts.push_back({manager, m_keys[i].sign(quorum::signedBytes(m_engine, receipt)).value()});
        }
        final.decided = {std::move(batch), std::move(certificate)};
        m_evaluator->apply(final).value();
        m_tip.advance(id, final.decided.certificate.body, final.decided.batch);
        return final;
    }

    /// q managers about the state as it is now.
    audit::CheckpointSet checkpoint() const
    {
        audit::CheckpointSet set;
        for (std::size_t i = 0; i < m_tip.epoch.quorum(); ++i) {
            quorum::Checkpoint one{m_tip.cluster,
                                   m_tip.epoch.number,
                                   m_tip.slot,
                                   m_tip.commit,
                                   state().digest(),
                                   static_cast<quorum::ManagerIndex>(i),
                                   {}};
            one.signature = m_keys[i].sign(quorum::signedBytes(m_engine, one)).value();
            set.signatures.push_back(one);
        }
        return set;
    }

private:
    quorum::Ed25519Crypto m_engine;
    std::deque<quorum::Ed25519Crypto> m_keys;
    audit::Genesis m_genesis;
    quorum::ChainTip m_tip;
    std::optional<memory::MemoryEvaluator> m_evaluator;
};

} // namespace coinswarm::testing
