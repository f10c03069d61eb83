// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storage/sqlite_database.h"
#include "storage/storage.h"

#include <QtCore/QPromise>
#include <QtCore/QThread>

#include <condition_variable>
#include <deque>
#include <mutex>

namespace coinswarm::storage {

/// The store in one SQLite file: a queue and the thread that works it off.
class SqliteStorage final : public Storage
{
public:
    SqliteStorage(std::string file, StorageOptions options);
    ~SqliteStorage() override;

    /// Starts the thread and waits until the database is open. To be called once, first.
    Result<void> open();

    void putSession(SessionRecord session) override;
    void put(std::string session, std::vector<SessionRow> rows) override;
    void putMemory(std::vector<MemoryRow> rows) override;
    QFuture<Result<void>> flush() override;

    QFuture<Result<std::vector<SessionRecord>>> sessions() override;
    QFuture<Result<std::vector<Order>>> orders(RowQuery query) override;
    QFuture<Result<std::vector<Fill>>> fills(RowQuery query) override;
    QFuture<Result<std::vector<RoundTrip>>> roundTrips(RowQuery query) override;
    QFuture<Result<std::vector<Regime>>> regimes(RowQuery query) override;
    QFuture<Result<std::vector<Decision>>> decisions(RowQuery query) override;
    QFuture<Result<std::vector<Approval>>> approvals(RowQuery query) override;
    QFuture<Result<std::vector<AlertRecord>>> alerts(RowQuery query) override;
    QFuture<Result<std::string>> explanation(std::string session, OrderId order) override;
    QFuture<Result<SessionTotals>> totals(std::string session) override;
    QFuture<Result<std::map<std::string, std::uint64_t>>> counts(std::string session) override;
    QFuture<Result<std::vector<EpisodeRecord>>> episodes(std::uint32_t limit) override;
    QFuture<Result<std::vector<PatternRecord>>> patterns() override;
    QFuture<Result<std::vector<AgentStateRecord>>> agentStates(std::string agentId) override;
    QFuture<Result<std::vector<ProposalRecord>>> proposals(std::uint32_t limit) override;
    QFuture<Result<std::vector<QuorumVoteRecord>>> quorumVotes(std::string proposalId) override;
    QFuture<Result<void>> backup(std::string file) override;
    StorageHealth health() const override;

private:
    /// A question. It gets the database, or why what was put before it is not in the database.
    using Question = std::function<void(SqliteDatabase &, const Error *)>;
    using Task = std::variant<PutGroup, Question>;

    void enqueue(PutGroup group);
    template <class T, class Work>
    QFuture<Result<T>> ask(Work work);

    void run(QPromise<Result<void>> &opened);
    /// Takes the writes at the head of the queue, as many as fit one transaction.
    std::vector<PutGroup> takeBatch();
    /// False if the batch was put back because the machine does not take it now.
    bool write(SqliteDatabase &database, std::vector<PutGroup> batch);
    void written(std::size_t rows);
    void refuse(std::size_t rows, const Error &error);
    void putBack(SqliteDatabase &database, std::vector<PutGroup> batch, const Error &error);
    void waitBeforeRetry();
    /// Stopped is never left; every change is reported.
    void setHealth(StorageState state, const std::string &reason);

    const std::string m_file;
    const StorageOptions m_options;
    std::unique_ptr<QThread> m_thread;

    mutable std::mutex m_mutex; ///< guards what follows
    std::condition_variable m_wake;
    std::deque<Task> m_tasks;
    std::size_t m_queuedRows = 0; ///< in m_tasks and in the batch being written
    bool m_closing = false;
    StorageHealth m_health;
    std::uint64_t m_reportedRefused = 0;

    std::chrono::milliseconds m_delay{0}; ///< storage thread only
    std::optional<std::chrono::steady_clock::time_point> m_failingSince; ///< storage thread only
};

} // namespace coinswarm::storage
