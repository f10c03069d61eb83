// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>

namespace coinswarm::quorum {

/// The rules that the proof in docs/quorum-protocol.md rests on, one switch each, so that the simulator can show that it
/// notices when one is missing. In the program they are constants, and the compiler removes what a switch would do. Only
/// a build with COINSWARM_QUORUM_MUTANTS, which exists for tests and is never installed, can change them.
struct SafetyRules {
    bool quorumIntersects = true; ///< q votes and q receipts, not one less
    bool lockHolds = true; ///< a receipt keeps its manager from voting for what is justified by an earlier round
    bool oneVotePerRound = true; ///< never a second vote in a round, nor one in an earlier round
    bool noReceiptBehindVote = true; ///< no receipt in a round before the one voted in last
    bool voteBeforeSend = true; ///< a vote is on disk before it leaves
    bool receiptBeforeSend = true; ///< a receipt, with what it confirms, is on disk before it leaves
    bool certificateChecked = true; ///< the votes of a certificate are counted and their signatures checked
    bool verdictIsOwn = true; ///< a manager votes on what it finds itself, not on what the coordinator wants
    bool lockYieldsToLaterRound =
        true; ///< a later certificate frees from a lock; without it one lost message can freeze
};

#ifdef COINSWARM_QUORUM_MUTANTS
inline SafetyRules safetyRules;
#else
inline constexpr SafetyRules safetyRules;
#endif

} // namespace coinswarm::quorum
