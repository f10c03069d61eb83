// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "soundness/quorum_liar.h"

#include "memory/quorum/signed_bytes.h"

#include <algorithm>

namespace coinswarm::quorum::testing {

namespace {

constexpr std::size_t kMemory = 48;

template <class T>
void keep(std::vector<T> &things, T thing)
{
    if (things.size() >= kMemory) {
        things.erase(things.begin());
    }
    things.push_back(std::move(thing));
}

} // namespace

QuorumLiar::QuorumLiar(ManagerIndex manager, const Epoch &epoch, const journal::Digest &cluster)
    : m_manager(manager), m_crypto(manager), m_epoch(epoch), m_cluster(cluster)
{}

void QuorumLiar::hear(const MessagePtr &message)
{
    if (m_heard.size() < kMemory) {
        m_heard.push_back(message);
    } else {
        m_heard[m_next++ % kMemory] = message;
    }
    const auto place = [this](Slot slot, Round round) {
        if (slot > m_slot) {
            m_slot = slot;
            m_round = round;
        } else if (slot == m_slot) {
            m_round = std::max(m_round, round);
        }
    };
    if (const auto *proposal = std::get_if<BatchProposal>(message.get())) {
        place(proposal->slot, proposal->round);
        const journal::Digest digest = batchDigest(m_crypto, proposal->batch);
        m_batches.try_emplace(digest, proposal->batch);
    } else if (const auto *vote = std::get_if<QuorumVote>(message.get())) {
        place(vote->body.slot, vote->round);
        keep(m_bodies, vote->body);
        m_votes[{vote->body.slot, vote->round}].push_back(*vote);
    } else if (const auto *commit = std::get_if<Commit>(message.get())) {
        keep(m_certified, commit->decided);
    }
}

MessagePtr QuorumLiar::lie(Dice &dice)
{
    switch (dice.below(12)) {
    case 0:
    case 1:
    case 2:
        return vote(dice);
    case 3:
    case 4:
        return receipt(dice);
    case 5:
    case 6:
        return proposal(dice);
    case 7:
    case 8:
        return commit(dice);
    case 9:
        return advance(dice);
    case 10:
        return m_heard.empty() ? nonsense(dice) : m_heard[dice.below(m_heard.size())];
    default:
        return nonsense(dice);
    }
}

const CommitBody *QuorumLiar::anyBody(Dice &dice)
{
    if (m_bodies.empty()) {
        return nullptr;
    }
    // Mostly of the slot under way, but old slots too.
    const std::size_t back = std::min<std::size_t>(m_bodies.size(), dice.percent(80) ? 6 : kMemory);
    return &m_bodies[m_bodies.size() - 1 - dice.below(back)];
}

const CertifiedBatch *QuorumLiar::anyCertified(Dice &dice)
{
    return m_certified.empty()
        ? nullptr
        : &m_certified[m_certified.size() - 1 - dice.below(std::min<std::size_t>(m_certified.size(), 4))];
}

Round QuorumLiar::nearRound(Dice &dice) const
{
    const Round round = m_round + static_cast<Round>(dice.below(4));
    return round > 1 ? round - 2 : round;
}

MessagePtr QuorumLiar::vote(Dice &dice)
{
    const CommitBody *body = anyBody(dice);
    if (!body) {
        return nonsense(dice);
    }
    QuorumVote vote{*body, nearRound(dice), kNoRound, {}, m_manager, {}};
    if (dice.percent(10)) {
        // An opinion that nobody shares.
        vote.body.accepted =
            AcceptedItems::of(std::vector<ReasonCode>(body->accepted.count, dice.percent(50) ? kAccepted : 1));
    }
    if (vote.body.originRound < vote.round) {
        vote.justifiedBy = vote.body.originRound + static_cast<Round>(dice.below(vote.round - vote.body.originRound));
    } else {
        vote.round = vote.body.originRound;
    }
    vote.reasons.assign(vote.body.accepted.count - vote.body.accepted.accepted(), WorldMemory::kBad);
    return makeMessage(signedBy(m_crypto, vote));
}

MessagePtr QuorumLiar::receipt(Dice &dice)
{
    const CommitBody *body = anyBody(dice);
    if (!body) {
        return nonsense(dice);
    }
    return makeMessage(signedBy(
        m_crypto,
        Receipt{m_cluster, body->epoch, body->slot, nearRound(dice), commitId(m_crypto, *body), m_manager, {}}));
}

MessagePtr QuorumLiar::proposal(Dice &dice)
{
    const CommitBody *body = anyBody(dice);
    BatchProposal proposal{m_cluster, 0, m_slot, nearRound(dice), m_cluster, {}, {}, {}, m_manager, {}};
    if (body) {
        proposal.slot = body->slot;
        proposal.previous = body->previous;
        proposal.stateBefore = body->stateBefore;
    }
    proposal.batch.items = {(dice.percent(30) ? "bad" : "liar") + std::to_string(dice.below(5))};
    if (dice.percent(60)) {
        if (const auto decided = assembled(dice)) {
            proposal.batch = decided->batch;
            proposal.justification = decided->certificate;
            proposal.slot = decided->certificate.body.slot;
            proposal.previous = decided->certificate.body.previous;
            proposal.stateBefore = decided->certificate.body.stateBefore;
            proposal.round = decided->certificate.round + 1 + static_cast<Round>(dice.below(3));
        }
    }
    return makeMessage(signedBy(m_crypto, proposal));
}

std::optional<CertifiedBatch> QuorumLiar::assembled(Dice &dice)
{
    if (m_votes.empty()) {
        return std::nullopt;
    }
    auto place = m_votes.end();
    std::advance(place, -static_cast<std::ptrdiff_t>(1 + dice.below(std::min<std::size_t>(m_votes.size(), 3))));
    const std::vector<QuorumVote> &votes = place->second;
    const CommitBody &body = votes[dice.below(votes.size())].body;
    const auto batch = m_batches.find(body.batch);
    if (batch == m_batches.end()) {
        return std::nullopt;
    }
    std::map<ManagerIndex, QuorumVote> same;
    for (const QuorumVote &vote : votes) {
        if (vote.body == body) {
            same.try_emplace(vote.manager, vote);
        }
    }
    // It can vote for it at once if it has not.
    if (!same.contains(m_manager)) {
        QuorumVote own = same.begin()->second;
        own.manager = m_manager;
        own.reasons.assign(body.accepted.count - body.accepted.accepted(), WorldMemory::kBad);
        same.emplace(m_manager, signedBy(m_crypto, own));
    }
    if (same.size() < m_epoch.quorum()) {
        return std::nullopt;
    }
    CertifiedBatch decided{batch->second, {body, place->first.second, {}}};
    for (const auto &[manager, vote] : same) {
        decided.certificate.votes.push_back({manager, vote.justifiedBy, vote.reasons, vote.signature});
    }
    return decided;
}

CertifiedBatch QuorumLiar::forged(Dice &dice)
{
    CertifiedBatch decided;
    if (const CertifiedBatch *real = anyCertified(dice)) {
        decided = *real;
    } else {
        const CommitBody *body = anyBody(dice);
        decided.batch.items = {"bad9"};
        decided.certificate.body = body ? *body : CommitBody{};
        decided.certificate.body.cluster = m_cluster;
        decided.certificate.body.batch = batchDigest(m_crypto, decided.batch);
        decided.certificate.body.accepted = AcceptedItems::of({kAccepted});
    }
    Certificate &certificate = decided.certificate;
    switch (dice.below(6)) {
    case 0:
        if (!certificate.votes.empty()) {
            certificate.votes.pop_back();
        }
        break;
    case 1:
        ++certificate.round;
        break;
    case 2: {
        decided.batch.items = {"bad8"};
        certificate.body.batch = batchDigest(m_crypto, decided.batch);
        certificate.body.accepted = AcceptedItems::of({kAccepted});
        break;
    }
    case 3:
        while (!certificate.votes.empty() && certificate.votes.size() < m_epoch.quorum() + 1) {
            certificate.votes.push_back(certificate.votes.back());
        }
        break;
    case 4:
        certificate.body.slot = m_slot + dice.below(2);
        break;
    default:
        decided.batch.items.push_back("bad7");
        break;
    }
    return decided;
}

MessagePtr QuorumLiar::commit(Dice &dice)
{
    const std::optional<CertifiedBatch> real = dice.percent(60) ? assembled(dice) : std::nullopt;
    return makeMessage(signedBy(m_crypto, Commit{real ? *real : forged(dice), m_manager, {}}));
}

MessagePtr QuorumLiar::advance(Dice &dice)
{
    Advance advance{m_cluster, 0,         m_slot, nearRound(dice) + static_cast<Round>(dice.percent(5) ? 1'000'000 : 0),
                    {},        m_manager, {}};
    if (dice.percent(50)) {
        advance.highest = assembled(dice);
    }
    return makeMessage(signedBy(m_crypto, advance));
}

MessagePtr QuorumLiar::nonsense(Dice &dice)
{
    const auto another = static_cast<ManagerIndex>(dice.below(m_epoch.size()));
    const CommitBody *body = anyBody(dice);
    switch (dice.below(5)) {
    case 0: {
        // In somebody else's name, with its own signature.
        QuorumVote vote{body ? *body : CommitBody{}, m_round, kNoRound, {}, another, {}};
        return makeMessage(signedBy(m_crypto, vote));
    }
    case 1:
        return makeMessage(signedBy(
            m_crypto,
            Receipt{m_cluster, 0, m_slot, m_round, body ? commitId(m_crypto, *body) : journal::Digest{}, another, {}}));
    case 2:
        return makeMessage(signedBy(m_crypto, Checkpoint{m_cluster, 0, m_slot, {}, {}, m_manager, {}}));
    case 3:
        return makeMessage(Fetch{m_cluster, m_slot - std::min<Slot>(m_slot, dice.below(3)), m_manager});
    default:
        return makeMessage(
            SubmitItems{BatchKind::Items, (dice.percent(50) ? "bad" : "spam") + std::to_string(dice.below(4))});
    }
}

} // namespace coinswarm::quorum::testing
