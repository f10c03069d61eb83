// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/audit/genesis.h"
#include "memory/quorum/evidence.h"

#include <variant>

namespace coinswarm::audit {

inline constexpr std::string_view kAuditMagic = "CSAUDIT\n";
inline constexpr std::uint32_t kAuditVersion = 1;
inline constexpr std::uint32_t kMostRecordBytes = 2 << 20;
inline constexpr std::size_t kRecordPrefix = 8; ///< length and checksum

/// q or more managers about one state.
struct CheckpointSet {
    std::vector<quorum::Checkpoint> signatures; ///< by ascending manager

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("signatures", self.signatures);
    }
};

/// What stands in an audit log. Append only: the kind on disk is the index plus 1.
using AuditRecord = std::variant<quorum::Final, CheckpointSet, quorum::Evidence>;

/// The bytes of docs/quorum-protocol.md, section "The audit log".
journal::ByteBuffer auditHeader(const Genesis &genesis);
journal::ByteBuffer framed(const AuditRecord &record);
/// The record of a payload, kind included. Corrupt if it is none.
Result<AuditRecord> auditRecord(journal::ByteView payload);
/// The checksum of a frame: over its length and its payload.
std::uint32_t frameChecksum(journal::ByteView frame);

} // namespace coinswarm::audit
