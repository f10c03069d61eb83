// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storage/storage.h"

#include <QtSql/QSqlDatabase>
#include <QtSql/QSqlQuery>

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace coinswarm::storage {

/// Rows that were put together.
struct PutGroup {
    std::string session; ///< of session rows
    std::variant<SessionRecord, std::vector<SessionRow>, std::vector<MemoryRow>> rows;

    std::size_t size() const;
};

/// One SQLite connection and everything that is said to it, synchronously. Lives in one thread.
///
/// WAL, so that readers (another program, a backup) never stop the writer; synchronous = FULL, so that what flush()
/// reported survives a power cut, which costs one fsync per batch on a thread that nobody waits for.
class SqliteDatabase
{
public:
    static Result<std::unique_ptr<SqliteDatabase>> open(const std::string &file);
    ~SqliteDatabase();

    /// All groups in one transaction, or none. `permanent` tells a failure that trying again cannot mend (a record
    /// that the schema does not take) from one of the machine (disk, lock).
    struct WriteError {
        Error error;
        bool permanent = false;
    };
    std::optional<WriteError> write(const PutGroup *groups, std::size_t count);

    template <class Row>
    Result<std::vector<Row>> rows(const RowQuery &query);
    /// All rows of a table, `tail` is what follows FROM, with `value` bound to its placeholder if it is not empty.
    template <class Row>
    Result<std::vector<Row>> select(const std::string &tail, const QVariant &value = {});
    Result<std::string> explanation(const std::string &session, OrderId order);
    Result<SessionTotals> totals(const std::string &session);
    Result<std::map<std::string, std::uint64_t>> counts(const std::string &session);
    Result<void> backup(const std::string &file);

private:
    explicit SqliteDatabase(std::string file);
    Q_DISABLE_COPY_MOVE(SqliteDatabase)

    Result<void> connect();
    template <class Row>
    bool upsert(const std::string &session, const Row &row);
    bool writeGroup(const PutGroup &group);
    bool run(QSqlQuery &query);
    bool execute(const QString &statement);
    /// What went wrong last, as a sentence.
    Error failure(const std::string &what) const;

    std::string m_file;
    QString m_connection;
    QSqlDatabase m_database;
    std::map<std::string_view, QSqlQuery> m_upserts; ///< prepared, by table
    int m_errorCode = 0; ///< SQLite's primary result code of the last failure
    std::string m_errorText;
};

} // namespace coinswarm::storage
