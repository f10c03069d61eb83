// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/epoch.h"

#include <coinswarm/result.h>

#include <string>

namespace coinswarm::quorum {

class Crypto;

/// The word of a present manager, given by the people who run it, that another epoch may follow; or of a new one that it
/// is there and has its key.
struct MembershipApproval {
    journal::PublicKey manager{};
    journal::Signature signature{};

    bool operator==(const MembershipApproval &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("manager", self.manager);
        visit("signature", self.signature);
    }
};

/// The only item of a membership batch: who decides from the next slot on, and who agreed. It proves itself, so that a
/// stranger may carry it and every manager judges it alike.
struct MembershipChange {
    Epoch next;
    std::vector<MembershipApproval> approvals; ///< by ascending key

    bool operator==(const MembershipChange &) const = default;
    /// Signs with the key of `crypto`; in place of what that manager signed before.
    Result<void> approve(const Crypto &crypto, const journal::Digest &cluster);
    /// Leaves out what is signed wrongly, or by nobody who is asked when this follows `current`.
    void dropWhatDoesNotCount(const Crypto &crypto, const journal::Digest &cluster, const Epoch &current);

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("next", self.next);
        visit("approvals", self.approvals);
    }
};

std::string encodeChange(const MembershipChange &change);
/// Invalid if the item is none.
Result<MembershipChange> decodeChange(const std::string &item);
/// The epoch that follows `current`. Invalid if the item is not one. Who agreed is not looked at.
Result<Epoch> nextEpoch(const Epoch &current, const std::string &item);

/// Invalid, with what is missing, unless a quorum of `current` and every new manager have approved the change, and nobody
/// else has.
Result<void> checkApprovals(const Crypto &crypto, const journal::Digest &cluster, const Epoch &current,
                            const MembershipChange &change);
/// Whether `item` is a change with these approvals.
bool isApproved(const Crypto &crypto, const journal::Digest &cluster, const Epoch &current, const std::string &item);

} // namespace coinswarm::quorum
