// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/engine.h"
#include "memory/audit/audit_reader.h"
#include "memory/quorum/chain_tip.h"

#include <chrono>

namespace coinswarm::supervision {

/// Where each slot stands in an audit log that grows. It is gone through once, in turns; after that any slot is read from its
/// place. Sixteen bytes per slot. One thread.
class AuditIndex
{
public:
    using Deadline = std::chrono::steady_clock::time_point;

    /// Environment or Corrupt if it cannot be read.
    static Result<AuditIndex> open(const std::filesystem::path &file);

    /// Goes on through what is not known yet, until the end of the log or the deadline. Corrupt if it cannot be read.
    Result<void> follow(Deadline deadline);
    /// 1 if follow() has come to the end, else the share of the log that it has gone through.
    double known() const { return m_known; }
    std::uint64_t slots() const { return m_places.size(); }
    /// Slots `first` … `last` in order; first is at least 1 and last at most slots().
    Result<void> read(std::uint64_t first, std::uint64_t last, const std::function<void(api::QuorumSlotView)> &take);

private:
    struct Place {
        std::uint64_t offset = 0;
        quorum::ManagerIndex coordinator = 0; ///< whose turn a round was follows from all slots before it
        std::uint16_t managers = 0;
    };

    AuditIndex(audit::AuditReader reader, quorum::ChainTip tip, std::uint64_t begin)
        : m_reader(std::move(reader)), m_tip(std::move(tip)), m_end(begin)
    {}

    audit::AuditReader m_reader;
    quorum::ChainTip m_tip;
    std::uint64_t m_end = 0; ///< what is behind has not been looked at
    double m_known = 0;
    std::vector<Place> m_places; ///< of slot 1 and so on
};

} // namespace coinswarm::supervision
