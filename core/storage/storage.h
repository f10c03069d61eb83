// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storage/models.h"

#include <coinswarm/result.h>

#include <QtCore/QFuture>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace coinswarm::storage {

/// Which rows of a session are wanted. Pages: ask again with `afterId` = the last id of the page before.
struct RowQuery {
    std::string session; ///< required
    std::optional<InstrumentId> instrument; ///< ignored where rows have none
    std::optional<Side> side; ///< the same
    std::optional<Timestamp> from; ///< inclusive
    std::optional<Timestamp> to; ///< exclusive
    std::uint64_t afterId = 0; ///< ids beyond this one in the chosen direction; 0 starts at the beginning
    bool newestFirst = false;
    std::uint32_t limit = 1'000; ///< at most 10,000
};

/// A session in numbers, computed by the database.
struct SessionTotals {
    std::uint64_t orders = 0;
    std::uint64_t fills = 0;
    std::uint64_t roundTrips = 0;
    std::uint64_t wins = 0; ///< round trips with pnl > 0
    Money pnl; ///< Σ over round trips, net of fees
    Money fees; ///< Σ over fills
    Money turnover; ///< Σ notional over fills
    bool operator==(const SessionTotals &) const = default;
};

enum class StorageState : unsigned char {
    Working,
    Retrying, ///< the last batch failed; everything is kept, in the queue or in the outage buffer, and tried again
    Stopped, ///< a record could not be taken or kept; stays so until the program starts again
};

struct StorageHealth {
    StorageState state = StorageState::Working;
    std::string reason; ///< empty when working and complete; else a sentence: what, where, what to do
    std::uint64_t queued = 0; ///< records in memory that are not in the database yet
    std::uint64_t buffered = 0; ///< records in the outage buffer on disk, until the server takes them
    std::uint64_t bufferedBytes = 0;
    std::uint64_t refused = 0; ///< records that were not taken (queue full) or that the database will never take
    /// The database is not the one that was written before: restored, replaced or emptied. It takes what is put now,
    /// but the rows of before are missing until it is rebuilt, see confirmComplete().
    bool incomplete = false;
};

/// The relational store: what people ask about after the fact. It is a projection; the journal is the record.
///
/// Thread: every function may be called from any thread and returns at once; one thread named "storage" does the work
/// in the order of the calls. Values go in, futures come out; no database handle leaves it.
/// Writing: put() is an upsert by (session, id), so that a batch may be put again after a restart. Records wait in a
/// bounded queue and are written many to a transaction; rows of one put() are written together or not at all. A batch that fails stays in the queue and is tried again;
/// health says Retrying. When the queue is full, or failure has lasted for the configured time, health says Stopped:
/// the engine must stop trading, because what it does would go unrecorded. A store on a server has a buffer on disk
/// besides: it stops when that is full or cannot be written, however long the server is away.
/// Reading: a query sees everything that was put before it, or fails with an error that says why it cannot.
/// End: the destructor writes what is queued, if the database takes it, and waits for the thread.
class Storage
{
public:
    virtual ~Storage();

    /// A session must be put before its rows. Putting it again updates it.
    virtual void putSession(SessionRecord session) = 0;
    virtual void put(std::string session, std::vector<SessionRow> rows) = 0;
    virtual void putMemory(std::vector<MemoryRow> rows) = 0;
    /// Finishes when everything that was put before is on disk, or with the reason why it is not.
    virtual QFuture<Result<void>> flush() = 0;

    virtual QFuture<Result<std::vector<SessionRecord>>> sessions() = 0; ///< newest first
    virtual QFuture<Result<std::vector<Order>>> orders(RowQuery query) = 0;
    virtual QFuture<Result<std::vector<Fill>>> fills(RowQuery query) = 0;
    virtual QFuture<Result<std::vector<RoundTrip>>> roundTrips(RowQuery query) = 0;
    virtual QFuture<Result<std::vector<Regime>>> regimes(RowQuery query) = 0;
    virtual QFuture<Result<std::vector<Decision>>> decisions(RowQuery query) = 0;
    virtual QFuture<Result<std::vector<api::Approval>>> approvals(RowQuery query) = 0;
    virtual QFuture<Result<std::vector<AlertRecord>>> alerts(RowQuery query) = 0;
    /// The JSON document; NotFound if the order has none. An empty session searches the newest that has it.
    virtual QFuture<Result<std::string>> explanation(std::string session, OrderId order) = 0;
    virtual QFuture<Result<SessionTotals>> totals(std::string session) = 0;
    /// Rows per table; all sessions if `session` is empty.
    virtual QFuture<Result<std::map<std::string, std::uint64_t>>> counts(std::string session) = 0;

    virtual QFuture<Result<std::vector<EpisodeRecord>>> episodes(std::uint32_t limit) = 0; ///< newest first
    virtual QFuture<Result<std::vector<PatternRecord>>> patterns() = 0; ///< by name
    virtual QFuture<Result<std::vector<AgentStateRecord>>> agentStates(std::string agentId) = 0; ///< newest first
    virtual QFuture<Result<std::vector<ProposalRecord>>> proposals(std::uint32_t limit) = 0; ///< newest first
    virtual QFuture<Result<std::vector<QuorumVoteRecord>>> quorumVotes(std::string proposalId) = 0; ///< by time

    /// A consistent copy of the whole store in a new file, while it is in use.
    virtual QFuture<Result<void>> backup(std::string file) = 0;

    /// Empties the tables of the swarm's memory (episodes, patterns, agent states, proposals, votes), all or none, so
    /// that they can be put again from the log. rebuildMemory() does both.
    virtual QFuture<Result<void>> clearMemory() = 0;
    /// Says that everything which was put before is in the database again: it no longer counts as incomplete.
    virtual QFuture<Result<void>> confirmComplete() = 0;

    virtual StorageHealth health() const = 0;
};

struct StorageOptions {
    std::size_t queueLimit = 200'000; ///< records; beyond it put() refuses and the state is Stopped
    std::size_t batchSize = 2'000; ///< a transaction takes no further put() once it has this many records
    std::chrono::milliseconds retryDelay{250}; ///< after the first failure; doubles up to 5 s
    std::chrono::milliseconds stopAfter{10'000}; ///< of uninterrupted failure
    /// Called whenever `state`, `refused` or `incomplete` changes, in the storage thread or in that of put(). Must return soon, and
    /// must not call the storage.
    std::function<void(const StorageHealth &)> onHealth;
};

/// Opens (and makes, and migrates) the SQLite database `file`. Its folder must exist. Environment errors say what to
/// do; Refused if a newer version of the program wrote the database. Returns after the migration.
Result<std::unique_ptr<Storage>> openSqliteStorage(const std::string &file, StorageOptions options = {});

} // namespace coinswarm::storage
