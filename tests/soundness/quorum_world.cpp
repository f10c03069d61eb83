// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "soundness/quorum_world.h"

#include "memory/quorum/certificate.h"
#include "memory/quorum/signed_bytes.h"

#include <cstring>

namespace coinswarm::quorum::testing {

namespace {

std::uint64_t mixed(std::uint64_t a, std::uint64_t b)
{
    const auto product = static_cast<unsigned __int128>(a ^ 0x9E3779B97F4A7C15ULL) * (b ^ 0xD1B54A32D192ED03ULL);
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::array<std::uint64_t, 2> hashOf(journal::ByteView bytes, std::uint64_t seed)
{
    std::uint64_t a = seed + 0x2545F4914F6CDD1DULL;
    std::uint64_t b = ~seed ^ bytes.size();
    const std::byte *at = bytes.data();
    std::size_t left = bytes.size();
    while (left > 0) {
        std::array<std::uint64_t, 2> words{};
        const std::size_t size = std::min<std::size_t>(left, sizeof words);
        std::memcpy(words.data(), at, size);
        a = mixed(a ^ words[0], words[1] + left);
        b = mixed(b + words[1], words[0] ^ left);
        at += size;
        left -= size;
    }
    return {mixed(a, b), mixed(b, ~a)};
}

std::string text(Slot slot)
{
    return std::to_string(slot);
}

} // namespace

FakeCrypto::FakeCrypto(std::size_t manager)
{
    m_key[0] = static_cast<std::byte>(manager + 1);
}

Result<journal::Signature> FakeCrypto::sign(journal::ByteView message) const
{
    const auto hash = hashOf(message, std::to_integer<std::uint64_t>(m_key[0]));
    journal::Signature signature{};
    signature[0] = m_key[0];
    std::memcpy(signature.data() + 8, hash.data(), sizeof hash);
    return signature;
}

bool FakeCrypto::holds(const journal::PublicKey &key, journal::ByteView message,
                       const journal::Signature &signature) const
{
    const auto hash = hashOf(message, std::to_integer<std::uint64_t>(key[0]));
    return signature[0] == key[0] && std::memcmp(signature.data() + 8, hash.data(), sizeof hash) == 0;
}

journal::Digest FakeCrypto::digest(journal::ByteView bytes) const
{
    const auto hash = hashOf(bytes, 0);
    journal::Digest digest{};
    std::memcpy(digest.data(), hash.data(), sizeof hash);
    return digest;
}

std::vector<ReasonCode> WorldMemory::evaluate(Slot, const Batch &batch) const
{
    std::vector<ReasonCode> reasons;
    std::set<std::string> inBatch;
    for (const std::string &item : batch.items) {
        if (item.starts_with("bad")) {
            reasons.push_back(kBad);
        } else if (batch.kind == BatchKind::Items && (m_items.contains(item) || !inBatch.insert(item).second)) {
            reasons.push_back(kDuplicate);
        } else {
            reasons.push_back(kAccepted);
        }
    }
    return reasons;
}

void WorldMemory::apply(const FakeCrypto &crypto, const Final &final)
{
    journal::ByteBuffer bytes(m_state.begin(), m_state.end());
    const AcceptedItems &accepted = final.decided.certificate.body.accepted;
    for (std::size_t i = 0; i < final.decided.batch.items.size(); ++i) {
        if (!accepted.test(i)) {
            continue;
        }
        const std::string &item = final.decided.batch.items[i];
        const auto view = std::as_bytes(std::span(item));
        bytes.insert(bytes.end(), view.begin(), view.end());
        bytes.push_back(std::byte{0});
        m_items.insert(item);
    }
    m_state = crypto.digest(bytes);
}

void QuorumJudge::sawCertified(const Crypto &crypto, const CertifiedBatch &decided)
{
    m_bodies.try_emplace(commitId(crypto, decided.certificate.body), decided);
}

void QuorumJudge::sawReceipt(const Receipt &receipt)
{
    auto &signers = m_receipts[{receipt.slot, receipt.round, receipt.commit}];
    signers.insert(receipt.manager);
    if (signers.size() + m_liars.size() < m_epoch.quorum()) {
        return;
    }
    const auto [place, isNew] = m_final.try_emplace(receipt.slot, receipt.commit);
    if (place->second != receipt.commit) {
        condemn("slot " + text(receipt.slot) + " has two final commits");
        return;
    }
    const auto body = m_bodies.find(receipt.commit);
    if (body == m_bodies.end()) {
        condemn("slot " + text(receipt.slot) + " is final without a certificate");
        return;
    }
    for (std::size_t i = 0; i < body->second.batch.items.size(); ++i) {
        if (body->second.batch.items[i].starts_with("bad") && body->second.certificate.body.accepted.test(i)) {
            condemn("slot " + text(receipt.slot) + " accepted an item that every honest manager refuses");
        }
    }
}

void QuorumJudge::sawApplied(ManagerIndex manager, const Crypto &crypto, const Final &final)
{
    const CommitBody &body = final.decided.certificate.body;
    const auto known = m_final.find(body.slot);
    if (known == m_final.end()) {
        condemn("manager " + text(manager) + " applied slot " + text(body.slot) + " without q receipts");
    } else if (known->second != commitId(crypto, body)) {
        condemn("manager " + text(manager) + " applied another commit of slot " + text(body.slot));
    }
}

void QuorumJudge::sawAccusation(const Crypto &crypto, const Evidence &evidence)
{
    if (!m_liars.contains(evidence.manager)) {
        condemn("honest manager " + text(evidence.manager) + " is accused of "
                + std::string(enumName(evidence.offence)));
    } else if (const auto conviction = convict(crypto, m_cluster, m_epoch, evidence); !conviction) {
        condemn("evidence does not convict: " + conviction.error().message);
    }
    m_convicted.insert(evidence.manager);
}

void QuorumJudge::sawHalt(ManagerIndex manager, const std::string &reason)
{
    condemn("manager " + text(manager) + " halted: " + reason);
}

void QuorumJudge::condemn(std::string what)
{
    if (m_verdict.empty()) {
        m_verdict = std::move(what);
    }
}

std::optional<journal::Digest> QuorumJudge::decided(Slot slot) const
{
    const auto found = m_final.find(slot);
    return found == m_final.end() ? std::nullopt : std::optional(found->second);
}

Epoch fakeEpoch(std::size_t managers)
{
    Epoch epoch;
    for (std::size_t i = 0; i < managers; ++i) {
        epoch.managers.push_back(FakeCrypto(i).publicKey());
    }
    return epoch;
}

journal::Digest fakeCluster(const Epoch &epoch)
{
    return clusterId(FakeCrypto(0), "simulation", epoch);
}

template <class Statement>
Statement signedBy(const Crypto &crypto, Statement statement)
{
    statement.signature = crypto.sign(signedBytes(crypto, statement)).value();
    return statement;
}

template BatchProposal signedBy(const Crypto &, BatchProposal);
template QuorumVote signedBy(const Crypto &, QuorumVote);
template Commit signedBy(const Crypto &, Commit);
template Receipt signedBy(const Crypto &, Receipt);
template Advance signedBy(const Crypto &, Advance);
template Checkpoint signedBy(const Crypto &, Checkpoint);

} // namespace coinswarm::quorum::testing
