// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/membership_change.h"

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "memory/quorum/crypto.h"
#include "memory/quorum/signed_bytes.h"

#include <algorithm>

namespace coinswarm::quorum {

Result<void> MembershipChange::approve(const Crypto &crypto, const Digest &cluster)
{
    const Result<Signature> signature = crypto.sign(approvalBytes(cluster, next));
    if (!signature) {
        return signature.error();
    }
    const auto place = std::lower_bound(approvals.begin(), approvals.end(), crypto.publicKey(),
                                        [](const Approval &one, const PublicKey &key) { return one.manager < key; });
    if (place != approvals.end() && place->manager == crypto.publicKey()) {
        place->signature = *signature;
    } else {
        approvals.insert(place, {crypto.publicKey(), *signature});
    }
    return {};
}

std::string encodeChange(const MembershipChange &change)
{
    const ByteBuffer bytes = codec::encoded(change);
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

std::size_t approvalsThatHold(const Crypto &crypto, const Digest &cluster, const Epoch &current,
                              const MembershipChange &change)
{
    const bool ascend = std::adjacent_find(change.approvals.begin(), change.approvals.end(),
                                           [](const Approval &a, const Approval &b) { return a.manager >= b.manager; })
        == change.approvals.end();
    const ByteBuffer bytes = approvalBytes(cluster, change.next);
    const bool allHold =
        ascend && std::all_of(change.approvals.begin(), change.approvals.end(), [&](const Approval &approval) {
            return current.indexOf(approval.manager) && crypto.holds(approval.manager, bytes, approval.signature);
        });
    return allHold ? change.approvals.size() : 0;
}

bool isApproved(const Crypto &crypto, const Digest &cluster, const Epoch &current, const std::string &item)
{
    const Result<MembershipChange> change = decodeChange(item);
    return change && approvalsThatHold(crypto, cluster, current, *change) >= current.quorum();
}

} // namespace coinswarm::quorum
