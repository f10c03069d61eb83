// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storage/sql_database.h"

#include <map>
#include <memory>
#include <string>

namespace coinswarm::storage {

/// One SQLite connection and everything that is said to it, synchronously. Lives in one thread.
///
/// WAL, so that readers (another program, a backup) never stop the writer; synchronous = FULL, so that what flush()
/// reported survives a power cut, which costs one fsync per batch on a thread that nobody waits for.
class SqliteDatabase final : public SqlDatabase
{
public:
    static Result<std::unique_ptr<SqliteDatabase>> open(const std::string &file);
    ~SqliteDatabase() override;

    std::optional<WriteError> write(const PutGroup *groups, std::size_t count) override;
    Result<void> backup(const std::string &file) override;
    Result<void> clearMemory() override;

protected:
    std::string name() const override { return "the database " + m_file; }
    QSqlDatabase &reader() override { return m_database; }
    void note(const QSqlError &error) override;
    Error failure(const std::string &what) const override;

private:
    explicit SqliteDatabase(std::string file);

    Result<void> connect();
    template <class Row>
    bool upsert(const std::string &session, const Row &row);
    bool writeGroup(const PutGroup &group);
    bool executeHere(const char *statement) { return execute(m_database, QString::fromLatin1(statement)); }

    std::string m_file;
    QString m_connection;
    QSqlDatabase m_database;
    std::map<std::string_view, QSqlQuery> m_upserts; ///< prepared, by table
    int m_errorCode = 0; ///< SQLite's primary result code of the last failure
    std::string m_errorText;
};

} // namespace coinswarm::storage
