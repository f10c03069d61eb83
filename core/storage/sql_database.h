// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storage/put_group.h"
#include "storage/storage.h"

#include <QtCore/QVariant>
#include <QtSql/QSqlDatabase>
#include <QtSql/QSqlQuery>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace coinswarm::storage {

/// A database and everything that is said to it, synchronously. Reading is the same for all of them; what differs by
/// dialect is virtual. Lives in one thread, and its connections too.
class SqlDatabase
{
public:
    virtual ~SqlDatabase() = default;

    /// What a failed write was about. `permanent` tells a failure that trying again cannot mend (a record that the
    /// schema does not take) from one of the machine or the server.
    struct WriteError {
        Error error;
        bool permanent = false;
    };

    /// All groups in one transaction, or none.
    virtual std::optional<WriteError> write(const PutGroup *groups, std::size_t count) = 0;
    /// A consistent copy of everything in a new SQLite file.
    virtual Result<void> backup(const std::string &file) = 0;
    /// Empties the tables of the swarm's memory, in one transaction.
    virtual Result<void> clearMemory() = 0;
    /// Whether it still answers. Asked before questions, so that a server that has gone is noticed.
    virtual bool answers() { return true; }
    /// An identity that is made with the schema: another one means that this is not the database of before.
    virtual std::string generation() const { return {}; }

    template <class Row>
    Result<std::vector<Row>> rows(const RowQuery &query);
    /// All rows of a table, `tail` is what follows FROM, with `value` bound to its placeholder if it is not empty.
    template <class Row>
    Result<std::vector<Row>> select(const std::string &tail, const QVariant &value = {});
    Result<std::string> explanation(const std::string &session, OrderId order);
    Result<SessionTotals> totals(const std::string &session);
    Result<std::map<std::string, std::uint64_t>> counts(const std::string &session);

protected:
    /// Around everything that waits for the database, statements' destructors included.
    class Call
    {
    public:
        explicit Call(SqlDatabase &database) : m_database(database) { m_database.beginCall(); }
        ~Call() { m_database.endCall(); }
        Q_DISABLE_COPY_MOVE(Call)

    private:
        SqlDatabase &m_database;
    };

    SqlDatabase() = default;
    Q_DISABLE_COPY_MOVE(SqlDatabase)

    virtual void beginCall() {}
    virtual void endCall() {}
    /// "the database FILE"
    virtual std::string name() const = 0;
    /// The connection for a question.
    virtual QSqlDatabase &reader() = 0;
    /// Keeps what went wrong for failure().
    virtual void note(const QSqlError &error) = 0;
    /// What went wrong last, as a sentence about the database. `what` is "cannot be read".
    virtual Error failure(const std::string &what) const = 0;

    bool prepare(QSqlQuery &query, const std::string &statement);
    bool run(QSqlQuery &query);
    bool execute(QSqlDatabase &connection, const QString &statement);
    /// DELETE of every row of the memory's tables, those that refer to others first. Call it in a transaction.
    bool deleteMemory(QSqlDatabase &connection);
};

} // namespace coinswarm::storage
