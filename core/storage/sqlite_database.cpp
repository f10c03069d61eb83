// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/sqlite_database.h"

#include "storage/migrations.h"
#include "storage/sql_row.h"
#include "storage/sql_statements.h"
#include "storage/sqlite_error.h"

#include <QtCore/QFile>
#include <QtCore/QUuid>
#include <QtSql/QSqlError>

#include <algorithm>

namespace coinswarm::storage {

SqliteDatabase::SqliteDatabase(std::string file)
    : m_file(std::move(file)), m_connection(QUuid::createUuid().toString(QUuid::WithoutBraces))
{}

SqliteDatabase::~SqliteDatabase()
{
    // QtSql wants statements gone before their connection, and the connection's handle gone before its name.
    m_upserts.clear();
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_connection);
}

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(const std::string &file)
{
    std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(file));
    const Result<void> connected = database->connect();
    if (!connected.ok()) {
        return connected.error();
    }
    return database;
}

Result<void> SqliteDatabase::connect()
{
    const QString file = QString::fromStdString(m_file);
    const bool isNew = !QFile::exists(file);
    m_database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_connection);
    if (!m_database.isValid()) {
        return Error{
            ErrorKind::Environment,
            "Qt's SQLite driver is missing; install the package libqt6sql6-sqlite (or your system's equivalent)"};
    }
    m_database.setDatabaseName(file);
    m_database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=5000"));
    if (!m_database.open()) {
        note(m_database.lastError());
        return failure("cannot be opened");
    }
    // Who trades what is nobody else's business.
    if (isNew && !QFile::setPermissions(file, QFileDevice::ReadOwner | QFileDevice::WriteOwner)) {
        return Error{ErrorKind::Environment, "the permissions of the database " + m_file + " cannot be set"};
    }
    for (const char *pragma : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON"}) {
        if (!executeHere(pragma)) {
            return failure("cannot be opened");
        }
    }
    Result<void> migrated = migrate(m_database, sqliteMigrations());
    if (!migrated.ok()) {
        return migrated;
    }
    // A read-only file is opened without complaint; it is better to hear about it now than after the first trade.
    if (!executeHere("BEGIN IMMEDIATE") || !executeHere(R"(UPDATE "schema_version" SET "applied" = "applied")")
        || !executeHere("COMMIT"))
    {
        Error error = failure("cannot be written");
        executeHere("ROLLBACK");
        return error;
    }
    return {};
}

void SqliteDatabase::note(const QSqlError &error)
{
    // What cannot be prepared has no code of its own.
    const int code = error.nativeErrorCode().toInt() & 0xff;
    m_errorCode = code == 0 ? kSqliteError : code;
    m_errorText = error.databaseText().toStdString();
}

Error SqliteDatabase::failure(const std::string &what) const
{
    return sqliteError(m_errorCode, "the database " + m_file + " " + what, m_errorText);
}

template <class Row>
bool SqliteDatabase::upsert(const std::string &session, const Row &row)
{
    auto statement = m_upserts.find(Table<Row>::name);
    if (statement == m_upserts.end()) {
        QSqlQuery query(m_database);
        if (!prepare(query, upsertStatement<Row>())) {
            return false;
        }
        statement = m_upserts.emplace(Table<Row>::name, std::move(query)).first;
    }
    QSqlQuery &query = statement->second;
    int first = 0;
    if constexpr (Table<Row>::scope == Scope::Session) {
        query.bindValue(first++, QString::fromStdString(session));
    }
    bindRow(query, row, first);
    return run(query);
}

bool SqliteDatabase::writeGroup(const PutGroup &group)
{
    if (const auto *session = std::get_if<SessionRecord>(&group.rows)) {
        return upsert({}, *session);
    }
    const auto writeAll = [&](const auto &rows) {
        return std::all_of(rows.begin(), rows.end(), [&](const auto &variant) {
            return std::visit([&](const auto &row) { return upsert(group.session, row); }, variant);
        });
    };
    if (const auto *rows = std::get_if<std::vector<SessionRow>>(&group.rows)) {
        return writeAll(*rows);
    }
    return writeAll(std::get<std::vector<MemoryRow>>(group.rows));
}

std::optional<SqlDatabase::WriteError> SqliteDatabase::write(const PutGroup *groups, std::size_t count)
{
    bool written = executeHere("BEGIN IMMEDIATE");
    for (std::size_t i = 0; written && i < count; ++i) {
        written = writeGroup(groups[i]);
    }
    written = written && executeHere("COMMIT");
    if (written) {
        return {};
    }
    WriteError error{failure("does not take what should be stored"), isPermanentSqliteError(m_errorCode)};
    // SQLite has rolled back by itself after some errors; then this fails, which is fine.
    QSqlQuery(m_database).exec(QStringLiteral("ROLLBACK"));
    return error;
}

Result<void> SqliteDatabase::backup(const std::string &file)
{
    if (QFile::exists(QString::fromStdString(file))) {
        return Error{ErrorKind::Refused, "the backup " + file + " exists already; choose another name"};
    }
    QSqlQuery query(m_database);
    query.prepare(QStringLiteral("VACUUM INTO ?"));
    query.bindValue(0, QString::fromStdString(file));
    if (!run(query)) {
        Error error = failure("cannot be copied to " + file);
        QFile::remove(QString::fromStdString(file));
        return error;
    }
    return {};
}

Result<void> SqliteDatabase::clearMemory()
{
    if (executeHere("BEGIN IMMEDIATE") && deleteMemory(m_database) && executeHere("COMMIT")) {
        return {};
    }
    Error error = failure("cannot be emptied of the swarm's memory");
    QSqlQuery(m_database).exec(QStringLiteral("ROLLBACK"));
    return error;
}

} // namespace coinswarm::storage
