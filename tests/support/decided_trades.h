// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/audit/audit_log.h"
#include "memory/projection/database_feed.h"
#include "memory/projection/memory_projection.h"
#include "support/check.h"
#include "support/memory_log_maker.h"

namespace coinswarm::testing {

/// A memory of four managers that decides a trade per slot, with its audit log on disk.
class DecidedTrades
{
public:
    explicit DecidedTrades(std::filesystem::path log)
        : m_file(std::move(log)), m_log(test::take(audit::AuditLog::open(m_file, m_maker.genesis())))
    {}

    const std::filesystem::path &file() const { return m_file; }
    std::uint64_t count() const { return m_maker.tip().slot; }

    /// `feed` is told, if there is one.
    void decide(int slots, memory::DatabaseFeed *feed)
    {
        for (int i = 0; i < slots; ++i) {
            const quorum::Epoch epoch = m_maker.tip().epoch;
            memory::MemoryEvaluator evaluator(m_maker.key(0), m_maker.genesis().clusterId(), m_maker.state());
            const quorum::Final final =
                m_maker.decide({quorum::BatchKind::Items, m_maker.items({m_maker.episode(count() + 1)})});
            test::take(m_log.append(final));
            if (feed != nullptr) {
                const memory::SlotChanges changes = test::take(evaluator.apply(final));
                feed->add(final.decided.certificate.body.slot,
                          [&] { return memory::MemoryProjection::rowsOf(final, epoch, changes, evaluator.state()); });
            }
        }
    }
    /// Whether a database that nobody else writes has everything, and the feed says so.
    bool areIn(storage::Storage &database, const memory::DatabaseFeed &feed) const
    {
        const auto counts = database.counts("").result();
        return counts && counts->at("episodes") == count() && counts->at("proposals") == count()
            && counts->at("quorum_votes") == count() * 3 && !feed.isBehind();
    }

private:
    std::filesystem::path m_file;
    MemoryLogMaker m_maker{4};
    audit::AuditLog m_log;
};

} // namespace coinswarm::testing
