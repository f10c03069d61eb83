// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/projection/database_feed.h"

#include "memory/projection/memory_projection.h"

#include <QtCore/QSaveFile>
#include <QtCore/QString>

#include <fstream>

namespace coinswarm::memory {

namespace {

constexpr std::chrono::milliseconds kBetweenLooks{50}; ///< at a full queue, or at the end of the log
constexpr std::chrono::milliseconds kBetweenTrials{5'000}; ///< at a log that cannot be read

} // namespace

DatabaseFeed::DatabaseFeed(Options options) : m_options(std::move(options)), m_done(readMark()), m_marked(m_done) {}

DatabaseFeed::~DatabaseFeed()
{
    detach();
}

quorum::Slot DatabaseFeed::readMark() const
{
    std::ifstream file(m_options.mark);
    quorum::Slot slot = 0;
    std::string database;
    file >> slot;
    file.ignore();
    std::getline(file, database);
    return file && database == m_options.database ? slot : 0;
}

void DatabaseFeed::beginBehind(quorum::Slot slot)
{
    const std::lock_guard lock(m_mutex);
    m_latest = std::max(m_latest, slot);
}

void DatabaseFeed::add(quorum::Slot slot, const std::function<Rows()> &rows)
{
    const std::lock_guard lock(m_mutex);
    m_latest = std::max(m_latest, slot);
    if (slot <= m_done) {
        return;
    }
    if (m_live && slot == m_done + 1 && hasRoom()) {
        put(slot, rows());
        return;
    }
    m_live = false;
    if (m_dueRows >= m_options.mostWaiting) {
        // The log has them.
        m_due.clear();
        m_dueRows = 0;
    }
    m_due.push_back({slot, rows()});
    m_dueRows += m_due.back().rows.size();
    m_wake.notify_one();
}

void DatabaseFeed::attach(storage::Storage &database)
{
    detach();
    const std::lock_guard lock(m_mutex);
    m_database = &database;
    m_refused = database.health().refused;
    m_stopping = false;
    m_thread = std::thread([this] { run(); });
}

void DatabaseFeed::detach()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_one();
    if (m_thread.joinable()) {
        m_thread.join();
    }
    const std::lock_guard lock(m_mutex);
    m_database = nullptr;
    m_live = false;
}

bool DatabaseFeed::isBehind() const
{
    const std::lock_guard lock(m_mutex);
    return m_database != nullptr && m_done < m_latest;
}

std::string DatabaseFeed::trouble() const
{
    const std::lock_guard lock(m_mutex);
    return m_trouble;
}

void DatabaseFeed::run()
{
    {
        const Result<std::vector<storage::ProposalRecord>> any = m_database->proposals(1).result();
        const std::lock_guard lock(m_mutex);
        // Emptied since, or the mark belongs to a log that was longer: then nothing is known of it.
        if ((any && any->empty()) || m_done > m_latest) {
            m_done = m_marked = 0;
        }
    }
    std::optional<AuditFold> fold;
    auto nextMark = std::chrono::steady_clock::now() + m_options.markEvery;
    bool refilling = false;
    for (bool stopping = false; !stopping;) {
        if (m_database->health().incomplete && !refilling) {
            const std::lock_guard lock(m_mutex);
            m_done = m_marked = 0;
            m_live = false;
            refilling = true;
        }
        if (handOver()) {
            fold.reset();
            refilling = refilling && !(m_database->flush().result() && m_database->confirmComplete().result());
            stopping = pause(m_options.markEvery, true);
        } else if (hasRoom()) {
            readLog(fold);
            stopping = pause(std::chrono::milliseconds(0));
        } else {
            stopping = pause(kBetweenLooks);
        }
        if (stopping || std::chrono::steady_clock::now() >= nextMark) {
            markNow();
            nextMark = std::chrono::steady_clock::now() + m_options.markEvery;
        }
    }
}

bool DatabaseFeed::handOver()
{
    const std::lock_guard lock(m_mutex);
    while (!m_due.empty() && m_due.front().slot <= m_done + 1) {
        if (m_due.front().slot > m_done && !hasRoom()) {
            return false;
        }
        m_dueRows -= m_due.front().rows.size();
        if (m_due.front().slot > m_done) {
            put(m_due.front().slot, std::move(m_due.front().rows));
        }
        m_due.pop_front();
    }
    m_live = m_done >= m_latest;
    return m_live;
}

void DatabaseFeed::readLog(std::optional<AuditFold> &fold)
{
    const auto failed = [this, &fold](const Error &error) {
        {
            const std::lock_guard lock(m_mutex);
            m_trouble = error.message;
        }
        fold.reset();
        pause(kBetweenTrials);
    };
    if (!fold) {
        Result<audit::AuditReader> reader = audit::AuditReader::open(m_options.log);
        if (!reader) {
            failed(reader.error());
            return;
        }
        fold.emplace(std::move(*reader));
    }
    for (;;) {
        {
            const std::lock_guard lock(m_mutex);
            const bool reached = !m_due.empty() && m_due.front().slot <= m_done + 1;
            if (m_stopping || reached || m_done >= m_latest || !hasRoom()) {
                return;
            }
        }
        Result<std::optional<AuditFold::Step>> step = fold->next();
        if (!step) {
            failed(step.error());
            return;
        }
        if (!step->has_value()) {
            fold->lookAgain();
            pause(kBetweenLooks);
            return;
        }
        const quorum::Slot slot = (*step)->final.decided.certificate.body.slot;
        const std::lock_guard lock(m_mutex);
        m_trouble.clear();
        if (slot == m_done + 1) {
            put(slot, MemoryProjection::rowsOf((*step)->final, *(*step)->epoch, (*step)->changes, fold->state()));
        }
    }
}

void DatabaseFeed::put(quorum::Slot slot, Rows rows)
{
    m_database->putMemory(std::move(rows));
    m_done = slot;
}

bool DatabaseFeed::hasRoom() const
{
    return m_database->health().queued < m_options.mostWaiting;
}

void DatabaseFeed::markNow()
{
    quorum::Slot done = 0;
    {
        const std::lock_guard lock(m_mutex);
        done = m_done;
    }
    if (done == m_marked || !m_database->flush().result() || m_database->health().refused != m_refused) {
        return;
    }
    const std::string text = std::to_string(done) + " " + m_options.database + "\n";
    QSaveFile file(QString::fromStdString(m_options.mark.string()));
    if (file.open(QIODevice::WriteOnly) && file.write(text.data(), static_cast<qint64>(text.size())) >= 0
        && file.commit()) {
        m_marked = done;
    }
}

bool DatabaseFeed::pause(std::chrono::milliseconds time, bool untilDue)
{
    std::unique_lock lock(m_mutex);
    m_wake.wait_for(lock, time, [&] { return m_stopping || (untilDue && !m_due.empty()); });
    return m_stopping;
}

} // namespace coinswarm::memory
