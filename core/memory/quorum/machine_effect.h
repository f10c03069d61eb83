// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/evidence.h"
#include "memory/quorum/machine_event.h"

#include <chrono>

/// What a manager's machine asks its host to do, in this order.
namespace coinswarm::quorum {

/// A receipt with what it confirms.
struct ReceiptRecord {
    CertifiedBatch decided;
    Receipt receipt;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("decided", self.decided);
        visit("receipt", self.receipt);
    }
};

/// What a manager keeps on its disk, in the order of writing.
using DurableRecord = std::variant<QuorumVote, ReceiptRecord, Final>;
using DurableRecordPtr = std::shared_ptr<const DurableRecord>;

/// Append to this manager's own file. With a token, sync and report DiskWritten; without, it may reach the disk with
/// whatever is synced next, but never after it.
struct Persist {
    std::uint64_t token = 0; ///< 0: nobody waits
    DurableRecordPtr record;
};
/// To all other managers, and to everybody who listens.
struct Broadcast {
    MessagePtr message;
};
struct Send {
    ManagerIndex to = 0;
    MessagePtr message;
};
/// Send the stored Final of a slot that was decided before.
struct SendStored {
    ManagerIndex to = 0;
    Slot slot = 0;
};
/// Append to the log. It may fail or be lost; then the machine asks again.
struct Append {
    MessagePtr message;
};
/// Append the stored Finals from `first` to `last` to the log: it has lost them.
struct RestoreLog {
    Slot first = 0;
    Slot last = 0;
};
struct SetTimer {
    RoundTimer timer;
    std::chrono::milliseconds delay{};
};
/// Fold a final commit into the memory, acknowledge its items, and report Applied.
struct Apply {
    MessagePtr final; ///< a Final
};
/// q managers vouch for a state. Keep it: snapshots are checked against it.
struct StoreCheckpoint {
    std::vector<Checkpoint> signatures; ///< by ascending manager
};
/// A round ended without a decision. Its items stay undecided and are proposed again.
struct Undecided {
    Slot slot = 0;
    Round round = 0;
};
/// The pool is full or the item too large; it was not taken.
struct Refused {
    std::string item;
};
/// A manager lied. Keep the file, show it in red.
struct Accuse {
    Evidence evidence;
    Epoch epoch; ///< whose keys it is checked with
};
/// Memory stops here, visibly; the machine ignores everything from now on.
struct Halt {
    std::string reason;
};

using ManagerEffect = std::variant<Persist, Broadcast, Send, SendStored, Append, RestoreLog, SetTimer, Apply,
                                   StoreCheckpoint, Undecided, Refused, Accuse, Halt>;
using ManagerEffects = std::vector<ManagerEffect>;

} // namespace coinswarm::quorum
