// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/message.h"

#include <vector>

namespace coinswarm::quorum {

inline constexpr Slot kSkippedSlots = 64; ///< how long a coordinator that let a round pass is asked last

/// Where the chain of final commits stands, and all that follows from it: who decides the next slot, whose turn it is,
/// what the next commit links to. A pure fold over final commits, the same for everybody.
struct ChainTip {
    journal::Digest cluster{};
    Epoch epoch; ///< that decides the next slot
    Slot slot = 0; ///< the last final one; 0 is the genesis
    journal::Digest commit{}; ///< its id; the cluster's after the genesis
    std::vector<Slot> skippedUntil; ///< per manager, the last slot in which it is asked last

    static ChainTip genesis(const journal::Digest &cluster, Epoch first);

    Slot next() const { return slot + 1; }
    /// Whose turn it is in a round of the next slot: managers in turn from slot mod n, those that are skipped at the end,
    /// so that in n rounds everybody has one.
    ManagerIndex coordinator(Round round) const;
    /// Goes on behind a final commit of the next slot.
    void advance(const journal::Digest &id, const CommitBody &body, const Batch &batch);

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("cluster", self.cluster);
        visit("epoch", self.epoch);
        visit("slot", self.slot);
        visit("commit", self.commit);
        visit("skipped_until", self.skippedUntil);
    }
};

} // namespace coinswarm::quorum
