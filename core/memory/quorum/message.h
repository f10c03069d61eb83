// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/batch.h"
#include "memory/quorum/epoch.h"

#include <memory>
#include <optional>
#include <variant>

/// What managers say to each other, byte by byte in docs/quorum-protocol.md. The fields are written in their order by
/// codec::BinaryWriter; what a signature covers is in signed_bytes.h.
namespace coinswarm::quorum {

/// What a vote is for and what a slot decides. Its digest, commitId(), is the link of the chain.
struct CommitBody {
    journal::Digest cluster{}; ///< digest of the genesis
    std::uint64_t epoch = 0;
    Slot slot = 0;
    Round originRound = 0; ///< in which the batch was first proposed for this slot
    journal::Digest previous{}; ///< commitId() of the slot before; in slot 1 the cluster
    journal::Digest stateBefore{}; ///< of the fold after the slot before
    journal::Digest batch{};
    AcceptedItems accepted;

    bool operator==(const CommitBody &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("cluster", self.cluster);
        visit("epoch", self.epoch);
        visit("slot", self.slot);
        visit("origin_round", self.originRound);
        visit("previous", self.previous);
        visit("state_before", self.stateBefore);
        visit("batch", self.batch);
        visit("accepted", self.accepted);
    }
};

/// A manager's own verdict on a batch. One per slot and round.
struct QuorumVote {
    CommitBody body;
    Round round = 0;
    Round justifiedBy = kNoRound; ///< round of the certificate that the proposal showed
    std::vector<ReasonCode> reasons; ///< of the items not accepted, in order; each manager's own
    ManagerIndex manager = 0;
    journal::Signature signature{};

    bool operator==(const QuorumVote &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("body", self.body);
        visit("round", self.round);
        visit("justified_by", self.justifiedBy);
        visit("reasons", self.reasons);
        visit("manager", self.manager);
        visit("signature", self.signature);
    }
};

/// q or more votes of one round for one body.
struct Certificate {
    /// A vote without what all of them share.
    struct Entry {
        ManagerIndex manager = 0;
        Round justifiedBy = kNoRound;
        std::vector<ReasonCode> reasons;
        journal::Signature signature{};

        template <class Self, class Visitor>
        static void fields(Self &self, Visitor &&visit)
        {
            visit("manager", self.manager);
            visit("justified_by", self.justifiedBy);
            visit("reasons", self.reasons);
            visit("signature", self.signature);
        }
    };

    CommitBody body;
    Round round = 0;
    std::vector<Entry> votes; ///< by ascending manager, each once

    QuorumVote vote(std::size_t index) const;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("body", self.body);
        visit("round", self.round);
        visit("votes", self.votes);
    }
};

/// A batch with the certificate that q managers found the same about it.
struct CertifiedBatch {
    Batch batch;
    Certificate certificate;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("batch", self.batch);
        visit("certificate", self.certificate);
    }
};

/// The coordinator of (slot, round) asks for votes.
struct BatchProposal {
    journal::Digest cluster{};
    std::uint64_t epoch = 0;
    Slot slot = 0;
    Round round = 0;
    journal::Digest previous{};
    journal::Digest stateBefore{};
    Batch batch;
    std::optional<Certificate> justification; ///< of an earlier round of this slot, for this batch
    ManagerIndex manager = 0;
    journal::Signature signature{};

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("cluster", self.cluster);
        visit("epoch", self.epoch);
        visit("slot", self.slot);
        visit("round", self.round);
        visit("previous", self.previous);
        visit("state_before", self.stateBefore);
        visit("batch", self.batch);
        visit("justification", self.justification);
        visit("manager", self.manager);
        visit("signature", self.signature);
    }
};

/// What stands in the log: a certified batch and who put it there.
struct Commit {
    CertifiedBatch decided;
    ManagerIndex manager = 0; ///< the publisher, who answers for the certificate
    journal::Signature signature{};

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("decided", self.decided);
        visit("manager", self.manager);
        visit("signature", self.signature);
    }
};

/// "I have read this commit back and it is on my disk." q of one round make it final.
struct Receipt {
    journal::Digest cluster{};
    std::uint64_t epoch = 0;
    Slot slot = 0;
    Round round = 0;
    journal::Digest commit{};
    ManagerIndex manager = 0;
    journal::Signature signature{};

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("cluster", self.cluster);
        visit("epoch", self.epoch);
        visit("slot", self.slot);
        visit("round", self.round);
        visit("commit", self.commit);
        visit("manager", self.manager);
        visit("signature", self.signature);
    }
};

/// A commit with the receipts that make it final: proof enough for everybody who knows the epoch.
struct Final {
    struct Entry {
        ManagerIndex manager = 0;
        journal::Signature signature{};

        template <class Self, class Visitor>
        static void fields(Self &self, Visitor &&visit)
        {
            visit("manager", self.manager);
            visit("signature", self.signature);
        }
    };

    CertifiedBatch decided;
    std::vector<Entry> receipts; ///< of the certificate's round, by ascending manager, each once

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("decided", self.decided);
        visit("receipts", self.receipts);
    }
};

/// "I have given up the rounds before this one." Carries the latest certificate that its sender knows.
struct Advance {
    journal::Digest cluster{};
    std::uint64_t epoch = 0;
    Slot slot = 0;
    Round round = 0;
    std::optional<CertifiedBatch> highest;
    ManagerIndex manager = 0;
    journal::Signature signature{};

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("cluster", self.cluster);
        visit("epoch", self.epoch);
        visit("slot", self.slot);
        visit("round", self.round);
        visit("highest", self.highest);
        visit("manager", self.manager);
        visit("signature", self.signature);
    }
};

/// What the memory is after a slot.
struct Checkpoint {
    journal::Digest cluster{};
    std::uint64_t epoch = 0; ///< of the slot
    Slot slot = 0;
    journal::Digest commit{};
    journal::Digest state{};
    ManagerIndex manager = 0;
    journal::Signature signature{};

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("cluster", self.cluster);
        visit("epoch", self.epoch);
        visit("slot", self.slot);
        visit("commit", self.commit);
        visit("state", self.state);
        visit("manager", self.manager);
        visit("signature", self.signature);
    }
};

/// Asks for the Final of a slot. Not signed: the answer proves itself.
struct Fetch {
    journal::Digest cluster{};
    Slot slot = 0;
    ManagerIndex manager = 0; ///< who asks

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("cluster", self.cluster);
        visit("slot", self.slot);
        visit("manager", self.manager);
    }
};

/// An item that waits for a decision. Not signed here: who may propose what is the evaluator's business.
struct SubmitItems {
    BatchKind kind = BatchKind::Items;
    std::string item;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("kind", self.kind);
        visit("item", self.item);
    }
};

/// Append only: the index is the first byte on the wire.
using Message =
    std::variant<SubmitItems, BatchProposal, QuorumVote, Commit, Receipt, Final, Advance, Checkpoint, Fetch>;
using MessagePtr = std::shared_ptr<const Message>;

template <class T>
MessagePtr makeMessage(T body)
{
    return std::make_shared<const Message>(std::in_place_type<T>, std::move(body));
}

/// The T inside a message, sharing its life; null if it is another kind.
template <class T>
std::shared_ptr<const T> part(const MessagePtr &message)
{
    const T *body = std::get_if<T>(message.get());
    return body ? std::shared_ptr<const T>(message, body) : nullptr;
}

} // namespace coinswarm::quorum
