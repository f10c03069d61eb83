// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/queued_storage.h"

#include <QtCore/QFile>
#include <QtCore/QSaveFile>

#include <algorithm>
#include <iterator>

namespace coinswarm::storage {

// A server that is away, and a database that is not the one of before.

namespace {

/// A store that is being closed goes on writing its buffer for so long; the rest is written at the next start.
constexpr std::chrono::seconds kLastMinute{5};

QString generationFile(const std::string &folder)
{
    return QString::fromStdString(folder + "/database.generation");
}

std::string readGeneration(const std::string &folder)
{
    QFile file(generationFile(folder));
    return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed().toStdString() : std::string();
}

} // namespace

Result<void> QueuedStorage::connect()
{
    Result<std::unique_ptr<SqlDatabase>> database = m_backend.connect();
    if (database.ok()) {
        m_database = std::move(*database);
        noteGeneration();
        return {};
    }
    // A server that has never been reached is more likely misspelt than away.
    const bool known = m_buffer && !readGeneration(m_backend.bufferFolder).empty();
    if (!known || database.error().kind == ErrorKind::Refused) {
        return database.error();
    }
    disconnect(database.error());
    return {};
}

void QueuedStorage::disconnect(const Error &error)
{
    m_database.reset();
    m_outageReason = error;
    m_nextTry = std::chrono::steady_clock::now() + m_delay;
    m_delay = std::min(m_delay * 2, kLongestDelay);
    setHealth(StorageState::Retrying, error.message);
}

void QueuedStorage::noteGeneration()
{
    if (!m_buffer) {
        return;
    }
    const std::string known = readGeneration(m_backend.bufferFolder);
    if (known.empty()) {
        const Result<void> remembered = rememberGeneration();
        if (!remembered.ok()) {
            setHealth(StorageState::Stopped, remembered.error().message);
        }
        return;
    }
    if (known == m_database->generation()) {
        return;
    }
    {
        const std::lock_guard lock(m_mutex);
        m_health.incomplete = true;
        m_incompleteReason = m_backend.name
            + " is not the one that was written before: it was emptied, replaced or restored. New rows are taken; the "
              "memory's are read from its audit log again, by a running engine or by coinswarm-cli memory rebuild";
    }
    // Rows need their session, which an emptied database does not have.
    std::vector<PutGroup> sessions;
    for (const auto &[name, record] : m_sessions) {
        sessions.push_back(PutGroup{{}, record});
    }
    if (const auto failed = sessions.empty() ? std::nullopt : m_database->write(sessions.data(), sessions.size())) {
        disconnect(failed->error);
    }
}

Result<void> QueuedStorage::rememberGeneration()
{
    if (!m_buffer) {
        return {};
    }
    QSaveFile file(generationFile(m_backend.bufferFolder));
    const QByteArray generation = QByteArray::fromStdString(m_database->generation()) + '\n';
    if (!file.open(QIODevice::WriteOnly) || file.write(generation) != generation.size() || !file.commit()) {
        return Error{ErrorKind::Environment,
                     "which database was written cannot be kept in " + file.fileName().toStdString() + ": "
                         + file.errorString().toStdString()};
    }
    {
        const std::lock_guard lock(m_mutex);
        m_health.incomplete = false;
        m_incompleteReason.clear();
    }
    return {};
}

bool QueuedStorage::passOutage()
{
    // After a connection that merely broke, questions wait for the first attempt to make another.
    if (!m_database && !m_bufferBlocked && std::chrono::steady_clock::now() < m_nextTry) {
        m_bufferBlocked = !keepQueue(true);
    }
    bool closing = false;
    {
        std::unique_lock lock(m_mutex);
        if (!m_database) {
            m_wake.wait_until(lock, m_nextTry, [this] { return m_closing || (!m_bufferBlocked && !m_tasks.empty()); });
        }
        closing = m_closing;
        if (!closing && !m_database && std::chrono::steady_clock::now() < m_nextTry) {
            return true;
        }
    }
    if (!m_database) {
        if (closing) {
            keepQueue(true);
            return false;
        }
        m_bufferBlocked = false;
        Result<std::unique_ptr<SqlDatabase>> database = m_backend.connect();
        if (!database.ok()) {
            disconnect(database.error());
            return true;
        }
        m_database = std::move(*database);
        noteGeneration();
    }
    const auto begun = std::chrono::steady_clock::now();
    while (m_database && !m_buffer->empty() && drainSome()) {
        std::unique_lock lock(m_mutex);
        const bool crowded = m_queuedRows > m_options.queueLimit / 2;
        closing = m_closing;
        lock.unlock();
        if (closing && std::chrono::steady_clock::now() - begun > kLastMinute) {
            keepQueue(true);
            return false;
        }
        if (crowded) {
            keepQueue(false);
        }
    }
    if (m_database && m_buffer->empty()) {
        m_delay = m_options.retryDelay;
        setHealth(StorageState::Working, {});
    }
    return true;
}

bool QueuedStorage::keepQueue(bool answerQuestions)
{
    std::vector<PutGroup> groups;
    std::vector<Question> questions;
    {
        const std::lock_guard lock(m_mutex);
        std::deque<Task> rest;
        for (Task &task : m_tasks) {
            if (auto *group = std::get_if<PutGroup>(&task)) {
                groups.push_back(std::move(*group));
            } else if (answerQuestions) {
                questions.push_back(std::move(std::get<Question>(task)));
            } else {
                rest.push_back(std::move(task));
            }
        }
        m_tasks = std::move(rest);
    }
    for (const Question &question : questions) {
        question(nullptr, &m_outageReason);
    }
    if (groups.empty()) {
        return true;
    }
    rememberSessions(groups);
    std::size_t kept = 0;
    Result<void> taken = keepGroups(groups.data(), groups.size());
    if (taken.ok()) {
        kept = groups.size();
    } else {
        // As many as there is room for; what a disk refuses as a whole it may still take in parts.
        while (kept < groups.size() && (taken = keepGroups(&groups[kept], 1)).ok()) {
            ++kept;
        }
    }
    const auto rest = groups.begin() + static_cast<std::ptrdiff_t>(kept);
    std::size_t rows = 0;
    for (auto group = groups.begin(); group != rest; ++group) {
        rows += group->size();
    }
    {
        const std::lock_guard lock(m_mutex);
        m_queuedRows -= rows;
        // Ahead of what was put meanwhile; the queue's limit is the last that bounds them.
        m_tasks.insert(m_tasks.begin(), std::make_move_iterator(rest), std::make_move_iterator(groups.end()));
    }
    noteBuffer();
    if (!taken.ok()) {
        setHealth(StorageState::Stopped, taken.error().message);
    }
    return taken.ok();
}

Result<void> QueuedStorage::keepGroups(const PutGroup *groups, std::size_t count)
{
    if (!m_buffer->empty()) {
        return m_buffer->append(groups, count);
    }
    // An emptied database would refuse the rows without their sessions, also if this process does not live to see it.
    std::vector<PutGroup> all;
    for (const auto &[name, record] : m_sessions) {
        all.push_back(PutGroup{{}, record});
    }
    all.insert(all.end(), groups, groups + count);
    return m_buffer->append(all.data(), all.size());
}

bool QueuedStorage::drainSome()
{
    const Result<std::vector<PutGroup>> groups = m_buffer->front(m_options.batchSize);
    if (!groups.ok()) {
        // The journal has them too; but nobody may believe that the database does.
        setHealth(StorageState::Stopped, groups.error().message);
        disconnect(groups.error());
        return false;
    }
    rememberSessions(*groups);
    auto failed = m_database->write(groups->data(), groups->size());
    if (failed && failed->permanent) {
        // One bad record must not take the others with it.
        failed.reset();
        for (const PutGroup &group : *groups) {
            auto alone = m_database->write(&group, 1);
            if (alone && alone->permanent) {
                refuse(group.size(), alone->error);
            } else if (alone) {
                failed = std::move(alone);
                break;
            }
        }
    }
    if (failed) {
        disconnect(failed->error);
        return false;
    }
    m_buffer->pop();
    noteBuffer();
    return true;
}

void QueuedStorage::rememberSessions(const std::vector<PutGroup> &groups)
{
    for (const PutGroup &group : groups) {
        if (const auto *session = std::get_if<SessionRecord>(&group.rows); session != nullptr && m_buffer) {
            m_sessions[session->session] = *session;
        }
    }
}

void QueuedStorage::noteBuffer()
{
    const std::lock_guard lock(m_mutex);
    m_health.buffered = m_buffer->rows();
    m_health.bufferedBytes = m_buffer->bytes();
}

} // namespace coinswarm::storage
