// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/audit/audit_reader.h"
#include "memory/quorum/chain_tip.h"
#include "memory/quorum/ed25519_crypto.h"
#include "memory/quorum/remembering_crypto.h"
#include "memory/state/memory_evaluator.h"

namespace coinswarm::memory {

/// Folds an audit log into the memory that it decided, slot by slot: every item is judged again, and the state must be the
/// one that the managers signed. The managers' own signatures are verifyAudit()'s business. One thread; not movable.
class AuditFold
{
public:
    struct Step {
        quorum::Final final;
        std::shared_ptr<const quorum::Epoch> epoch; ///< that decided it
        SlotChanges changes;
        std::uint64_t end = 0; ///< of its record in the file
    };

    explicit AuditFold(audit::AuditReader reader);

    /// Decides the next slot; nothing at the end, also at a torn one. Corrupt if the log is damaged or another memory than this
    /// fold finds was signed.
    Result<std::optional<Step>> next();
    /// Sees what was appended since the log was opened.
    void lookAgain() { m_reader.lookAgain(); }

    const MemoryState &state() const { return m_evaluator.state(); }
    const quorum::ChainTip &tip() const { return m_tip; }
    std::uint64_t bytes() const { return m_reader.size(); }

private:
    audit::AuditReader m_reader;
    quorum::Ed25519Crypto m_ed25519;
    quorum::RememberingCrypto m_crypto;
    quorum::ChainTip m_tip;
    std::shared_ptr<const quorum::Epoch> m_epoch;
    MemoryEvaluator m_evaluator;
};

} // namespace coinswarm::memory
