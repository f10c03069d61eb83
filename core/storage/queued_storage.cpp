// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/queued_storage.h"

#include <algorithm>
#include <iterator>

namespace coinswarm::storage {

QueuedStorage::QueuedStorage(StorageBackend backend, StorageOptions options)
    : m_backend(std::move(backend)), m_options(std::move(options)), m_delay(m_options.retryDelay)
{}

QueuedStorage::~QueuedStorage()
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

Result<void> QueuedStorage::open()
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

void QueuedStorage::run(QPromise<Result<void>> &opened)
{
    const Result<void> begun = begin();
    opened.addResult(begun);
    opened.finish();
    while (begun.ok() && (outage() ? passOutage() : work())) {
    }
    // QtSql wants a connection closed by the thread that opened it.
    m_database.reset();
}

Result<void> QueuedStorage::begin()
{
    if (!m_backend.bufferFolder.empty()) {
        Result<std::unique_ptr<OutageBuffer>> buffer =
            OutageBuffer::open(m_backend.bufferFolder, m_backend.bufferBytes);
        if (!buffer.ok()) {
            return buffer.error();
        }
        m_buffer = std::move(*buffer);
        noteBuffer();
    }
    return connect();
}

bool QueuedStorage::work()
{
    std::unique_lock lock(m_mutex);
    m_wake.wait(lock, [this] { return m_closing || !m_tasks.empty(); });
    if (m_tasks.empty()) {
        return false;
    }
    if (std::holds_alternative<Question>(m_tasks.front())) {
        lock.unlock();
        if (!m_database->answers()) {
            // The question stays in the queue until there is a connection again, or none to be had.
            disconnect(Error{ErrorKind::Unavailable, m_backend.name + " does not answer any more"});
            m_nextTry = std::chrono::steady_clock::now();
            return true;
        }
        lock.lock();
        const Question question = std::move(std::get<Question>(m_tasks.front()));
        m_tasks.pop_front();
        lock.unlock();
        question(m_database.get(), nullptr);
        return true;
    }
    const bool lastTry = m_closing;
    lock.unlock();
    if (!write(takeBatch()) && !m_buffer) {
        if (lastTry) {
            return false;
        }
        waitBeforeRetry();
    }
    return true;
}

std::vector<PutGroup> QueuedStorage::takeBatch()
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
    rememberSessions(batch);
    return batch;
}

bool QueuedStorage::write(std::vector<PutGroup> batch)
{
    auto failed = m_database->write(batch.data(), batch.size());
    if (!failed) {
        written(totalRows(batch));
        return true;
    }
    if (!failed->permanent) {
        putBack(std::move(batch), failed->error);
        return false;
    }
    // One bad record must not take the others with it: each group gets a transaction of its own.
    for (auto group = batch.begin(); group != batch.end(); ++group) {
        failed = m_database->write(&*group, 1);
        if (!failed) {
            written(group->size());
        } else if (failed->permanent) {
            unqueue(group->size());
            refuse(group->size(), failed->error);
        } else {
            putBack({std::make_move_iterator(group), std::make_move_iterator(batch.end())}, failed->error);
            return false;
        }
    }
    return true;
}

void QueuedStorage::unqueue(std::size_t rows)
{
    const std::lock_guard lock(m_mutex);
    m_queuedRows -= rows;
}

void QueuedStorage::written(std::size_t rows)
{
    unqueue(rows);
    m_failingSince.reset();
    m_delay = m_options.retryDelay;
    if (!m_buffer || m_buffer->empty()) {
        setHealth(StorageState::Working, {});
    }
}

void QueuedStorage::refuse(std::size_t rows, const Error &error)
{
    {
        const std::lock_guard lock(m_mutex);
        m_health.refused += rows;
    }
    setHealth(StorageState::Stopped, error.message);
}

void QueuedStorage::putBack(std::vector<PutGroup> batch, const Error &error)
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
        question(nullptr, &error);
    }
    if (m_buffer) {
        disconnect(error);
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    if (!m_failingSince) {
        m_failingSince = now;
    }
    setHealth(now - *m_failingSince >= m_options.stopAfter ? StorageState::Stopped : StorageState::Retrying,
              error.message);
}

void QueuedStorage::waitBeforeRetry()
{
    std::unique_lock lock(m_mutex);
    m_wake.wait_for(lock, m_delay, [this] { return m_closing; });
    m_delay = std::min(m_delay * 2, kLongestDelay);
}

void QueuedStorage::setHealth(StorageState state, const std::string &reason)
{
    {
        const std::lock_guard lock(m_mutex);
        const bool stays = m_health.state == StorageState::Stopped || m_health.state == state;
        if (stays && m_health.refused == m_reportedRefused && m_health.incomplete == m_reportedIncomplete) {
            return;
        }
        if (!stays) {
            m_health.state = state;
            m_health.reason = reason;
        }
        m_reportedRefused = m_health.refused;
        m_reportedIncomplete = m_health.incomplete;
    }
    if (m_options.onHealth) {
        m_options.onHealth(health());
    }
}

StorageHealth QueuedStorage::health() const
{
    const std::lock_guard lock(m_mutex);
    StorageHealth health = m_health;
    health.queued = m_queuedRows;
    const auto add = [&health](const std::string &sentence) {
        health.reason += (health.reason.empty() ? "" : ". ") + sentence;
    };
    if (health.buffered > 0) {
        add(std::to_string(health.buffered) + " records (" + std::to_string((health.bufferedBytes + 1023) / 1024)
            + " KiB) wait in " + m_backend.bufferFolder);
    }
    if (health.incomplete) {
        add(m_incompleteReason);
    }
    return health;
}

void QueuedStorage::enqueue(PutGroup group)
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
              "the queue of " + m_backend.name + " is full (" + std::to_string(m_options.queueLimit)
                  + " records wait); see why it does not keep up, then start again");
}

} // namespace coinswarm::storage
