// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storage/outage_buffer.h"
#include "storage/sql_database.h"
#include "storage/storage.h"

#include <QtCore/QPromise>
#include <QtCore/QThread>

#include <condition_variable>
#include <deque>
#include <mutex>

namespace coinswarm::storage {

/// What makes one store differ from another for the queue before it.
struct StorageBackend {
    std::string name; ///< "the database FILE", for sentences
    /// Called in the storage thread, at the start and whenever the connection was lost.
    std::function<Result<std::unique_ptr<SqlDatabase>>()> connect;
    /// Folder of the outage buffer and of the generation that was seen last. Empty: no buffer; what cannot be written
    /// waits in memory, and failure for StorageOptions::stopAfter stops the store.
    std::string bufferFolder;
    std::uint64_t bufferBytes = 0;
};

/// Any store in an SQL database: a queue and the thread that works it off.
///
/// With a buffer, an outage looks so: the batch that failed and everything put after it goes to the buffer's file, a
/// new connection is tried with growing delays, and once there is one the buffer is written in order before anything
/// else. Questions are answered with the reason meanwhile.
class QueuedStorage final : public Storage
{
public:
    QueuedStorage(StorageBackend backend, StorageOptions options);
    ~QueuedStorage() override;

    /// Starts the thread and waits until the database is open, or known from before but away. To be called once, first.
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
    QFuture<Result<std::vector<api::Approval>>> approvals(RowQuery query) override;
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
    QFuture<Result<void>> clearMemory() override;
    QFuture<Result<void>> confirmComplete() override;
    StorageHealth health() const override;

private:
    /// A question. It gets the database, or why what was put before it is not in the database.
    using Question = std::function<void(SqlDatabase *, const Error *)>;
    using Task = std::variant<PutGroup, Question>;

    void enqueue(PutGroup group);
    template <class T, class Work>
    QFuture<Result<T>> ask(Work work);

    // Storage thread only, queued_storage.cpp.
    void run(QPromise<Result<void>> &opened);
    Result<void> begin();
    /// One task, or as many writes as fit one transaction. False to end the thread.
    bool work();
    /// Takes the writes at the head of the queue, as many as fit one transaction.
    std::vector<PutGroup> takeBatch();
    /// False if the batch was put back because the machine or the server does not take it now.
    bool write(std::vector<PutGroup> batch);
    void written(std::size_t rows);
    void unqueue(std::size_t rows);
    void refuse(std::size_t rows, const Error &error); ///< what is in the queue no longer
    void putBack(std::vector<PutGroup> batch, const Error &error);
    void waitBeforeRetry();
    /// Stopped is never left; every change is reported.
    void setHealth(StorageState state, const std::string &reason);

    // Storage thread only, queued_storage_outage.cpp.
    Result<void> connect();
    bool outage() const { return m_buffer && (!m_database || !m_buffer->empty()); }
    /// A step of an outage: keeps what was put, tries to connect, writes the buffer. False to end the thread.
    bool passOutage();
    void disconnect(const Error &error);
    /// Everything in the queue goes to the buffer. False if the buffer does not take it.
    bool keepQueue(bool answerQuestions);
    Result<void> keepGroups(const PutGroup *groups, std::size_t count);
    /// Writes the buffer's oldest rows. False if the server is gone again.
    bool drainSome();
    void noteBuffer();
    void rememberSessions(const std::vector<PutGroup> &groups);
    void noteGeneration();
    Result<void> rememberGeneration();

    static constexpr std::chrono::milliseconds kLongestDelay{5'000};

    const StorageBackend m_backend;
    const StorageOptions m_options;
    std::unique_ptr<QThread> m_thread;

    mutable std::mutex m_mutex; ///< guards what follows
    std::condition_variable m_wake;
    std::deque<Task> m_tasks;
    std::size_t m_queuedRows = 0; ///< in m_tasks and in the batch being written
    bool m_closing = false;
    StorageHealth m_health; ///< with buffered rows and bytes
    std::uint64_t m_reportedRefused = 0;
    bool m_reportedIncomplete = false;
    std::string m_incompleteReason;

    // Storage thread only.
    std::unique_ptr<SqlDatabase> m_database; ///< none while the server is away
    std::unique_ptr<OutageBuffer> m_buffer;
    std::map<std::string, SessionRecord> m_sessions; ///< put in this process: what an emptied database needs first
    Error m_outageReason;
    bool m_bufferBlocked = false; ///< the buffer did not take the queue; it is tried again with the next connection
    std::chrono::steady_clock::time_point m_nextTry;
    std::chrono::milliseconds m_delay{0};
    std::optional<std::chrono::steady_clock::time_point> m_failingSince;
};

} // namespace coinswarm::storage
