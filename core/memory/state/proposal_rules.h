// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/rejection.h"
#include "memory/state/memory_draft.h"
#include "memory/state/signed_proposal.h"

/// What each kind of proposal must satisfy. Each returns None and takes the change over into the draft, or says why not
/// and leaves the draft as it is. Deterministic: + − × ÷ √ in a fixed order.
namespace coinswarm::memory {

/// Who proposes and when.
struct Submission {
    const quorum::Crypto &crypto;
    journal::PublicKey engine;
    Timestamp time;
    std::size_t item = 0; ///< place in the batch
};

api::Rejection admit(const AddEpisode &proposal, const Submission &by, MemoryDraft &draft);
api::Rejection admit(const UpdatePattern &proposal, const Submission &by, MemoryDraft &draft);
api::Rejection admit(const PromotePattern &proposal, const Submission &by, MemoryDraft &draft);
api::Rejection admit(const DeprecatePattern &proposal, const Submission &by, MemoryDraft &draft);
api::Rejection admit(const ChangeWeights &proposal, const Submission &by, MemoryDraft &draft);
api::Rejection admit(const BenchAgent &proposal, const Submission &by, MemoryDraft &draft);
api::Rejection admit(const RegisterEngine &proposal, const Submission &by, MemoryDraft &draft);

/// Whether a pattern has fallen so far that it may be deprecated.
bool decays(const PatternEntry &record, const std::vector<const EpisodeFact *> &facts);
/// What committed episodes would have earned under these weights: Σ reward × the committee's score for the side taken.
double scoreOf(const MemoryDraft &draft, const std::vector<AgentWeight> &weights);

/// Judges an item of a batch, signature included.
api::Rejection admitItem(std::string_view item, std::size_t place, const quorum::Crypto &crypto,
                         const journal::Digest &cluster, MemoryDraft &draft);

} // namespace coinswarm::memory
