// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/signed_bytes.h"

#include "codec/binary_writer.h"
#include "memory/quorum/crypto.h"

namespace coinswarm::quorum {

namespace {

template <class... T>
void append(journal::ByteBuffer &bytes, const T &...values)
{
    codec::BinaryWriter writer(bytes);
    (writer.write(values), ...);
}

/// Of the certificate with its signatures; zeros without one.
journal::Digest certificateDigest(const Crypto &crypto, const Certificate *certificate)
{
    if (!certificate) {
        return {};
    }
    journal::ByteBuffer bytes = tagged(kCertificateTag);
    append(bytes, *certificate);
    return crypto.digest(bytes);
}

} // namespace

journal::ByteBuffer tagged(std::string_view tag)
{
    const auto *first = reinterpret_cast<const std::byte *>(tag.data());
    journal::ByteBuffer bytes;
    bytes.reserve(tag.size() + 320);
    bytes.insert(bytes.end(), first, first + tag.size());
    return bytes;
}

journal::Digest commitId(const Crypto &crypto, const CommitBody &body)
{
    journal::ByteBuffer bytes = tagged(kCommitTag);
    append(bytes, body);
    return crypto.digest(bytes);
}

journal::Digest clusterId(const Crypto &crypto, const std::string &name, const Epoch &first,
                          const std::vector<KnownEngine> &engines)
{
    journal::ByteBuffer bytes = tagged(kGenesisTag);
    append(bytes, name, first, engines);
    return crypto.digest(bytes);
}

journal::ByteBuffer signedBytes(const Crypto &crypto, const BatchProposal &p)
{
    journal::ByteBuffer bytes = tagged(kProposalTag);
    append(bytes, p.cluster, p.epoch, p.slot, p.round, p.previous, p.stateBefore, batchDigest(crypto, p.batch),
           certificateDigest(crypto, p.justification ? &*p.justification : nullptr), p.manager);
    return bytes;
}

journal::ByteBuffer signedBytes(const Crypto &, const QuorumVote &vote)
{
    journal::ByteBuffer bytes = tagged(kVoteTag);
    append(bytes, vote.body, vote.round, vote.justifiedBy, vote.reasons, vote.manager);
    return bytes;
}

journal::ByteBuffer signedBytes(const Crypto &crypto, const Commit &commit)
{
    journal::ByteBuffer bytes = tagged(kPublishTag);
    const CommitBody &body = commit.decided.certificate.body;
    append(bytes, body.cluster, body.epoch, body.slot, commit.decided.certificate.round,
           batchDigest(crypto, commit.decided.batch), certificateDigest(crypto, &commit.decided.certificate),
           commit.manager);
    return bytes;
}

journal::ByteBuffer signedBytes(const Crypto &, const Receipt &r)
{
    journal::ByteBuffer bytes = tagged(kReceiptTag);
    append(bytes, r.cluster, r.epoch, r.slot, r.round, r.commit, r.manager);
    return bytes;
}

journal::ByteBuffer signedBytes(const Crypto &crypto, const Advance &a)
{
    journal::ByteBuffer bytes = tagged(kAdvanceTag);
    append(bytes, a.cluster, a.epoch, a.slot, a.round,
           certificateDigest(crypto, a.highest ? &a.highest->certificate : nullptr), a.manager);
    return bytes;
}

journal::ByteBuffer signedBytes(const Crypto &, const Checkpoint &c)
{
    journal::ByteBuffer bytes = tagged(kCheckpointTag);
    append(bytes, c.cluster, c.epoch, c.slot, c.commit, c.state, c.manager);
    return bytes;
}

journal::ByteBuffer approvalBytes(const journal::Digest &cluster, const Epoch &next)
{
    journal::ByteBuffer bytes = tagged(kMembershipTag);
    append(bytes, cluster, next);
    return bytes;
}

template <class T>
bool signedByItsManager(const Crypto &crypto, const Epoch &epoch, const T &message)
{
    return message.manager < epoch.size()
        && crypto.holds(epoch.managers[message.manager], signedBytes(crypto, message), message.signature);
}

template bool signedByItsManager(const Crypto &, const Epoch &, const BatchProposal &);
template bool signedByItsManager(const Crypto &, const Epoch &, const QuorumVote &);
template bool signedByItsManager(const Crypto &, const Epoch &, const Commit &);
template bool signedByItsManager(const Crypto &, const Epoch &, const Receipt &);
template bool signedByItsManager(const Crypto &, const Epoch &, const Advance &);
template bool signedByItsManager(const Crypto &, const Epoch &, const Checkpoint &);

} // namespace coinswarm::quorum
