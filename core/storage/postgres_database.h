// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storage/connection_watch.h"
#include "storage/postgres_connection.h"
#include "storage/postgres_copy.h"
#include "storage/sql_database.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace coinswarm::storage {

class SqliteDatabase;

/// A PostgreSQL schema behind a pool of connections: one writes, the others are read-only, opened when first needed and
/// used in turn. Where the server has no connection left for reading, the one that writes reads.
///
/// Writing sends one statement per table and batch. Many rows of a table whose rows are put once are copied (COPY), the
/// fastest way into the server; if one of them is there already, all are written in the other way, which is for few
/// rows and for the tables whose rows change: an upsert with an array for each column, prepared once.
/// Every call ends: the server's statement_timeout ends what is slow, and the watch what a frozen server never answers.
class PostgresDatabase final : public SqlDatabase
{
public:
    /// `watch` must outlive it.
    static Result<std::unique_ptr<PostgresDatabase>> open(const PostgresOptions &options, ConnectionWatch &watch);
    ~PostgresDatabase() override;

    std::optional<WriteError> write(const PutGroup *groups, std::size_t count) override;
    Result<void> backup(const std::string &file) override;
    Result<void> clearMemory() override;
    bool answers() override;
    std::string generation() const override { return m_generation; }

protected:
    void beginCall() override;
    void endCall() override;
    std::string name() const override { return postgresName(m_options); }
    QSqlDatabase &reader() override;
    void note(const QSqlError &error) override;
    Error failure(const std::string &what) const override;

private:
    PostgresDatabase(PostgresOptions options, ConnectionWatch &watch);

    Result<void> connect();
    Result<void> readGeneration();
    /// False, as if a foreign key were violated, if the session was never put.
    bool hasSession(const std::string &session);
    template <class Row>
    bool upsert(const std::string &session, const std::vector<const Row *> &rows);
    template <class Row>
    PostgresCopy::Outcome copy(const std::string &session, const std::vector<const Row *> &rows);
    template <class Row>
    bool writeTable(const std::string &session, const std::vector<const Row *> &rows);
    template <class Variant>
    bool writeRows(const PutGroup *groups, std::size_t count);
    bool writeSessions(const PutGroup *groups, std::size_t count);
    /// All rows of a table into `copy`, in pages; those of one session, if its rows belong to one.
    template <class Variant, class Row>
    Result<void> copyRows(SqliteDatabase &copy, const std::string &session);
    Result<void> copyTo(SqliteDatabase &copy);
    bool executeHere(const char *statement);
    void rollback();

    const PostgresOptions m_options;
    ConnectionWatch &m_watch;
    std::chrono::milliseconds m_callLimit;
    int m_calls = 0; ///< nested
    std::unique_ptr<PostgresConnection> m_writer;
    std::vector<std::unique_ptr<PostgresConnection>> m_readers;
    std::size_t m_turn = 0;
    bool m_pinned = false; ///< questions go to the writer: they belong to one transaction
    std::chrono::steady_clock::time_point m_lastAnswer;
    std::map<std::string_view, QSqlQuery> m_upserts; ///< prepared, by table
    std::optional<QSqlQuery> m_sessionQuery; ///< prepared
    std::string m_generation;
    std::string m_state; ///< SQLSTATE of the last failure
    std::string m_errorText;
    bool m_cut = false; ///< the watch has ended a call: no connection works any more
};

} // namespace coinswarm::storage
