// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/state/proposal_rules.h"

namespace coinswarm::memory {

api::Rejection admitItem(std::string_view item, std::size_t place, const quorum::Crypto &crypto,
                         const journal::Digest &cluster, MemoryDraft &draft)
{
    const std::optional<OpenedProposal> opened = openItem(item);
    if (!opened || !opened->proposal) {
        return api::Rejection::Malformed;
    }
    const MemoryProposal &proposal = *opened->proposal;
    if (proposal.justification.size() > kMostJustificationBytes) {
        return api::Rejection::TextTooLong;
    }
    if (!draft.knowsEngine(opened->item.submitter)) {
        return api::Rejection::UnknownEngine;
    }
    if (draft.knowsProposal(opened->id)) {
        return api::Rejection::Duplicate;
    }
    const std::optional<journal::ByteBuffer> signedBytes = signedBundle(cluster, opened->item);
    if (!signedBytes || !crypto.holds(opened->item.submitter, *signedBytes, opened->item.signature)) {
        return api::Rejection::WrongSignature;
    }
    const Submission by{crypto, opened->item.submitter, proposal.time, place};
    const api::Rejection verdict = std::visit([&](const auto &body) { return admit(body, by, draft); }, proposal.body);
    // An episode is known by its trade; everything else, which might be wished for twice, by the proposal itself.
    if (verdict == api::Rejection::None && !std::holds_alternative<AddEpisode>(proposal.body)) {
        draft.addProposal(opened->id);
    }
    return verdict;
}

} // namespace coinswarm::memory
