// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/evidence.h"

#include "memory/quorum/certificate.h"
#include "memory/quorum/crypto.h"
#include "memory/quorum/manager_name.h"
#include "memory/quorum/signed_bytes.h"

namespace coinswarm::quorum {

namespace {

Error acquits(const std::string &why)
{
    return {ErrorKind::Refused, "This convicts nobody: " + why + "."};
}

template <class T>
Result<const T *> statement(const Crypto &crypto, const journal::Digest &cluster, const Epoch &epoch,
                            const Evidence &evidence, std::size_t index)
{
    const T *said = index < evidence.statements.size() ? std::get_if<T>(&evidence.statements[index]) : nullptr;
    if (!said) {
        return acquits("statement " + std::to_string(index + 1) + " is missing or of another kind");
    }
    const auto &place = [&]() -> const auto &
    {
        if constexpr (std::is_same_v<T, QuorumVote>) {
            return said->body;
        } else if constexpr (std::is_same_v<T, Commit>) {
            return said->decided.certificate.body;
        } else {
            return *said;
        }
    }
    ();
    if (place.cluster != cluster || place.epoch != epoch.number || place.slot != evidence.slot) {
        return acquits("statement " + std::to_string(index + 1) + " is of another cluster, epoch or slot");
    }
    if (said->manager != evidence.manager || !signedByItsManager(crypto, epoch, *said)) {
        return acquits("statement " + std::to_string(index + 1) + " is not signed by manager "
                       + managerName(evidence.manager));
    }
    return said;
}

bool commitHolds(const Crypto &crypto, const Epoch &epoch, const CertifiedBatch &decided)
{
    const CommitBody &body = decided.certificate.body;
    return wellFormed(decided.batch) && decided.batch.items.size() == body.accepted.count
        && batchDigest(crypto, decided.batch) == body.batch
        && checkCertificate(crypto, epoch, decided.certificate).ok();
}

} // namespace

bool contradict(const QuorumVote &one, const QuorumVote &other)
{
    return one.manager == other.manager && one.round == other.round && one.body.epoch == other.body.epoch
        && one.body.slot == other.body.slot
        && (one.body != other.body || one.justifiedBy != other.justifiedBy || one.reasons != other.reasons);
}

bool contradict(const Receipt &one, const Receipt &other)
{
    return one.manager == other.manager && one.round == other.round && one.epoch == other.epoch
        && one.slot == other.slot && one.commit != other.commit;
}

bool breaksLock(const Receipt &receipt, const QuorumVote &vote, const Crypto &crypto)
{
    if (receipt.manager != vote.manager || receipt.epoch != vote.body.epoch || receipt.slot != vote.body.slot
        || vote.round <= receipt.round)
    {
        return false;
    }
    return vote.justifiedBy == kNoRound || vote.justifiedBy < receipt.round
        || (vote.justifiedBy == receipt.round && commitId(crypto, vote.body) != receipt.commit);
}

Result<std::string> convict(const Crypto &crypto, const journal::Digest &cluster, const Epoch &epoch,
                            const Evidence &evidence)
{
    if (epoch.number != evidence.epoch) {
        return acquits("it is about epoch " + std::to_string(evidence.epoch) + ", and the keys are those of epoch "
                       + std::to_string(epoch.number));
    }
    const std::string who = "Manager " + managerName(evidence.manager);
    const std::string where = " in slot " + std::to_string(evidence.slot);
    switch (evidence.offence) {
    case Offence::DoubleVote: {
        const auto one = statement<QuorumVote>(crypto, cluster, epoch, evidence, 0);
        const auto other = statement<QuorumVote>(crypto, cluster, epoch, evidence, 1);
        if (!one || !other) {
            return one ? other.error() : one.error();
        }
        if (!contradict(**one, **other)) {
            return acquits("the two votes are of different rounds, or say the same");
        }
        return who + " voted twice, differently," + where + ", round " + std::to_string((*one)->round) + ".";
    }
    case Offence::DoubleReceipt: {
        const auto one = statement<Receipt>(crypto, cluster, epoch, evidence, 0);
        const auto other = statement<Receipt>(crypto, cluster, epoch, evidence, 1);
        if (!one || !other) {
            return one ? other.error() : one.error();
        }
        if (!contradict(**one, **other)) {
            return acquits("the two receipts are of different rounds, or for the same commit");
        }
        return who + " signed receipts for two commits" + where + ", round " + std::to_string((*one)->round) + ".";
    }
    case Offence::BrokenLock: {
        const auto receipt = statement<Receipt>(crypto, cluster, epoch, evidence, 0);
        const auto vote = statement<QuorumVote>(crypto, cluster, epoch, evidence, 1);
        if (!receipt || !vote) {
            return receipt ? vote.error() : receipt.error();
        }
        if (!breaksLock(**receipt, **vote, crypto)) {
            return acquits("the vote is justified, or not of a later round than the receipt");
        }
        return who + " broke the lock of its receipt of round " + std::to_string((*receipt)->round) + where
            + " with a vote in round " + std::to_string((*vote)->round) + ".";
    }
    case Offence::ForgedCommit: {
        const auto commit = statement<Commit>(crypto, cluster, epoch, evidence, 0);
        if (!commit) {
            return commit.error();
        }
        if (commitHolds(crypto, epoch, (*commit)->decided)) {
            return acquits("the certificate holds");
        }
        return who + " published a commit" + where + " with a certificate that does not hold.";
    }
    }
    return acquits("the offence is unknown");
}

} // namespace coinswarm::quorum
