// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/membership_change.h"

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "memory/quorum/crypto.h"
#include "memory/quorum/signed_bytes.h"

#include <algorithm>

namespace coinswarm::quorum {

namespace {

bool isAsked(const Epoch &current, const Epoch &next, const journal::PublicKey &key)
{
    return current.indexOf(key) || next.indexOf(key);
}

bool isBy(const std::vector<MembershipApproval> &approvals, const journal::PublicKey &key)
{
    return std::any_of(approvals.begin(), approvals.end(),
                       [&](const MembershipApproval &one) { return one.manager == key; });
}

} // namespace

Result<void> MembershipChange::approve(const Crypto &crypto, const journal::Digest &cluster)
{
    const Result<journal::Signature> signature = crypto.sign(approvalBytes(cluster, next));
    if (!signature) {
        return signature.error();
    }
    std::erase_if(approvals, [&](const MembershipApproval &one) { return one.manager == crypto.publicKey(); });
    const auto place = std::lower_bound(
        approvals.begin(), approvals.end(), crypto.publicKey(),
        [](const MembershipApproval &one, const journal::PublicKey &key) { return one.manager < key; });
    approvals.insert(place, {crypto.publicKey(), *signature});
    return {};
}

void MembershipChange::dropWhatDoesNotCount(const Crypto &crypto, const journal::Digest &cluster, const Epoch &current)
{
    const journal::ByteBuffer bytes = approvalBytes(cluster, next);
    std::erase_if(approvals, [&](const MembershipApproval &one) {
        return !isAsked(current, next, one.manager) || !crypto.holds(one.manager, bytes, one.signature);
    });
}

std::string encodeChange(const MembershipChange &change)
{
    const journal::ByteBuffer bytes = codec::encoded(change);
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

Result<MembershipChange> decodeChange(const std::string &item)
{
    return codec::decoded<MembershipChange>(std::as_bytes(std::span(item)));
}

Result<Epoch> nextEpoch(const Epoch &current, const std::string &item)
{
    Result<MembershipChange> change = decodeChange(item);
    if (!change) {
        return invalid("The membership change cannot be read: " + change.error().message + ".");
    }
    if (change->next.number != current.number + 1) {
        return invalid("The membership change is for epoch " + std::to_string(change->next.number) + "; epoch "
                       + std::to_string(current.number + 1) + " is next.");
    }
    if (!change->next.wellFormed()) {
        return invalid("The membership change must name one to " + std::to_string(kMostManagers)
                       + " different manager keys.");
    }
    return std::move(change->next);
}

Result<void> checkApprovals(const Crypto &crypto, const journal::Digest &cluster, const Epoch &current,
                            const MembershipChange &change)
{
    const std::vector<MembershipApproval> &approvals = change.approvals;
    const bool ascend = std::adjacent_find(approvals.begin(), approvals.end(),
                                           [](const MembershipApproval &a, const MembershipApproval &b) {
                                               return a.manager >= b.manager;
                                           })
        == approvals.end();
    if (!ascend) {
        return invalid("The approvals do not ascend by their keys.");
    }
    std::size_t present = 0;
    for (const MembershipApproval &approval : approvals) {
        if (!isAsked(current, change.next, approval.manager)) {
            return invalid("The membership change has the approval of " + journal::toHex(approval.manager)
                           + ", who is no manager before or after it.");
        }
        present += current.indexOf(approval.manager) ? 1 : 0;
    }
    if (present < current.quorum()) {
        return invalid("The membership change has the approval of " + std::to_string(present) + " of the "
                       + std::to_string(current.size()) + " present managers and needs that of "
                       + std::to_string(current.quorum()) + ".");
    }
    for (const journal::PublicKey &key : change.next.managers) {
        // Who is not there would be a manager that nobody can be.
        if (!current.indexOf(key) && !isBy(approvals, key)) {
            return invalid("The membership change needs the approval of the new manager " + journal::toHex(key) + ".");
        }
    }
    const journal::ByteBuffer bytes = approvalBytes(cluster, change.next);
    for (const MembershipApproval &approval : approvals) {
        if (!crypto.holds(approval.manager, bytes, approval.signature)) {
            return invalid("The approval by " + journal::toHex(approval.manager)
                           + " is not for these keys in this cluster.");
        }
    }
    return {};
}

bool isApproved(const Crypto &crypto, const journal::Digest &cluster, const Epoch &current, const std::string &item)
{
    const Result<MembershipChange> change = decodeChange(item);
    return change && checkApprovals(crypto, cluster, current, *change);
}

} // namespace coinswarm::quorum
