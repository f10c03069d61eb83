// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/queued_storage.h"

#include <algorithm>

namespace coinswarm::storage {

// What callers see: values into the queue, futures out of it.

namespace {

std::string limitClause(std::uint32_t limit)
{
    return " LIMIT " + std::to_string(std::min<std::uint32_t>(limit, 10'000));
}

} // namespace

template <class T, class Work>
QFuture<Result<T>> QueuedStorage::ask(Work work)
{
    // std::function wants something copyable.
    auto promise = std::make_shared<QPromise<Result<T>>>();
    promise->start();
    QFuture<Result<T>> future = promise->future();
    {
        const std::lock_guard lock(m_mutex);
        m_tasks.emplace_back(Question([promise, work = std::move(work)](SqlDatabase *database, const Error *error) {
            promise->addResult(error != nullptr ? Result<T>(*error) : work(*database));
            promise->finish();
        }));
    }
    m_wake.notify_one();
    return future;
}

void QueuedStorage::putSession(SessionRecord session)
{
    enqueue(PutGroup{{}, std::move(session)});
}

void QueuedStorage::put(std::string session, std::vector<SessionRow> rows)
{
    enqueue(PutGroup{std::move(session), std::move(rows)});
}

void QueuedStorage::putMemory(std::vector<MemoryRow> rows)
{
    enqueue(PutGroup{{}, std::move(rows)});
}

QFuture<Result<void>> QueuedStorage::flush()
{
    return ask<void>([](SqlDatabase &) { return Result<void>(); });
}

QFuture<Result<std::vector<SessionRecord>>> QueuedStorage::sessions()
{
    return ask<std::vector<SessionRecord>>([](SqlDatabase &database) {
        return database.select<SessionRecord>(R"( ORDER BY "started" DESC, "session" DESC)");
    });
}

QFuture<Result<std::vector<Order>>> QueuedStorage::orders(RowQuery query)
{
    return ask<std::vector<Order>>([query](SqlDatabase &database) { return database.rows<Order>(query); });
}

QFuture<Result<std::vector<Fill>>> QueuedStorage::fills(RowQuery query)
{
    return ask<std::vector<Fill>>([query](SqlDatabase &database) { return database.rows<Fill>(query); });
}

QFuture<Result<std::vector<RoundTrip>>> QueuedStorage::roundTrips(RowQuery query)
{
    return ask<std::vector<RoundTrip>>([query](SqlDatabase &database) { return database.rows<RoundTrip>(query); });
}

QFuture<Result<std::vector<Regime>>> QueuedStorage::regimes(RowQuery query)
{
    return ask<std::vector<Regime>>([query](SqlDatabase &database) { return database.rows<Regime>(query); });
}

QFuture<Result<std::vector<Decision>>> QueuedStorage::decisions(RowQuery query)
{
    return ask<std::vector<Decision>>([query](SqlDatabase &database) { return database.rows<Decision>(query); });
}

QFuture<Result<std::vector<api::Approval>>> QueuedStorage::approvals(RowQuery query)
{
    return ask<std::vector<api::Approval>>(
        [query](SqlDatabase &database) { return database.rows<api::Approval>(query); });
}

QFuture<Result<std::vector<AlertRecord>>> QueuedStorage::alerts(RowQuery query)
{
    return ask<std::vector<AlertRecord>>([query](SqlDatabase &database) { return database.rows<AlertRecord>(query); });
}

QFuture<Result<std::string>> QueuedStorage::explanation(std::string session, OrderId order)
{
    return ask<std::string>(
        [session = std::move(session), order](SqlDatabase &database) { return database.explanation(session, order); });
}

QFuture<Result<SessionTotals>> QueuedStorage::totals(std::string session)
{
    return ask<SessionTotals>(
        [session = std::move(session)](SqlDatabase &database) { return database.totals(session); });
}

QFuture<Result<std::map<std::string, std::uint64_t>>> QueuedStorage::counts(std::string session)
{
    return ask<std::map<std::string, std::uint64_t>>(
        [session = std::move(session)](SqlDatabase &database) { return database.counts(session); });
}

QFuture<Result<std::vector<EpisodeRecord>>> QueuedStorage::episodes(std::uint32_t limit)
{
    return ask<std::vector<EpisodeRecord>>([limit](SqlDatabase &database) {
        return database.select<EpisodeRecord>(R"( ORDER BY "timestamp" DESC, "id" DESC)" + limitClause(limit));
    });
}

QFuture<Result<std::vector<PatternRecord>>> QueuedStorage::patterns()
{
    return ask<std::vector<PatternRecord>>(
        [](SqlDatabase &database) { return database.select<PatternRecord>(R"( ORDER BY "name", "id")"); });
}

QFuture<Result<std::vector<AgentStateRecord>>> QueuedStorage::agentStates(std::string agentId)
{
    return ask<std::vector<AgentStateRecord>>([agentId = std::move(agentId)](SqlDatabase &database) {
        return database.select<AgentStateRecord>(R"( WHERE "agent_id" = ? ORDER BY "timestamp" DESC, "id" DESC)",
                                                 QString::fromStdString(agentId));
    });
}

QFuture<Result<std::vector<ProposalRecord>>> QueuedStorage::proposals(std::uint32_t limit)
{
    return ask<std::vector<ProposalRecord>>([limit](SqlDatabase &database) {
        return database.select<ProposalRecord>(R"( ORDER BY "timestamp" DESC, "id" DESC)" + limitClause(limit));
    });
}

QFuture<Result<std::vector<QuorumVoteRecord>>> QueuedStorage::quorumVotes(std::string proposalId)
{
    return ask<std::vector<QuorumVoteRecord>>([proposalId = std::move(proposalId)](SqlDatabase &database) {
        return database.select<QuorumVoteRecord>(R"( WHERE "proposal_id" = ? ORDER BY "timestamp", "id")",
                                                 QString::fromStdString(proposalId));
    });
}

QFuture<Result<void>> QueuedStorage::backup(std::string file)
{
    return ask<void>([file = std::move(file)](SqlDatabase &database) { return database.backup(file); });
}

QFuture<Result<void>> QueuedStorage::clearMemory()
{
    return ask<void>([](SqlDatabase &database) { return database.clearMemory(); });
}

QFuture<Result<void>> QueuedStorage::confirmComplete()
{
    return ask<void>([this](SqlDatabase &) { return rememberGeneration(); });
}

} // namespace coinswarm::storage
