// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/state/signed_proposal.h"

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "memory/state/merkle.h"

namespace coinswarm::memory {

namespace {

journal::ByteView bytesOf(std::string_view text)
{
    return std::as_bytes(std::span(text));
}

void add(journal::ByteBuffer &to, journal::ByteView bytes)
{
    to.insert(to.end(), bytes.begin(), bytes.end());
}

std::string textOf(const journal::ByteBuffer &bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

journal::ByteBuffer bundleBytes(const journal::Digest &cluster, const journal::Digest &root)
{
    journal::ByteBuffer bytes;
    add(bytes, bytesOf(kBundleTag));
    add(bytes, cluster);
    add(bytes, root);
    return bytes;
}

} // namespace

journal::Digest proposalId(const journal::PublicKey &submitter, std::string_view content)
{
    journal::ByteBuffer bytes;
    bytes.reserve(kProposalIdTag.size() + submitter.size() + content.size());
    add(bytes, bytesOf(kProposalIdTag));
    add(bytes, submitter);
    add(bytes, bytesOf(content));
    return journal::sha256(bytes);
}

Result<std::vector<std::string>> signProposals(const quorum::Crypto &key, const journal::Digest &cluster,
                                               const std::vector<MemoryProposal> &proposals)
{
    if (proposals.empty()) {
        return std::vector<std::string>{};
    }
    if (proposals.size() > kMostBundled) {
        return invalid(std::to_string(proposals.size()) + " proposals are more than one signature may cover ("
                       + std::to_string(kMostBundled) + ").");
    }
    std::vector<std::string> contents;
    std::vector<journal::Digest> leaves;
    for (const MemoryProposal &proposal : proposals) {
        contents.push_back(textOf(codec::encoded(proposal)));
        leaves.push_back(leafOf(bytesOf(contents.back())));
    }
    Result<journal::Signature> signature = key.sign(bundleBytes(cluster, merkleRoot(leaves)));
    if (!signature) {
        return signature.error();
    }
    const auto count = static_cast<std::uint32_t>(contents.size());
    std::vector<std::string> items;
    for (std::uint32_t i = 0; i < count; ++i) {
        const SignedProposal item{std::move(contents[i]), key.publicKey(), i, count, merklePath(leaves, i), *signature};
        items.push_back(textOf(codec::encoded(item)));
    }
    return items;
}

std::optional<OpenedProposal> openItem(std::string_view item)
{
    Result<SignedProposal> opened = codec::decoded<SignedProposal>(bytesOf(item));
    if (!opened) {
        return std::nullopt;
    }
    OpenedProposal result{std::move(*opened), {}, {}};
    result.id = proposalId(result.item.submitter, result.item.content);
    Result<MemoryProposal> proposal = codec::decoded<MemoryProposal>(bytesOf(result.item.content));
    if (proposal) {
        result.proposal = std::move(*proposal);
    }
    return result;
}

std::optional<journal::ByteBuffer> signedBundle(const journal::Digest &cluster, const SignedProposal &item)
{
    if (item.count > kMostBundled) {
        return std::nullopt;
    }
    const journal::Digest root = rootOf(leafOf(bytesOf(item.content)), item.index, item.count, item.path);
    if (root == journal::Digest{}) {
        return std::nullopt;
    }
    return bundleBytes(cluster, root);
}

} // namespace coinswarm::memory
