// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/chain_tip.h"

#include "memory/quorum/membership_change.h"

#include <algorithm>

namespace coinswarm::quorum {

ChainTip ChainTip::genesis(const journal::Digest &cluster, Epoch first)
{
    ChainTip tip;
    tip.cluster = tip.commit = cluster;
    tip.epoch = std::move(first);
    tip.skippedUntil.assign(tip.epoch.size(), 0);
    return tip;
}

ManagerIndex ChainTip::coordinator(Round round) const
{
    const std::size_t n = epoch.size();
    std::size_t place = round % n;
    // Twice around: first those who are asked in turn, then those who are asked last.
    for (const bool skipped : {false, true}) {
        for (std::size_t i = 0; i < n; ++i) {
            const std::size_t manager = (next() + i) % n;
            if ((skippedUntil[manager] >= next()) == skipped && place-- == 0) {
                return static_cast<ManagerIndex>(manager);
            }
        }
    }
    return 0;
}

void ChainTip::advance(const journal::Digest &id, const CommitBody &body, const Batch &batch)
{
    std::vector<Slot> skipped = skippedUntil;
    const Round passed = std::min<Round>(body.originRound, static_cast<Round>(epoch.size()));
    for (Round round = 0; round < passed; ++round) {
        skipped[coordinator(round)] = next() + kSkippedSlots;
    }
    skipped[coordinator(body.originRound)] = 0;
    skippedUntil = std::move(skipped);
    ++slot;
    commit = id;
    if (batch.kind == BatchKind::Membership && body.accepted.test(0)) {
        if (const Result<Epoch> following = nextEpoch(epoch, batch.items.front())) {
            epoch = *following;
            skippedUntil.assign(epoch.size(), 0);
        }
    }
}

} // namespace coinswarm::quorum
