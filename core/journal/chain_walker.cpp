// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/chain_walker.h"

#include <algorithm>

namespace coinswarm::journal {

ChainWalker::ChainWalker(const Digest &seed, const PublicKey &key, Heads heads)
    : m_chain(seed), m_key(key), m_heads(heads)
{
    m_hasher.add(m_chain);
}

std::optional<std::string> ChainWalker::take(const RecordView &record, Timestamp lastTime)
{
    if (record.header.type == kSealType)
        return takeSeal(record, lastTime);
    if (record.header.type == kHeadType || record.header.type == kClosedType) {
        if (std::optional<std::string> problem = takeHead(record))
            return problem;
        if (m_closed)
            return std::nullopt;
    }
    const bool citable = record.header.type < kFirstJournalType && (record.header.flags & kCitable) != 0;
    if (m_openIsCitable || (citable && m_openBytes != 0))
        return "a record that is marked as a block of its own is not one";
    m_openIsCitable = citable;
    m_hasher.add(record.frame);
    m_openBytes += record.frame.size();
    return std::nullopt;
}

std::optional<std::string> ChainWalker::takeSeal(const RecordView &record, Timestamp lastTime)
{
    if (m_openBytes == 0)
        return "a seal covers no records";
    if (record.header.timeNs != lastTime.ns)
        return "a seal does not carry the time of the record before it";
    m_chain = m_hasher.finish();
    m_hasher.add(m_chain);
    m_openBytes = 0;
    m_openIsCitable = false;
    if (!std::equal(m_chain.begin(), m_chain.end(), record.payload.begin()))
        return "the hash of the block that ends here is not the one in its seal";
    return std::nullopt;
}

std::optional<std::string> ChainWalker::takeHead(const RecordView &record)
{
    JournalHead head;
    JournalHead::Proof proof{Timestamp{record.header.timeNs}, m_key, {}, record.header.type};
    head.sequence = Sequence(record.header.sequence);
    std::copy_n(record.payload.begin(), head.chain.size(), head.chain.begin());
    std::copy_n(record.payload.begin() + 32, proof.signature.size(), proof.signature.begin());
    head.proof = proof;
    if (head.chain != m_chain || m_openBytes != 0)
        return "a signed head does not match the chain before it";
    if (m_heads == Heads::Check && !proofHolds(head))
        return "the signature of a head does not hold";
    m_head = head;
    if (record.header.type == kClosedType) {
        m_closed = true;
        // It ends a block of its own, which nothing seals.
        m_chain = chainAfter(m_chain, record.frame);
    }
    return std::nullopt;
}

} // namespace coinswarm::journal
