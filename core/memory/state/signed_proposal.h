// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/state/memory_proposal.h"

#include "memory/quorum/crypto.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace coinswarm::memory {

inline constexpr std::string_view kBundleTag = "coinswarm-memory 1 bundle\n";
inline constexpr std::string_view kProposalIdTag = "coinswarm-memory 1 proposal\n";
inline constexpr std::uint32_t kMostBundled = 64;

/// A proposal as it is submitted: an item of a batch. An engine signs many at once: the signature is over the root of a
/// Merkle tree of their encodings, and each carries its path to it, so that each stands alone.
struct SignedProposal {
    std::string content; ///< an encoded MemoryProposal
    journal::PublicKey submitter{}; ///< the engine's key
    std::uint32_t index = 0; ///< in the bundle
    std::uint32_t count = 1; ///< of the bundle
    std::vector<journal::Digest> path; ///< from the leaf upwards
    journal::Signature signature{}; ///< over the cluster id and the root

    bool operator==(const SignedProposal &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("content", self.content);
        visit("submitter", self.submitter);
        visit("index", self.index);
        visit("count", self.count);
        visit("path", self.path);
        visit("signature", self.signature);
    }
};

/// What names a proposal for ever: who submits the same twice has proposed once.
journal::Digest proposalId(const journal::PublicKey &submitter, std::string_view content);

/// One item per proposal, in order; at most kMostBundled. Fails as the key's signing fails.
Result<std::vector<std::string>> signProposals(const quorum::Crypto &key, const journal::Digest &cluster,
                                               const std::vector<MemoryProposal> &proposals);

/// An item that was taken apart. `proposal` is missing if the content is not one.
struct OpenedProposal {
    SignedProposal item;
    journal::Digest id{};
    std::optional<MemoryProposal> proposal;
};
/// Nothing if the item is not a signed proposal at all. Checks no signature.
std::optional<OpenedProposal> openItem(std::string_view item);
/// What the item's signature must be over; nothing if its path leads nowhere.
std::optional<journal::ByteBuffer> signedBundle(const journal::Digest &cluster, const SignedProposal &item);

} // namespace coinswarm::memory
