// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/promises.h"

#include "memory/quorum/safety_rules.h"

#include <algorithm>

namespace coinswarm::quorum {

bool Promises::mayVote(Round round, const CommitBody &body, Round justifiedBy) const
{
    if (safetyRules.oneVotePerRound && m_lastVote && round <= *m_lastVote) {
        return false;
    }
    if (!safetyRules.lockHolds || !m_lock) {
        return true;
    }
    if (round < m_lock->round || justifiedBy == kNoRound || justifiedBy < m_lock->round) {
        return false;
    }
    // One round certifies one body; and without yielding, a lock is for the slot.
    const bool later = justifiedBy > m_lock->round && safetyRules.lockYieldsToLaterRound;
    return later || body == m_lock->body;
}

bool Promises::mayReceipt(Round round, const CommitBody &body) const
{
    if (safetyRules.noReceiptBehindVote && m_lastVote && round < *m_lastVote) {
        return false;
    }
    // Of a later round for another body: the certificate proves that the first was not final and never will be.
    return !m_lock || (round > m_lock->round && (safetyRules.lockYieldsToLaterRound || body == m_lock->body));
}

void Promises::voted(Round round)
{
    m_lastVote = round;
}

void Promises::receipted(Round round, const CommitBody &body)
{
    m_lock = Lock{round, body};
}

} // namespace coinswarm::quorum
