// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/memory_replacement.h"

#include "storage/sql_statements.h"

#include <QtCore/QUuid>
#include <QtSql/QSqlDatabase>
#include <QtSql/QSqlError>

#include <type_traits>

namespace coinswarm::storage {

namespace {

/// A connection of its own with a transaction that is rolled back unless it was committed.
class Replacement
{
public:
    explicit Replacement(const std::string &file)
        : m_file(file),
          m_name(QUuid::createUuid().toString()),
          m_database(QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name))
    {
        m_database.setDatabaseName(QString::fromStdString(file));
        m_database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=5000"));
    }
    ~Replacement()
    {
        m_upserts.clear();
        if (m_database.isOpen()) {
            m_database.rollback();
            m_database.close();
        }
        m_database = QSqlDatabase();
        QSqlDatabase::removeDatabase(m_name);
    }
    Q_DISABLE_COPY_MOVE(Replacement)

    Result<std::uint64_t> fill(const std::function<Result<std::vector<MemoryRow>>()> &next)
    {
        // IMMEDIATE: another writer is found out now, not after an hour of work.
        bool good = m_database.open() && execute(QStringLiteral("PRAGMA foreign_keys = ON"))
            && execute(QStringLiteral("BEGIN IMMEDIATE")) && clear();
        std::uint64_t count = 0;
        while (good) {
            const Result<std::vector<MemoryRow>> rows = next();
            if (!rows) {
                execute(QStringLiteral("ROLLBACK"));
                return rows.error();
            }
            if (rows->empty()) {
                if (execute(QStringLiteral("COMMIT"))) {
                    return count;
                }
                break;
            }
            for (const MemoryRow &row : *rows) {
                good = good && std::visit([this](const auto &one) { return put(one); }, row);
            }
            count += rows->size();
        }
        execute(QStringLiteral("ROLLBACK"));
        return Error{ErrorKind::Environment,
                     "The memory in " + m_file + " was not replaced, and is as it was: " + m_failure
                         + ". Is another program writing to it, or the disk full?"};
    }

private:
    bool clear()
    {
        // Votes before the proposals that they refer to.
        for (const std::string_view table :
             {Table<QuorumVoteRecord>::name, Table<ProposalRecord>::name, Table<AgentStateRecord>::name,
              Table<PatternRecord>::name, Table<EpisodeRecord>::name})
        {
            if (!execute(QString::fromStdString("DELETE FROM " + quotedName(table)))) {
                return false;
            }
        }
        return true;
    }

    template <class Row>
    bool put(const Row &row)
    {
        auto found = m_upserts.find(Table<Row>::name);
        if (found == m_upserts.end()) {
            found = m_upserts.emplace(Table<Row>::name, QSqlQuery(m_database)).first;
            if (!found->second.prepare(QString::fromStdString(upsertStatement<Row>()))) {
                return note(found->second);
            }
        }
        bindRow(found->second, row, 0);
        return found->second.exec() || note(found->second);
    }

    bool execute(const QString &statement)
    {
        QSqlQuery query(m_database);
        return query.exec(statement) || note(query);
    }

    bool note(const QSqlQuery &query)
    {
        if (m_failure.empty()) {
            m_failure = query.lastError().text().toStdString();
        }
        return false;
    }

    std::string m_file;
    QString m_name;
    QSqlDatabase m_database;
    std::map<std::string_view, QSqlQuery> m_upserts;
    std::string m_failure;
};

} // namespace

Result<std::uint64_t> replaceMemory(const std::string &file,
                                    const std::function<Result<std::vector<MemoryRow>>()> &next)
{
    {
        // Makes and migrates it.
        const Result<std::unique_ptr<Storage>> storage = openSqliteStorage(file);
        if (!storage) {
            return storage.error();
        }
    }
    return Replacement(file).fill(next);
}

} // namespace coinswarm::storage
