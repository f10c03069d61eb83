// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/audit/genesis.h"
#include "memory/quorum/chain_tip.h"

#include <functional>

namespace coinswarm::quorum {

enum class AuditStatus : std::uint8_t {
    Sound,
    Bad, ///< slot and why name the first finding
    Unreadable, ///< no file, or none of this format
    Torn, ///< the last record is incomplete; sound before it
};

struct AuditOptions {
    struct Pin {
        Slot slot = 0;
        Digest commit{};
    };
    std::optional<Genesis> genesis; ///< that the log must be of
    std::optional<Pin> checkpoint; ///< kept elsewhere: retired keys cannot rewrite what is before it
    bool signatures = true; ///< off only to find the end of one's own file
    std::function<void(std::uint64_t done, std::uint64_t total)> progress; ///< bytes; may be empty
};

struct AuditReport {
    AuditStatus status = AuditStatus::Sound;
    Slot slot = 0; ///< of the finding; 0 if it is about the file
    std::string why;
    std::uint64_t slots = 0; ///< that are final in the log
    std::uint64_t checkpoints = 0;
    std::uint64_t convictions = 0; ///< records of evidence that holds
    std::uint64_t wholeBytes = 0; ///< up to the end of the last whole record
    std::uint64_t damagedFrom = 0; ///< offset of the record that the finding is about
    ChainTip tip; ///< behind the last sound record

    /// In one sentence.
    std::string sentence() const;
};

/// Checks a log with nothing but what stands in it, and what is given in the options. Reads record by record.
AuditReport verifyAudit(const std::filesystem::path &file, const AuditOptions &options);

} // namespace coinswarm::quorum
