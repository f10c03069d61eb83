// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/projection/audit_fold.h"

#include "memory/quorum/certificate.h"
#include "memory/quorum/signed_bytes.h"

namespace coinswarm::memory {

namespace {

constexpr unsigned kFinals = 1; ///< for AuditReader::next()

Error corrupt(quorum::Slot slot, const std::string &why)
{
    return {ErrorKind::Corrupt,
            "Slot " + std::to_string(slot) + " of the audit log: " + why + ". See `coinswarm-cli audit verify`."};
}

} // namespace

AuditFold::AuditFold(audit::AuditReader reader)
    : m_reader(std::move(reader)),
      m_crypto(m_ed25519),
      m_tip(quorum::ChainTip::genesis(m_reader.genesis().clusterId(), m_reader.genesis().epoch)),
      m_epoch(std::make_shared<const quorum::Epoch>(m_tip.epoch)),
      m_evaluator(m_crypto, m_tip.cluster, MemoryState(m_reader.genesis().engines))
{}

Result<std::optional<AuditFold::Step>> AuditFold::next()
{
    for (;;) {
        audit::AuditReader::Piece piece = m_reader.next(kFinals);
        if (piece.step == audit::AuditReader::Step::End || piece.step == audit::AuditReader::Step::Torn) {
            return std::optional<Step>();
        }
        auto *final = std::get_if<quorum::Final>(&piece.record);
        if (piece.step != audit::AuditReader::Step::Record || !final) {
            return corrupt(m_tip.next(), "the record at offset " + std::to_string(piece.offset) + " is damaged");
        }
        const quorum::CommitBody &body = final->decided.certificate.body;
        if (body.cluster == m_tip.cluster && body.slot > 0 && body.slot <= m_tip.slot) {
            continue;
        }
        if (const Result<void> linked = quorum::checkLink(m_crypto, m_tip, final->decided); !linked) {
            return corrupt(m_tip.next(), linked.error().message);
        }
        if (body.stateBefore != m_evaluator.state().digest()) {
            return corrupt(m_tip.next(), "the managers signed another memory than the slots before it make");
        }
        Result<SlotChanges> changes = m_evaluator.apply(*final);
        if (!changes) {
            return changes.error();
        }
        const std::uint64_t before = m_tip.epoch.number;
        std::shared_ptr<const quorum::Epoch> decidedBy = m_epoch;
        m_tip.advance(quorum::commitId(m_crypto, body), body, final->decided.batch);
        if (m_tip.epoch.number != before) {
            m_epoch = std::make_shared<const quorum::Epoch>(m_tip.epoch);
        }
        return std::optional<Step>(Step{std::move(*final), std::move(decidedBy), std::move(*changes), piece.end});
    }
}

} // namespace coinswarm::memory
