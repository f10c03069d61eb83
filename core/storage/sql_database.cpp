// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/sql_database.h"

#include "storage/sql_statements.h"

#include <QtSql/QSqlError>

#include <algorithm>

namespace coinswarm::storage {

bool SqlDatabase::prepare(QSqlQuery &query, const std::string &statement)
{
    if (query.prepare(QString::fromStdString(statement))) {
        return true;
    }
    note(query.lastError());
    return false;
}

bool SqlDatabase::run(QSqlQuery &query)
{
    if (query.exec()) {
        return true;
    }
    note(query.lastError());
    return false;
}

bool SqlDatabase::execute(QSqlDatabase &connection, const QString &statement)
{
    QSqlQuery query(connection);
    if (query.exec(statement)) {
        return true;
    }
    note(query.lastError());
    return false;
}

bool SqlDatabase::deleteMemory(QSqlDatabase &connection)
{
    std::vector<std::string> tables;
    const auto collect = [&tables]<class... Rows>(const std::variant<Rows...> *) {
        (tables.emplace_back(Table<Rows>::name), ...);
    };
    collect(static_cast<const MemoryRow *>(nullptr));
    return std::all_of(tables.rbegin(), tables.rend(), [&](const std::string &table) {
        return execute(connection, QString::fromStdString("DELETE FROM " + quotedName(table)));
    });
}

} // namespace coinswarm::storage
