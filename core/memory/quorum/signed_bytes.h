// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/known_engine.h"
#include "memory/quorum/message.h"

#include <string_view>

namespace coinswarm::quorum {

class Crypto;

// Every digest and signature is over one of these lines, which no other begins with, and then the content: nothing that
// was signed as one thing can be shown as another.
inline constexpr std::string_view kGenesisTag = "coinswarm-quorum 1 genesis\n";
inline constexpr std::string_view kBatchTag = "coinswarm-quorum 1 batch\n";
inline constexpr std::string_view kCommitTag = "coinswarm-quorum 1 commit\n";
inline constexpr std::string_view kCertificateTag = "coinswarm-quorum 1 certificate\n";
inline constexpr std::string_view kProposalTag = "coinswarm-quorum 1 proposal\n";
inline constexpr std::string_view kVoteTag = "coinswarm-quorum 1 vote\n";
inline constexpr std::string_view kPublishTag = "coinswarm-quorum 1 publish\n";
inline constexpr std::string_view kReceiptTag = "coinswarm-quorum 1 receipt\n";
inline constexpr std::string_view kAdvanceTag = "coinswarm-quorum 1 advance\n";
inline constexpr std::string_view kCheckpointTag = "coinswarm-quorum 1 checkpoint\n";
inline constexpr std::string_view kMembershipTag = "coinswarm-quorum 1 membership\n";

journal::ByteBuffer tagged(std::string_view tag);

/// The link of the chain: what receipts and the next slot name.
journal::Digest commitId(const Crypto &crypto, const CommitBody &body);
/// What commits to who was there first: the name, the first managers and the first engines, which every later byte depends on.
journal::Digest clusterId(const Crypto &crypto, const std::string &name, const Epoch &first,
                          const std::vector<KnownEngine> &engines = {});

/// What a message's signature covers.
journal::ByteBuffer signedBytes(const Crypto &crypto, const BatchProposal &proposal);
journal::ByteBuffer signedBytes(const Crypto &crypto, const QuorumVote &vote);
journal::ByteBuffer signedBytes(const Crypto &crypto, const Commit &commit);
journal::ByteBuffer signedBytes(const Crypto &crypto, const Receipt &receipt);
journal::ByteBuffer signedBytes(const Crypto &crypto, const Advance &advance);
journal::ByteBuffer signedBytes(const Crypto &crypto, const Checkpoint &checkpoint);
/// What a manager signs who agrees that `next` follows.
journal::ByteBuffer approvalBytes(const journal::Digest &cluster, const Epoch &next);

/// Whether the message is signed by the manager that it names. False if the epoch has no such manager.
template <class T>
bool signedByItsManager(const Crypto &crypto, const Epoch &epoch, const T &message);

} // namespace coinswarm::quorum
