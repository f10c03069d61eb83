// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/sqlite_storage.h"

#include <algorithm>
#include <iterator>

namespace coinswarm::storage {

namespace {

constexpr std::chrono::milliseconds kLongestDelay{5'000};

std::string limitClause(std::uint32_t limit)
{
    return " LIMIT " + std::to_string(std::min<std::uint32_t>(limit, 10'000));
}

std::size_t totalRows(const std::vector<PutGroup> &groups)
{
    std::size_t rows = 0;
    for (const PutGroup &group : groups) {
        rows += group.size();
    }
    return rows;
}

} // namespace

Result<std::unique_ptr<Storage>> openSqliteStorage(const std::string &file, StorageOptions options)
{
    auto storage = std::make_unique<SqliteStorage>(file, std::move(options));
    const Result<void> opened = storage->open();
    if (!opened.ok()) {
        return opened.error();
    }
    return std::unique_ptr<Storage>(std::move(storage));
}

SqliteStorage::SqliteStorage(std::string file, StorageOptions options)
    : m_file(std::move(file)), m_options(std::move(options)), m_delay(m_options.retryDelay)
{}

SqliteStorage::~SqliteStorage()
{
    {
        const std::lock_guard lock(m_mutex);
        m_closing = true;
    }
    m_wake.notify_all();
    if (m_thread) {
        m_thread->wait();
    }
}

Result<void> SqliteStorage::open()
{
    // Shared, because result() returns before the thread has finished with the promise.
    auto promise = std::make_shared<QPromise<Result<void>>>();
    promise->start();
    QFuture<Result<void>> opened = promise->future();
    m_thread.reset(QThread::create([this, promise] { run(*promise); }));
    m_thread->setObjectName(QStringLiteral("storage"));
    m_thread->start();
    return opened.result();
}

void SqliteStorage::run(QPromise<Result<void>> &opened)
{
    Result<std::unique_ptr<SqliteDatabase>> database = SqliteDatabase::open(m_file);
    opened.addResult(database.ok() ? Result<void>() : Result<void>(database.error()));
    opened.finish();
    if (!database.ok()) {
        return;
    }
    for (;;) {
        std::unique_lock lock(m_mutex);
        m_wake.wait(lock, [this] { return m_closing || !m_tasks.empty(); });
        if (m_tasks.empty()) {
            return;
        }
        if (auto *front = std::get_if<Question>(&m_tasks.front())) {
            const Question question = std::move(*front);
            m_tasks.pop_front();
            lock.unlock();
            question(**database, nullptr);
            continue;
        }
        const bool lastTry = m_closing;
        lock.unlock();
        if (!write(**database, takeBatch())) {
            if (lastTry) {
                return;
            }
            waitBeforeRetry();
        }
    }
}

std::vector<PutGroup> SqliteStorage::takeBatch()
{
    std::vector<PutGroup> batch;
    std::size_t rows = 0;
    const std::lock_guard lock(m_mutex);
    while (!m_tasks.empty() && rows < m_options.batchSize) {
        auto *group = std::get_if<PutGroup>(&m_tasks.front());
        if (group == nullptr) {
            break;
        }
        rows += group->size();
        batch.push_back(std::move(*group));
        m_tasks.pop_front();
    }
    return batch;
}

bool SqliteStorage::write(SqliteDatabase &database, std::vector<PutGroup> batch)
{
    auto failed = database.write(batch.data(), batch.size());
    if (!failed) {
        written(totalRows(batch));
        return true;
    }
    if (!failed->permanent) {
        putBack(database, std::move(batch), failed->error);
        return false;
    }
    // One bad record must not take the others with it: each group gets a transaction of its own.
    for (auto group = batch.begin(); group != batch.end(); ++group) {
        failed = database.write(&*group, 1);
        if (!failed) {
            written(group->size());
        } else if (failed->permanent) {
            refuse(group->size(), failed->error);
        } else {
            putBack(database, {std::make_move_iterator(group), std::make_move_iterator(batch.end())}, failed->error);
            return false;
        }
    }
    return true;
}

void SqliteStorage::written(std::size_t rows)
{
    {
        const std::lock_guard lock(m_mutex);
        m_queuedRows -= rows;
    }
    m_failingSince.reset();
    m_delay = m_options.retryDelay;
    setHealth(StorageState::Working, {});
}

void SqliteStorage::refuse(std::size_t rows, const Error &error)
{
    {
        const std::lock_guard lock(m_mutex);
        m_queuedRows -= rows;
        m_health.refused += rows;
    }
    setHealth(StorageState::Stopped, error.message);
}

void SqliteStorage::putBack(SqliteDatabase &database, std::vector<PutGroup> batch, const Error &error)
{
    std::vector<Question> questions;
    {
        const std::lock_guard lock(m_mutex);
        std::deque<Task> writes(std::make_move_iterator(batch.begin()), std::make_move_iterator(batch.end()));
        for (Task &task : m_tasks) {
            if (auto *question = std::get_if<Question>(&task)) {
                questions.push_back(std::move(*question));
            } else {
                writes.push_back(std::move(task));
            }
        }
        m_tasks = std::move(writes);
    }
    for (const Question &question : questions) {
        question(database, &error);
    }
    const auto now = std::chrono::steady_clock::now();
    if (!m_failingSince) {
        m_failingSince = now;
    }
    setHealth(now - *m_failingSince >= m_options.stopAfter ? StorageState::Stopped : StorageState::Retrying,
              error.message);
}

void SqliteStorage::waitBeforeRetry()
{
    std::unique_lock lock(m_mutex);
    m_wake.wait_for(lock, m_delay, [this] { return m_closing; });
    m_delay = std::min(m_delay * 2, kLongestDelay);
}

void SqliteStorage::setHealth(StorageState state, const std::string &reason)
{
    StorageHealth report;
    {
        const std::lock_guard lock(m_mutex);
        const bool stays = m_health.state == StorageState::Stopped || m_health.state == state;
        if (stays && m_health.refused == m_reportedRefused) {
            return;
        }
        if (!stays) {
            m_health.state = state;
            m_health.reason = reason;
        }
        m_reportedRefused = m_health.refused;
        report = m_health;
        report.queued = m_queuedRows;
    }
    if (m_options.onHealth) {
        m_options.onHealth(report);
    }
}

StorageHealth SqliteStorage::health() const
{
    const std::lock_guard lock(m_mutex);
    StorageHealth health = m_health;
    health.queued = m_queuedRows;
    return health;
}

void SqliteStorage::enqueue(PutGroup group)
{
    const std::size_t rows = group.size();
    if (rows == 0) {
        return;
    }
    {
        const std::lock_guard lock(m_mutex);
        if (m_queuedRows + rows <= m_options.queueLimit) {
            m_queuedRows += rows;
            m_tasks.emplace_back(std::move(group));
            m_wake.notify_one();
            return;
        }
        m_health.refused += rows;
    }
    setHealth(StorageState::Stopped,
              "the queue of the database " + m_file + " is full (" + std::to_string(m_options.queueLimit)
                  + " records wait); see why the disk does not keep up, then start again");
}

template <class T, class Work>
QFuture<Result<T>> SqliteStorage::ask(Work work)
{
    // std::function wants something copyable.
    auto promise = std::make_shared<QPromise<Result<T>>>();
    promise->start();
    QFuture<Result<T>> future = promise->future();
    {
        const std::lock_guard lock(m_mutex);
        m_tasks.emplace_back(Question([promise, work = std::move(work)](SqliteDatabase &database, const Error *error) {
            promise->addResult(error != nullptr ? Result<T>(*error) : work(database));
            promise->finish();
        }));
    }
    m_wake.notify_one();
    return future;
}

void SqliteStorage::putSession(SessionRecord session)
{
    enqueue(PutGroup{{}, std::move(session)});
}

void SqliteStorage::put(std::string session, std::vector<SessionRow> rows)
{
    enqueue(PutGroup{std::move(session), std::move(rows)});
}

void SqliteStorage::putMemory(std::vector<MemoryRow> rows)
{
    enqueue(PutGroup{{}, std::move(rows)});
}

QFuture<Result<void>> SqliteStorage::flush()
{
    return ask<void>([](SqliteDatabase &) { return Result<void>(); });
}

QFuture<Result<std::vector<SessionRecord>>> SqliteStorage::sessions()
{
    return ask<std::vector<SessionRecord>>([](SqliteDatabase &database) {
        return database.select<SessionRecord>(R"( ORDER BY "started" DESC, "session" DESC)");
    });
}

QFuture<Result<std::vector<Order>>> SqliteStorage::orders(RowQuery query)
{
    return ask<std::vector<Order>>([query](SqliteDatabase &database) { return database.rows<Order>(query); });
}

QFuture<Result<std::vector<Fill>>> SqliteStorage::fills(RowQuery query)
{
    return ask<std::vector<Fill>>([query](SqliteDatabase &database) { return database.rows<Fill>(query); });
}

QFuture<Result<std::vector<RoundTrip>>> SqliteStorage::roundTrips(RowQuery query)
{
    return ask<std::vector<RoundTrip>>([query](SqliteDatabase &database) { return database.rows<RoundTrip>(query); });
}

QFuture<Result<std::vector<Regime>>> SqliteStorage::regimes(RowQuery query)
{
    return ask<std::vector<Regime>>([query](SqliteDatabase &database) { return database.rows<Regime>(query); });
}

QFuture<Result<std::vector<Decision>>> SqliteStorage::decisions(RowQuery query)
{
    return ask<std::vector<Decision>>([query](SqliteDatabase &database) { return database.rows<Decision>(query); });
}

QFuture<Result<std::vector<Approval>>> SqliteStorage::approvals(RowQuery query)
{
    return ask<std::vector<Approval>>([query](SqliteDatabase &database) { return database.rows<Approval>(query); });
}

QFuture<Result<std::vector<AlertRecord>>> SqliteStorage::alerts(RowQuery query)
{
    return ask<std::vector<AlertRecord>>(
        [query](SqliteDatabase &database) { return database.rows<AlertRecord>(query); });
}

QFuture<Result<std::string>> SqliteStorage::explanation(std::string session, OrderId order)
{
    return ask<std::string>([session = std::move(session), order](SqliteDatabase &database) {
        return database.explanation(session, order);
    });
}

QFuture<Result<SessionTotals>> SqliteStorage::totals(std::string session)
{
    return ask<SessionTotals>(
        [session = std::move(session)](SqliteDatabase &database) { return database.totals(session); });
}

QFuture<Result<std::map<std::string, std::uint64_t>>> SqliteStorage::counts(std::string session)
{
    return ask<std::map<std::string, std::uint64_t>>(
        [session = std::move(session)](SqliteDatabase &database) { return database.counts(session); });
}

QFuture<Result<std::vector<EpisodeRecord>>> SqliteStorage::episodes(std::uint32_t limit)
{
    return ask<std::vector<EpisodeRecord>>([limit](SqliteDatabase &database) {
        return database.select<EpisodeRecord>(R"( ORDER BY "timestamp" DESC, "id" DESC)" + limitClause(limit));
    });
}

QFuture<Result<std::vector<PatternRecord>>> SqliteStorage::patterns()
{
    return ask<std::vector<PatternRecord>>(
        [](SqliteDatabase &database) { return database.select<PatternRecord>(R"( ORDER BY "name", "id")"); });
}

QFuture<Result<std::vector<AgentStateRecord>>> SqliteStorage::agentStates(std::string agentId)
{
    return ask<std::vector<AgentStateRecord>>([agentId = std::move(agentId)](SqliteDatabase &database) {
        return database.select<AgentStateRecord>(R"( WHERE "agent_id" = ? ORDER BY "timestamp" DESC, "id" DESC)",
                                                 QString::fromStdString(agentId));
    });
}

QFuture<Result<std::vector<ProposalRecord>>> SqliteStorage::proposals(std::uint32_t limit)
{
    return ask<std::vector<ProposalRecord>>([limit](SqliteDatabase &database) {
        return database.select<ProposalRecord>(R"( ORDER BY "timestamp" DESC, "id" DESC)" + limitClause(limit));
    });
}

QFuture<Result<std::vector<QuorumVoteRecord>>> SqliteStorage::quorumVotes(std::string proposalId)
{
    return ask<std::vector<QuorumVoteRecord>>([proposalId = std::move(proposalId)](SqliteDatabase &database) {
        return database.select<QuorumVoteRecord>(R"( WHERE "proposal_id" = ? ORDER BY "timestamp", "id")",
                                                 QString::fromStdString(proposalId));
    });
}

QFuture<Result<void>> SqliteStorage::backup(std::string file)
{
    return ask<void>([file = std::move(file)](SqliteDatabase &database) { return database.backup(file); });
}

} // namespace coinswarm::storage
