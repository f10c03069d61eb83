// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/host/memory_host.h"

#include "memory/quorum/signed_bytes.h"

#include <algorithm>
#include <iterator>

// What is proposed here, and what others submit.

namespace coinswarm::memory {

namespace {

constexpr std::uint64_t kAnswersASecond = 2'000;

std::string kindOf(const OpenedProposal &opened)
{
    return opened.proposal ? std::string(kindName(opened.proposal->body)) : std::string();
}

/// The trade that it is about, if it is about one.
std::optional<journal::Digest> tripOf(const OpenedProposal &opened)
{
    const auto *add = opened.proposal ? std::get_if<AddEpisode>(&opened.proposal->body) : nullptr;
    return add != nullptr ? std::optional(tripKey(opened.item.submitter, add->episode.session, add->episode.roundTrip))
                          : std::nullopt;
}

bool isCommitted(const MemoryState &state, const OpenedProposal &opened)
{
    const std::optional<journal::Digest> trip = tripOf(opened);
    return state.knowsProposal(opened.id) || (trip && state.knowsTrip(*trip));
}

} // namespace

void MemoryHost::submit(std::vector<std::string> items)
{
    {
        const std::lock_guard lock(m_mutex);
        std::move(items.begin(), items.end(), std::back_inserter(m_newItems));
    }
    m_wake.notify_one();
}

void MemoryHost::takeSubmissions(std::vector<std::string> items)
{
    for (std::string &item : items) {
        const std::optional<OpenedProposal> opened = openItem(item);
        if (opened && isCommitted(m_managers.front()->memory.state(), *opened)) {
            // A copy from before a restart was decided in the meantime; another would stand in the log as refused.
            tellOutcome({opened->id, 0, {}, kindOf(*opened)});
        } else if (opened && m_outbox.put(opened->id, item, LocalManager::Clock::now())) {
            give(quorum::BatchKind::Items, item);
        }
    }
}

void MemoryHost::give(quorum::BatchKind kind, const std::string &item)
{
    if (m_options.channel) {
        m_options.channel->submit(kind, item);
    }
    m_line.push_back({kAll, quorum::MessageReceived{quorum::makeMessage(quorum::SubmitItems{kind, item})}});
}

Result<std::string> MemoryHost::submitMembership(quorum::MembershipChange change)
{
    const quorum::Ed25519Crypto crypto;
    const quorum::Epoch current = status().epoch;
    // With one that does not count everybody would refuse the rest.
    change.dropWhatDoesNotCount(crypto, m_cluster, current);
    std::string item = quorum::encodeChange(change);
    if (const Result<quorum::Epoch> next = quorum::nextEpoch(current, item); !next) {
        return next.error();
    }
    if (const Result<void> approved = quorum::checkApprovals(crypto, m_cluster, current, change); !approved) {
        return approved.error();
    }
    {
        const std::lock_guard lock(m_mutex);
        m_newMembership = item;
    }
    m_wake.notify_one();
    return item;
}

void MemoryHost::submitMembershipAgain()
{
    const auto now = LocalManager::Clock::now();
    if (m_membership.empty() || m_membershipDue > now) {
        return;
    }
    if (!quorum::nextEpoch(m_told.epoch, m_membership)) {
        m_membership.clear(); // It was decided, or another was.
        return;
    }
    give(quorum::BatchKind::Membership, m_membership);
    m_membershipDue = now + m_options.submitAgain;
}

void MemoryHost::takePlace()
{
    if (m_options.channel) {
        m_options.channel->takePlace(m_told.epoch.indexOf(m_managers.front()->key()));
    }
}

void MemoryHost::submitAgain()
{
    for (const std::string &item : m_outbox.due(LocalManager::Clock::now())) {
        const std::optional<OpenedProposal> opened = openItem(item);
        if (opened && isCommitted(m_managers.front()->memory.state(), *opened)) {
            // Before this host began, or under another signature.
            m_outbox.remove(opened->id);
            tellOutcome({opened->id, 0, {}, kindOf(*opened)});
        } else {
            give(quorum::BatchKind::Items, item);
        }
    }
}

bool MemoryHost::isSubmitted(const journal::Digest &trip) const
{
    const auto &waiting = m_outbox.all();
    return std::any_of(waiting.begin(), waiting.end(), [&](const auto &entry) {
        const std::optional<OpenedProposal> opened = openItem(entry.second.item);
        return opened && tripOf(*opened) == trip;
    });
}

bool MemoryHost::isWelcome(const quorum::Message &message)
{
    if (std::holds_alternative<quorum::Fetch>(message)) {
        // Nobody signs a question, and each answer costs a read of the disk and a slot on the bus.
        const auto now = LocalManager::Clock::now();
        if (now - m_answersSince >= std::chrono::seconds(1)) {
            m_answersSince = now;
            m_answers = 0;
        }
        return ++m_answers <= kAnswersASecond;
    }
    const auto *submit = std::get_if<quorum::SubmitItems>(&message);
    return submit == nullptr || isPromising(*submit);
}

bool MemoryHost::isPromising(const quorum::SubmitItems &submit) const
{
    // Anybody on the bus can submit anything. What nobody signed, or what was decided long ago, would be refused by all and
    // stand in everybody's log for ever.
    const LocalManager &manager = *m_managers.front();
    if (submit.kind == quorum::BatchKind::Membership) {
        return quorum::nextEpoch(m_told.epoch, submit.item).ok()
            && quorum::isApproved(manager.crypto(), m_cluster, m_told.epoch, submit.item);
    }
    const MemoryState &state = manager.memory.state();
    const std::optional<OpenedProposal> opened = openItem(submit.item);
    if (!opened || !state.engines().contains(opened->item.submitter) || isCommitted(state, *opened)) {
        return false;
    }
    const std::optional<journal::ByteBuffer> signedBytes = signedBundle(m_cluster, opened->item);
    return signedBytes && manager.crypto().holds(opened->item.submitter, *signedBytes, opened->item.signature);
}

void MemoryHost::settleSubmissions(const quorum::Final &final, const std::vector<std::optional<OpenedProposal>> &items)
{
    const quorum::Certificate &certificate = final.decided.certificate;
    std::size_t refused = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const bool accepted = certificate.body.accepted.test(i);
        refused += accepted ? 0 : 1;
        const std::optional<OpenedProposal> &opened = items[i];
        const auto own = opened ? m_outbox.all().find(opened->id) : m_outbox.all().end();
        // A stranger's copy with a wrong signature has the same id, and says nothing about this one.
        if (own == m_outbox.all().end() || (!accepted && own->second.item != final.decided.batch.items[i])) {
            continue;
        }
        m_outbox.remove(opened->id);
        ProposalOutcome outcome{opened->id, certificate.body.slot, {}, kindOf(*opened)};
        for (std::size_t vote = 0; !accepted && vote < certificate.votes.size(); ++vote) {
            outcome.reasons.push_back(static_cast<api::Rejection>(certificate.votes[vote].reasons[refused - 1]));
        }
        tellOutcome(outcome);
    }
}

void MemoryHost::tellOutcome(const ProposalOutcome &outcome)
{
    if (m_options.listener != nullptr) {
        m_options.listener->onOutcome(outcome);
    }
}

} // namespace coinswarm::memory
