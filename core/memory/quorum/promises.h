// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/message.h"

namespace coinswarm::quorum {

/// What a manager has bound itself to in the slot under way: its last vote, and its lock, which is its last receipt.
/// All safety rests on this class and on its content being on disk before it is acted upon. It is small so that it can
/// be compared with the proof in docs/quorum-protocol.md line by line.
class Promises
{
public:
    struct Lock {
        Round round = 0;
        CommitBody body;

        template <class Self, class Visitor>
        static void fields(Self &self, Visitor &&visit)
        {
            visit("round", self.round);
            visit("body", self.body);
        }
    };

    /// Whether a vote for `body` in `round`, justified by a certificate of an earlier round or by none, breaks no promise.
    bool mayVote(Round round, const CommitBody &body, Round justifiedBy) const;
    /// Whether a receipt for a certificate of `round` for `body` breaks none.
    bool mayReceipt(Round round, const CommitBody &body) const;

    void voted(Round round);
    void receipted(Round round, const CommitBody &body);

    const std::optional<Round> &lastVote() const { return m_lastVote; }
    const std::optional<Lock> &lock() const { return m_lock; }

    template <class Visitor>
    void visitState(Visitor &&visit)
    {
        visit("last_vote", m_lastVote);
        visit("lock", m_lock);
    }

private:
    std::optional<Round> m_lastVote;
    std::optional<Lock> m_lock;
};

} // namespace coinswarm::quorum
