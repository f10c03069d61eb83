// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/projection/audit_fold.h"
#include "storage/storage.h"

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>
#include <thread>

namespace coinswarm::memory {

/// Brings every slot's rows into a database, in order and without a hole. What came before the database was there, or was
/// more than it could take, is read from the audit log; how far the database has everything on disk is kept in a file,
/// so that a crash of either leaves no hole. An emptied database, or another one, is filled from the start and then
/// confirmed to be complete.
///
/// Thread: any.
class DatabaseFeed
{
public:
    using Rows = std::vector<storage::MemoryRow>;

    struct Options {
        std::filesystem::path log;
        std::filesystem::path mark; ///< the file that says how far the database is; made when there is something to say
        std::string database; ///< which one it is
        std::size_t mostWaiting = 50'000; ///< rows, here and in the database's queue
        std::chrono::milliseconds markEvery{5'000};
    };

    explicit DatabaseFeed(Options options);
    ~DatabaseFeed();

    /// The memory is at `slot`, whose rows and those before it will not be added.
    void beginBehind(quorum::Slot slot);
    /// Slots come in order. `rows` is called at once or never.
    void add(quorum::Slot slot, const std::function<Rows()> &rows);
    /// From now on into this database, until detach().
    void attach(storage::Storage &database);
    /// Returns when the database has what it was given, or has said why not.
    void detach();

    /// The database lacks slots, which are on their way.
    bool isBehind() const;
    /// Why what it lacks cannot be read; empty if it can.
    std::string trouble() const;

private:
    struct Due {
        quorum::Slot slot = 0;
        Rows rows;
    };
    quorum::Slot readMark() const;
    void run();
    /// Hands over what waits if that goes on where the database ends; whether the database has everything.
    bool handOver();
    /// Hands over the log's slots up to those that wait.
    void readLog(std::optional<AuditFold> &fold);
    void put(quorum::Slot slot, Rows rows);
    bool hasRoom() const;
    void markNow();
    /// Until the time is over, or there is something to do (`untilDue`); whether the feed is to stop.
    bool pause(std::chrono::milliseconds time, bool untilDue = false);

    const Options m_options;
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    storage::Storage *m_database = nullptr;
    quorum::Slot m_latest = 0; ///< of the memory
    quorum::Slot m_done = 0; ///< the last that was handed to the database
    quorum::Slot m_marked = 0; ///< the last that it is known to have on disk
    std::uint64_t m_refused = 0; ///< rows of anybody, when the database was attached
    bool m_live = false; ///< rows go straight to the database
    bool m_stopping = false;
    std::deque<Due> m_due;
    std::size_t m_dueRows = 0;
    std::string m_trouble;
    std::thread m_thread;
};

} // namespace coinswarm::memory
