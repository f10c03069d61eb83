// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/audit/audit_reader.h"
#include "memory/quorum/chain_tip.h"

#include <QtCore/QJsonObject>

#include <map>
#include <optional>
#include <vector>

namespace coinswarm::cli {

/// One decided slot of an audit log, in the words of `audit show` and `audit export`.
struct AuditSlot {
    quorum::Final final;
    journal::Digest commit{};
    quorum::Epoch epoch; ///< that decided it
    quorum::ManagerIndex coordinator = 0; ///< of the round in which the batch was first proposed

    struct Refusal {
        quorum::ManagerIndex manager = 0;
        quorum::ReasonCode reason = 0;
    };
    struct Item {
        std::string kind;
        std::string submitter;
        std::string id;
        std::string text;
        bool accepted = false;
        std::vector<Refusal> refusals; ///< each manager's own reason
    };
    std::vector<Item> items;

    quorum::Slot number() const { return final.decided.certificate.body.slot; }
    bool receiptOf(quorum::ManagerIndex manager) const;
    std::optional<std::size_t> voteOf(quorum::ManagerIndex manager) const; ///< its place in the certificate
    QJsonObject json() const;
};

/// Walks through the slots of a log, links checked and signatures not: `audit verify` does that. Remembers one slot, and
/// the names of engines.
class AuditSlots
{
public:
    explicit AuditSlots(audit::AuditReader reader);

    /// The next slot; nothing at the end. Corrupt where the log is damaged.
    Result<std::optional<AuditSlot>> next();
    std::uint64_t position() const { return m_reader.position(); }
    std::uint64_t size() const { return m_reader.size(); }
    const quorum::ChainTip &tip() const { return m_tip; }

private:
    AuditSlot slotOf(quorum::Final final);
    AuditSlot::Item itemOf(const std::string &bytes, quorum::BatchKind kind);

    audit::AuditReader m_reader;
    quorum::ChainTip m_tip;
    std::map<journal::PublicKey, std::string> m_engines;
};

} // namespace coinswarm::cli
