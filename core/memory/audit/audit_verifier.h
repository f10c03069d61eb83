// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/audit/genesis.h"
#include "memory/quorum/chain_tip.h"

#include <functional>

namespace coinswarm::audit {

enum class AuditStatus : std::uint8_t {
    Sound,
    Bad, ///< slot and why name the first finding
    Unreadable, ///< no file, or none of this format
    Torn, ///< the last record is incomplete; sound before it
};

/// Whose votes and receipts are checked.
enum class SignatureScope : std::uint8_t {
    All,
    /// Those behind the last checkpoint in the log, those of the checkpoint, and those of every change of membership before
    /// it. What else is before it is held by hashes alone: its commits are the ones that the checkpoint's signers built on,
    /// but votes, reasons and receipts may have been exchanged for others. All, if there is no checkpoint.
    SinceCheckpoint,
    None, ///< only to find the end of one's own file
};

struct AuditOptions {
    struct Pin {
        quorum::Slot slot = 0;
        journal::Digest commit{};
    };
    std::optional<Genesis> genesis; ///< that the log must be of
    std::optional<Pin> checkpoint; ///< kept elsewhere: retired keys cannot rewrite what is before it
    SignatureScope signatures = SignatureScope::All;
    unsigned threads = 0; ///< that check signatures: 0 one per processor, 1 the caller's
    std::function<void(std::uint64_t done, std::uint64_t total)> progress; ///< bytes; may be empty
};

struct AuditReport {
    AuditStatus status = AuditStatus::Sound;
    quorum::Slot slot = 0; ///< of the finding; 0 if it is about the file
    std::string why;
    std::uint64_t slots = 0; ///< that are final in the log
    std::uint64_t checkpoints = 0;
    std::uint64_t convictions = 0; ///< records of evidence that holds
    std::uint64_t unchecked = 0; ///< slots whose votes and receipts were not checked
    std::uint64_t wholeBytes = 0; ///< up to the end of the last whole record
    std::uint64_t damagedFrom = 0; ///< offset of the record that the finding is about
    quorum::ChainTip tip; ///< behind the last sound record

    /// In one sentence, or two if signatures were left out.
    std::string sentence() const;
};

/// Checks a log with nothing but what stands in it, and what is given in the options. Reads record by record; keeps 64 bytes
/// for each slot. The report does not depend on the number of threads.
AuditReport verifyAudit(const std::filesystem::path &file, const AuditOptions &options);

} // namespace coinswarm::audit
