// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/certificate.h"

#include "memory/quorum/manager_name.h"

#include "memory/quorum/crypto.h"
#include "memory/quorum/safety_rules.h"
#include "memory/quorum/signed_bytes.h"

namespace coinswarm::quorum {

namespace {

Error corrupt(std::string message)
{
    return {ErrorKind::Corrupt, std::move(message)};
}

/// Ascending, each once, all of the epoch.
template <class Entry>
Result<void> checkManagers(const Epoch &epoch, const std::vector<Entry> &entries, const char *what)
{
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (entries[i].manager >= epoch.size()) {
            return corrupt(std::string(what) + " of " + managerName(entries[i].manager) + ", but epoch "
                           + std::to_string(epoch.number) + " has " + std::to_string(epoch.size()) + " managers");
        }
        if (i > 0 && entries[i].manager <= entries[i - 1].manager) {
            return corrupt(std::string(what) + "s are not in the order of their managers, each once");
        }
    }
    if (entries.size() < epoch.quorum()) {
        return corrupt(std::to_string(entries.size()) + " " + what + "s, but a quorum is "
                       + std::to_string(epoch.quorum()));
    }
    return {};
}

} // namespace

QuorumVote Certificate::vote(std::size_t index) const
{
    const Entry &entry = votes[index];
    return {body, round, entry.justifiedBy, entry.reasons, entry.manager, entry.signature};
}

bool wellFormed(const QuorumVote &vote)
{
    const AcceptedItems &accepted = vote.body.accepted;
    if (!accepted.wellFormed() || accepted.count == 0 || vote.reasons.size() != accepted.count - accepted.accepted()) {
        return false;
    }
    for (const ReasonCode reason : vote.reasons) {
        if (reason == kAccepted) {
            return false;
        }
    }
    // Either first proposed in this round, or in an earlier one and then with the certificate that carried it over.
    if (vote.justifiedBy == kNoRound) {
        return vote.body.originRound == vote.round && vote.round != kNoRound;
    }
    return vote.body.originRound <= vote.justifiedBy && vote.justifiedBy < vote.round;
}

Result<void> checkCertificate(const Crypto &crypto, const Epoch &epoch, const Certificate &certificate)
{
    if (!safetyRules.certificateChecked) {
        return {};
    }
    if (const Result<void> managers = checkManagers(epoch, certificate.votes, "vote"); !managers) {
        return managers;
    }
    for (std::size_t i = 0; i < certificate.votes.size(); ++i) {
        const QuorumVote vote = certificate.vote(i);
        if (!wellFormed(vote)) {
            return corrupt("the vote of " + managerName(vote.manager) + " is malformed");
        }
        if (!signedByItsManager(crypto, epoch, vote)) {
            return corrupt("the vote's signature is not that of " + managerName(vote.manager));
        }
    }
    return {};
}

Result<void> checkLink(const Crypto &crypto, const ChainTip &tip, const CertifiedBatch &decided)
{
    const CommitBody &body = decided.certificate.body;
    if (body.cluster != tip.cluster) {
        return corrupt("the commit belongs to another cluster");
    }
    if (body.slot != tip.next() || body.epoch != tip.epoch.number) {
        return corrupt("the commit is for slot " + std::to_string(body.slot) + " of epoch " + std::to_string(body.epoch)
                       + ", expected slot " + std::to_string(tip.next()) + " of epoch "
                       + std::to_string(tip.epoch.number));
    }
    if (body.previous != tip.commit) {
        return corrupt("the commit does not link to the one before");
    }
    if (!wellFormed(decided.batch) || decided.batch.items.size() != body.accepted.count
        || batchDigest(crypto, decided.batch) != body.batch)
    {
        return corrupt("the batch is not the one that was voted on");
    }
    return {};
}

Result<void> checkDecided(const Crypto &crypto, const ChainTip &tip, const CertifiedBatch &decided)
{
    const Result<void> linked = checkLink(crypto, tip, decided);
    return linked ? checkCertificate(crypto, tip.epoch, decided.certificate) : linked;
}

Receipt receiptOf(const Crypto &crypto, const Final &final, std::size_t index)
{
    const Certificate &certificate = final.decided.certificate;
    const CommitBody &body = certificate.body;
    return {body.cluster,
            body.epoch,
            body.slot,
            certificate.round,
            commitId(crypto, body),
            final.receipts[index].manager,
            final.receipts[index].signature};
}

Result<void> checkReceipts(const Crypto &crypto, const Epoch &epoch, const Final &final)
{
    if (const Result<void> managers = checkManagers(epoch, final.receipts, "receipt"); !managers) {
        return managers;
    }
    for (std::size_t i = 0; i < final.receipts.size(); ++i) {
        if (!signedByItsManager(crypto, epoch, receiptOf(crypto, final, i))) {
            return corrupt("the receipt's signature is not that of " + managerName(final.receipts[i].manager));
        }
    }
    return {};
}

Result<void> checkFinal(const Crypto &crypto, const ChainTip &tip, const Final &final)
{
    const Result<void> decided = checkDecided(crypto, tip, final.decided);
    return decided ? checkReceipts(crypto, tip.epoch, final) : decided;
}

} // namespace coinswarm::quorum
