// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "soundness/quorum_world.h"

namespace coinswarm::quorum::testing {

/// How far an exploration goes. Four managers, one of them lying, one slot.
struct Bounds {
    ManagerIndex liar = 3; ///< decides in which rounds the liar coordinates: manager 1 begins, then 2, 3, 0
    Round rounds = 2; ///< 0 to rounds - 1; no timer fires in the last
    int crashes = 0; ///< of honest managers, all together
    bool badBatch = false; ///< the liar also proposes what every honest manager refuses
    bool forgedCommits = false; ///< commits with the liar's vote only; noise for a sound machine
    bool judgeAccusations = true; ///< an accused honest manager, and one that halts, count as broken promises
    std::size_t mostStates = 20'000'000;
    std::size_t checkProgressEvery = 64; ///< from every so many-th state the world heals and must decide; 0: from none
};

struct Exploration {
    std::string violation; ///< empty if no reachable state breaks a promise
    std::size_t states = 0;
    std::size_t transitions = 0;
    std::size_t decided = 0; ///< states in which something is final
    std::size_t healed = 0; ///< states from which progress was checked
    bool complete = false; ///< every state within the bounds was reached
};

/// Visits every state that the real machines can reach within the bounds, whatever the network, the log, the disks and
/// the liar do: any message that was ever sent may reach any manager, at any time, again, or never; the log may show
/// any commit at any time, or none; records reach the disk at any time; a manager may crash at any time and keep its
/// unsynced record or lose it. The liar has said everything that it can say, to whom it likes.
///
/// What is left out, because it leads to no other state: votes and receipts are not delivered one by one. A vote that
/// does not complete a certificate changes nothing that a manager does, and one that does is the same as the certificate
/// arriving, which the liar assembles as soon as it exists. Receipts only end the slot; the judge counts them. The random
/// simulation delivers each of them.
Exploration explore(const Bounds &bounds);

} // namespace coinswarm::quorum::testing
