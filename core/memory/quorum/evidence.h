// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/message.h"

#include <coinswarm/result.h>

namespace coinswarm::quorum {

class Crypto;

enum class Offence : std::uint8_t {
    DoubleVote, ///< two votes of one slot and round that differ
    DoubleReceipt, ///< receipts of one slot and round for two commits
    BrokenLock, ///< a receipt, and a vote of a later round that no certificate of the receipt's round or later justifies
    ForgedCommit, ///< a commit, signed by its publisher, whose certificate does not hold
};

/// Signed statements that no honest manager can have made. Whoever knows the epoch's keys can check them.
struct Evidence {
    Offence offence = Offence::DoubleVote;
    ManagerIndex manager = 0;
    std::uint64_t epoch = 0;
    Slot slot = 0;
    std::vector<Message> statements; ///< one or two, in the order that the offence names them

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("offence", self.offence);
        visit("manager", self.manager);
        visit("epoch", self.epoch);
        visit("slot", self.slot);
        visit("statements", self.statements);
    }
};

/// Whether two votes are of one slot and round, and differ in what they say.
bool contradict(const QuorumVote &one, const QuorumVote &other);
bool contradict(const Receipt &one, const Receipt &other);
/// Whether the vote breaks the lock that the receipt promised.
bool breaksLock(const Receipt &receipt, const QuorumVote &vote, const Crypto &crypto);

/// Checks evidence with public keys alone. The value says in a sentence what the manager did; the error says why this
/// convicts nobody.
Result<std::string> convict(const Crypto &crypto, const journal::Digest &cluster, const Epoch &epoch,
                            const Evidence &evidence);

constexpr auto enumNames(Offence)
{
    return std::array<std::string_view, 4>{"double_vote", "double_receipt", "broken_lock", "forged_commit"};
}

} // namespace coinswarm::quorum
