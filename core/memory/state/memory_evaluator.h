// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/state/memory_draft.h"
#include "memory/state/memory_state.h"

#include "memory/quorum/crypto.h"
#include "memory/quorum/evaluator.h"
#include "memory/quorum/message.h"

namespace coinswarm::memory {

/// Judges batches against a manager's own copy of the memory, and folds final commits into it. One thread.
class MemoryEvaluator final : public quorum::Evaluator
{
public:
    /// `crypto` outlives it; one that remembers checks a bundle's signature once.
    MemoryEvaluator(const quorum::Crypto &crypto, const journal::Digest &cluster, MemoryState state)
        : m_crypto(crypto), m_cluster(cluster), m_state(std::move(state))
    {}
    MemoryEvaluator(const MemoryEvaluator &) = delete;
    MemoryEvaluator &operator=(const MemoryEvaluator &) = delete;

    std::vector<quorum::ReasonCode> evaluate(quorum::Slot slot, const quorum::Batch &batch) const override;
    /// Folds what `final` accepted. Corrupt, and the state as it was, if the bits are not what this memory finds: then
    /// this manager's memory is another than that of the quorum.
    Result<SlotChanges> apply(const quorum::Final &final);

    const MemoryState &state() const { return m_state; }

private:
    /// What was found about a batch that will probably be applied: judging it is most of the work of both.
    struct Judged {
        quorum::Slot slot = 0;
        quorum::Batch batch;
        std::vector<quorum::ReasonCode> reasons;
        MemoryDraft draft;
    };

    Judged judged(quorum::Slot slot, const quorum::Batch &batch) const;

    const quorum::Crypto &m_crypto;
    journal::Digest m_cluster;
    MemoryState m_state;
    mutable std::optional<Judged> m_latest; ///< on m_state as it is
};

} // namespace coinswarm::memory
