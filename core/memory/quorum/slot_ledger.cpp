// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/slot_ledger.h"

#include "memory/quorum/crypto.h"
#include "memory/quorum/signed_bytes.h"

namespace coinswarm::quorum {

namespace {

template <class One, class Other>
Evidence evidenceOf(Offence offence, const QuorumVote &vote, const One &first, const Other &second)
{
    return {offence, vote.manager, vote.body.epoch, vote.body.slot, {Message(first), Message(second)}};
}

} // namespace

bool SlotLedger::add(const std::shared_ptr<const BatchProposal> &proposal, const journal::Digest &batch)
{
    Book &book = m_books[proposal->round];
    if (book.proposal) {
        return false;
    }
    book.proposal = proposal;
    book.batch = batch;
    return true;
}

std::optional<Evidence> SlotLedger::add(const std::shared_ptr<const QuorumVote> &vote, const Crypto &crypto)
{
    const auto [place, isNew] = m_books[vote->round].votes.try_emplace(vote->manager, vote);
    if (!isNew) {
        if (contradict(*place->second, *vote)) {
            return evidenceOf(Offence::DoubleVote, *vote, *place->second, *vote);
        }
        return std::nullopt;
    }
    for (const auto &[round, book] : m_books) {
        const auto receipt = book.receipts.find(vote->manager);
        if (receipt != book.receipts.end() && breaksLock(*receipt->second, *vote, crypto)) {
            return evidenceOf(Offence::BrokenLock, *vote, *receipt->second, *vote);
        }
    }
    return std::nullopt;
}

std::optional<Evidence> SlotLedger::add(const std::shared_ptr<const Receipt> &receipt, const Crypto &crypto)
{
    const auto [place, isNew] = m_books[receipt->round].receipts.try_emplace(receipt->manager, receipt);
    if (!isNew) {
        if (contradict(*place->second, *receipt)) {
            return Evidence{Offence::DoubleReceipt,
                            receipt->manager,
                            receipt->epoch,
                            receipt->slot,
                            {Message(*place->second), Message(*receipt)}};
        }
        return std::nullopt;
    }
    for (const auto &[round, book] : m_books) {
        const auto vote = book.votes.find(receipt->manager);
        if (vote != book.votes.end() && breaksLock(*receipt, *vote->second, crypto)) {
            return evidenceOf(Offence::BrokenLock, *vote->second, *receipt, *vote->second);
        }
    }
    return std::nullopt;
}

bool SlotLedger::certify(const std::shared_ptr<const CertifiedBatch> &decided)
{
    Book &book = m_books[decided->certificate.round];
    if (book.certified) {
        return false;
    }
    book.certified = decided;
    return true;
}

void SlotLedger::readBack(Round round)
{
    m_books[round].readBack = true;
}

std::shared_ptr<const CertifiedBatch> SlotLedger::certificate(Round round, std::size_t quorum) const
{
    const Book *votes = book(round);
    if (!votes || votes->votes.size() < quorum) {
        return nullptr;
    }
    for (const auto &[first, candidate] : votes->votes) {
        Certificate certificate{candidate->body, round, {}};
        for (const auto &[manager, vote] : votes->votes) {
            if (vote->body == candidate->body) {
                certificate.votes.push_back({manager, vote->justifiedBy, vote->reasons, vote->signature});
            }
        }
        if (certificate.votes.size() < quorum) {
            continue;
        }
        const Batch *batch = batchOf(candidate->body.batch);
        return batch ? std::make_shared<const CertifiedBatch>(CertifiedBatch{*batch, std::move(certificate)}) : nullptr;
    }
    return nullptr;
}

std::optional<Final> SlotLedger::final(Round round, std::size_t quorum, const Crypto &crypto) const
{
    const Book *receipts = book(round);
    if (!receipts || !receipts->certified || receipts->receipts.size() < quorum) {
        return std::nullopt;
    }
    const journal::Digest id = commitId(crypto, receipts->certified->certificate.body);
    Final final{*receipts->certified, {}};
    for (const auto &[manager, receipt] : receipts->receipts) {
        if (receipt->commit == id) {
            final.receipts.push_back({manager, receipt->signature});
        }
    }
    if (final.receipts.size() < quorum) {
        return std::nullopt;
    }
    return final;
}

const SlotLedger::Book *SlotLedger::book(Round round) const
{
    const auto found = m_books.find(round);
    return found == m_books.end() ? nullptr : &found->second;
}

void SlotLedger::prune(Round round)
{
    std::erase_if(m_books, [round](const auto &entry) {
        return entry.first + kRoundWindow < round || entry.first > round + kRoundWindow;
    });
}

const Batch *SlotLedger::batchOf(const journal::Digest &digest) const
{
    for (const auto &[round, book] : m_books) {
        if (book.proposal && book.batch == digest) {
            return &book.proposal->batch;
        }
        if (book.certified && book.certified->certificate.body.batch == digest) {
            return &book.certified->batch;
        }
    }
    return nullptr;
}

} // namespace coinswarm::quorum
