// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "supervision/audit_index.h"

#include "memory/quorum/ed25519_crypto.h"
#include "memory/quorum/signed_bytes.h"
#include "supervision/quorum_slot_view.h"

namespace coinswarm::supervision {

namespace {

using Step = audit::AuditReader::Step;

/// Records between two looks at the clock.
constexpr int kBetweenLooks = 32;

} // namespace

Result<AuditIndex> AuditIndex::open(const std::filesystem::path &file)
{
    Result<audit::AuditReader> opened = audit::AuditReader::open(file);
    if (!opened) {
        return opened.error();
    }
    const audit::Genesis &genesis = opened->genesis();
    quorum::ChainTip tip = quorum::ChainTip::genesis(genesis.clusterId(), genesis.epoch);
    const std::uint64_t begin = opened->position();
    return AuditIndex(std::move(*opened), std::move(tip), begin);
}

Result<void> AuditIndex::follow(Deadline deadline)
{
    const quorum::Ed25519Crypto crypto;
    m_reader.lookAgain();
    m_reader.seek(m_end);
    for (int read = 1;; ++read) {
        if (read % kBetweenLooks == 0 && std::chrono::steady_clock::now() >= deadline) {
            m_known =
                static_cast<double>(m_end) / static_cast<double>(std::max<std::uint64_t>(m_reader.size(), m_end + 1));
            return {};
        }
        const audit::AuditReader::Piece piece = m_reader.next();
        // Whatever is incomplete now may be what a manager is just appending.
        if (piece.step == Step::End || piece.step == Step::Torn) {
            m_known = 1;
            return {};
        }
        if (piece.step != Step::Record) {
            return Error{ErrorKind::Corrupt,
                         "the audit log cannot be read behind slot " + std::to_string(m_places.size()) + ": "
                             + (piece.why.empty() ? "the record is damaged" : piece.why) + "; verify it"};
        }
        const auto *final = std::get_if<quorum::Final>(&piece.record);
        if (final && final->decided.certificate.body.slot == m_tip.next()) {
            const quorum::Certificate &certificate = final->decided.certificate;
            m_places.push_back(
                {piece.offset, m_tip.coordinator(certificate.round), static_cast<std::uint16_t>(m_tip.epoch.size())});
            m_tip.advance(quorum::commitId(crypto, certificate.body), certificate.body, final->decided.batch);
        }
        m_end = piece.end;
    }
}

Result<void> AuditIndex::read(std::uint64_t first, std::uint64_t last,
                              const std::function<void(api::QuorumSlotView)> &take)
{
    for (std::uint64_t slot = first; slot <= last; ++slot) {
        const Place &place = m_places[static_cast<std::size_t>(slot - 1)];
        m_reader.seek(place.offset);
        const audit::AuditReader::Piece piece = m_reader.next();
        const auto *final = piece.step == Step::Record ? std::get_if<quorum::Final>(&piece.record) : nullptr;
        if (!final) {
            return Error{ErrorKind::Corrupt,
                         "the audit log was changed: slot " + std::to_string(slot) + " is not where it was"};
        }
        take(slotView(*final, place.managers, place.coordinator));
    }
    return {};
}

} // namespace coinswarm::supervision
