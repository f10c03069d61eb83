// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/sqlite_database.h"

#include "storage/migrations.h"
#include "storage/sql_row.h"

#include <QtCore/QFile>
#include <QtCore/QUuid>
#include <QtSql/QSqlError>

#include <algorithm>

namespace coinswarm::storage {

namespace {

constexpr std::uint32_t kPageLimit = 10'000;

// SQLite's primary result codes, which its file format's documentation lists and which never change.
constexpr int kError = 1;
constexpr int kBusy = 5;
constexpr int kLocked = 6;
constexpr int kReadOnly = 8;
constexpr int kInputOutput = 10;
constexpr int kCorrupt = 11;
constexpr int kFull = 13;
constexpr int kCannotOpen = 14;
constexpr int kTooBig = 18;
constexpr int kConstraint = 19;
constexpr int kMismatch = 20;
constexpr int kNotADatabase = 26;

std::string quotedName(std::string_view name)
{
    return '"' + std::string(name) + '"';
}

template <class Row>
std::string columnList()
{
    std::string list;
    for (const std::string &column : columnsOf<Row>()) {
        list += (list.empty() ? "" : ", ") + quotedName(column);
    }
    return list;
}

template <class Row>
std::string upsertStatement()
{
    std::vector<std::string> columns = columnsOf<Row>();
    std::vector<std::string> key{columns.front()};
    if constexpr (Table<Row>::scope == Scope::Session) {
        columns.insert(columns.begin(), "session_id");
        key.insert(key.begin(), "session_id");
    }
    std::string names;
    std::string marks;
    std::string updates;
    for (const std::string &column : columns) {
        names += (names.empty() ? "" : ", ") + quotedName(column);
        marks += marks.empty() ? "?" : ", ?";
        if (std::find(key.begin(), key.end(), column) == key.end()) {
            updates += (updates.empty() ? "" : ", ") + quotedName(column) + " = excluded." + quotedName(column);
        }
    }
    std::string keyNames;
    for (const std::string &column : key) {
        keyNames += (keyNames.empty() ? "" : ", ") + quotedName(column);
    }
    return "INSERT INTO " + quotedName(Table<Row>::name) + " (" + names + ") VALUES (" + marks + ") ON CONFLICT ("
        + keyNames + ") DO UPDATE SET " + updates;
}

} // namespace

std::size_t PutGroup::size() const
{
    return std::visit(
        [](const auto &content) -> std::size_t {
            if constexpr (requires { content.size(); }) {
                return content.size();
            } else {
                return 1;
            }
        },
        rows);
}

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
        m_errorCode = m_database.lastError().nativeErrorCode().toInt() & 0xff;
        m_errorText = m_database.lastError().databaseText().toStdString();
        return failure("cannot be opened");
    }
    // Who trades what is nobody else's business.
    if (isNew && !QFile::setPermissions(file, QFileDevice::ReadOwner | QFileDevice::WriteOwner)) {
        return Error{ErrorKind::Environment, "the permissions of the database " + m_file + " cannot be set"};
    }
    for (const char *pragma : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON"}) {
        if (!execute(QString::fromLatin1(pragma))) {
            return failure("cannot be opened");
        }
    }
    Result<void> migrated = migrate(m_database, sqliteMigrations());
    if (!migrated.ok()) {
        return migrated;
    }
    // A read-only file is opened without complaint; it is better to hear about it now than after the first trade.
    if (!execute(QStringLiteral("BEGIN IMMEDIATE"))
        || !execute(QStringLiteral(R"(UPDATE "schema_version" SET "applied" = "applied")"))
        || !execute(QStringLiteral("COMMIT")))
    {
        Error error = failure("cannot be written");
        execute(QStringLiteral("ROLLBACK"));
        return error;
    }
    return {};
}

bool SqliteDatabase::run(QSqlQuery &query)
{
    if (query.exec()) {
        return true;
    }
    m_errorCode = query.lastError().nativeErrorCode().toInt() & 0xff;
    m_errorText = query.lastError().databaseText().toStdString();
    return false;
}

bool SqliteDatabase::execute(const QString &statement)
{
    QSqlQuery query(m_database);
    if (query.exec(statement)) {
        return true;
    }
    m_errorCode = query.lastError().nativeErrorCode().toInt() & 0xff;
    m_errorText = query.lastError().databaseText().toStdString();
    return false;
}

Error SqliteDatabase::failure(const std::string &what) const
{
    const std::string subject = "the database " + m_file + " " + what + ": ";
    const std::string detail = " (SQLite: " + m_errorText + ")";
    switch (m_errorCode) {
    case kFull:
        return {ErrorKind::Environment,
                subject + "the disk is full; free some space or choose another storage.file" + detail};
    case kInputOutput:
        return {ErrorKind::Environment,
                subject + "the disk does not take it; check its free space, quota and health" + detail};
    case kReadOnly:
        return {ErrorKind::Environment,
                subject + "it is read-only; make the file and its folder writable or choose another storage.file"
                    + detail};
    case kCannotOpen:
        return {ErrorKind::Environment,
                subject + "the folder does not exist or may not be written; choose another storage.file" + detail};
    case kBusy:
    case kLocked:
        return {ErrorKind::Unavailable, subject + "another program holds it; close that program" + detail};
    case kCorrupt:
    case kNotADatabase:
        return {ErrorKind::Corrupt,
                subject
                    + "it is damaged or not a SQLite database; move it away (a new one is made) and restore a backup"
                    + detail};
    default:
        return {ErrorKind::Environment, subject + (m_errorText.empty() ? "no reason given" : m_errorText)};
    }
}

template <class Row>
bool SqliteDatabase::upsert(const std::string &session, const Row &row)
{
    auto statement = m_upserts.find(Table<Row>::name);
    if (statement == m_upserts.end()) {
        QSqlQuery query(m_database);
        if (!query.prepare(QString::fromStdString(upsertStatement<Row>()))) {
            m_errorCode = kError;
            m_errorText = query.lastError().databaseText().toStdString();
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

std::optional<SqliteDatabase::WriteError> SqliteDatabase::write(const PutGroup *groups, std::size_t count)
{
    bool written = execute(QStringLiteral("BEGIN IMMEDIATE"));
    for (std::size_t i = 0; written && i < count; ++i) {
        written = writeGroup(groups[i]);
    }
    written = written && execute(QStringLiteral("COMMIT"));
    if (written) {
        return {};
    }
    const bool permanent =
        m_errorCode == kError || m_errorCode == kConstraint || m_errorCode == kMismatch || m_errorCode == kTooBig;
    WriteError error{failure("does not take what should be stored"), permanent};
    // SQLite has rolled back by itself after some errors; then this fails, which is fine.
    QSqlQuery(m_database).exec(QStringLiteral("ROLLBACK"));
    return error;
}

template <class Row>
Result<std::vector<Row>> SqliteDatabase::select(const std::string &tail, const QVariant &value)
{
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    if (!query.prepare(
            QString::fromStdString("SELECT " + columnList<Row>() + " FROM " + quotedName(Table<Row>::name) + tail)))
    {
        m_errorCode = kError;
        m_errorText = query.lastError().databaseText().toStdString();
        return failure("cannot be read");
    }
    if (value.isValid()) {
        query.bindValue(0, value);
    }
    if (!run(query)) {
        return failure("cannot be read");
    }
    std::vector<Row> rows;
    try {
        while (query.next()) {
            rows.push_back(readRow<Row>(query));
        }
    } catch (const RowError &error) {
        return Error{ErrorKind::Corrupt, "the database " + m_file + " holds something unreadable: " + error.what()};
    }
    if (query.lastError().isValid()) {
        m_errorCode = query.lastError().nativeErrorCode().toInt() & 0xff;
        m_errorText = query.lastError().databaseText().toStdString();
        return failure("cannot be read");
    }
    return rows;
}

template <class Row>
Result<std::vector<Row>> SqliteDatabase::rows(const RowQuery &query)
{
    if (query.session.empty()) {
        return invalid("a query for " + std::string(Table<Row>::name) + " needs the name of a session");
    }
    std::string tail = " WHERE \"session_id\" = ?";
    // Numbers and enum names only from here on: nothing in the statement is a text from outside.
    if constexpr (requires(Row row) { row.instrument; }) {
        if (query.instrument) {
            tail += " AND \"instrument\" = " + std::to_string(query.instrument->value);
        }
    }
    if constexpr (requires(Row row) { row.side; }) {
        if (query.side) {
            tail += " AND \"side\" = '" + std::string(enumName(*query.side)) + "'";
        }
    }
    if (query.from) {
        tail += " AND " + quotedName(Table<Row>::timeColumn) + " >= " + std::to_string(query.from->ns);
    }
    if (query.to) {
        tail += " AND " + quotedName(Table<Row>::timeColumn) + " < " + std::to_string(query.to->ns);
    }
    if (query.afterId != 0) {
        tail += std::string(" AND \"id\" ") + (query.newestFirst ? "< " : "> ") + std::to_string(query.afterId);
    }
    tail += std::string(" ORDER BY \"id\" ") + (query.newestFirst ? "DESC" : "ASC");
    tail += " LIMIT " + std::to_string(std::min(query.limit, kPageLimit));
    return select<Row>(tail, QString::fromStdString(query.session));
}

Result<std::string> SqliteDatabase::explanation(const std::string &session, OrderId order)
{
    const std::string id = std::to_string(order.value);
    std::string tail = " WHERE \"id\" = " + id;
    QVariant value;
    if (session.empty()) {
        tail += R"( ORDER BY (SELECT "started" FROM "sessions" WHERE "session" = "session_id") DESC LIMIT 1)";
    } else {
        tail += R"( AND "session_id" = ?)";
        value = QString::fromStdString(session);
    }
    Result<std::vector<ExplanationRecord>> found = select<ExplanationRecord>(tail, value);
    if (!found.ok()) {
        return found.error();
    }
    if (found->empty()) {
        return Error{ErrorKind::NotFound,
                     "no explanation of order " + id + " is stored"
                         + (session.empty() ? std::string() : " for session " + session)};
    }
    return std::move(found->front().document);
}

Result<SessionTotals> SqliteDatabase::totals(const std::string &session)
{
    QSqlQuery query(m_database);
    query.prepare(QStringLiteral(
        R"(SELECT (SELECT count(*) FROM "orders" WHERE "session_id" = :s),
                  f."n", r."n", r."wins", r."pnl", f."fees", f."turnover"
           FROM (SELECT count(*) AS "n", coalesce(sum("fee"), 0) AS "fees", coalesce(sum("notional"), 0) AS "turnover"
                 FROM "fills" WHERE "session_id" = :s) f,
                (SELECT count(*) AS "n", coalesce(sum("pnl" > 0), 0) AS "wins", coalesce(sum("pnl"), 0) AS "pnl"
                 FROM "round_trips" WHERE "session_id" = :s) r)"));
    query.bindValue(QStringLiteral(":s"), QString::fromStdString(session));
    if (!run(query) || !query.next()) {
        return failure("cannot be read");
    }
    SessionTotals totals;
    totals.orders = query.value(0).toULongLong();
    totals.fills = query.value(1).toULongLong();
    totals.roundTrips = query.value(2).toULongLong();
    totals.wins = query.value(3).toULongLong();
    totals.pnl = Money::fromRaw(query.value(4).toLongLong());
    totals.fees = Money::fromRaw(query.value(5).toLongLong());
    totals.turnover = Money::fromRaw(query.value(6).toLongLong());
    return totals;
}

Result<std::map<std::string, std::uint64_t>> SqliteDatabase::counts(const std::string &session)
{
    std::map<std::string, std::uint64_t> counts;
    bool read = true;
    const auto count = [&]<class Row>() {
        std::string statement = "SELECT count(*) FROM " + quotedName(Table<Row>::name);
        const bool filtered = !session.empty() && Table<Row>::scope == Scope::Session;
        QSqlQuery query(m_database);
        query.prepare(QString::fromStdString(statement + (filtered ? " WHERE \"session_id\" = ?" : "")));
        if (filtered) {
            query.bindValue(0, QString::fromStdString(session));
        }
        read = read && run(query) && query.next();
        if (read) {
            counts[std::string(Table<Row>::name)] = query.value(0).toULongLong();
        }
    };
    const auto countAll = [&]<class... Rows>(const std::variant<Rows...> *) {
        (count.template operator()<Rows>(), ...);
    };
    count.template operator()<SessionRecord>();
    countAll(static_cast<const SessionRow *>(nullptr));
    countAll(static_cast<const MemoryRow *>(nullptr));
    if (!read) {
        return failure("cannot be read");
    }
    return counts;
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

template Result<std::vector<SessionRecord>> SqliteDatabase::select(const std::string &, const QVariant &);
template Result<std::vector<EpisodeRecord>> SqliteDatabase::select(const std::string &, const QVariant &);
template Result<std::vector<PatternRecord>> SqliteDatabase::select(const std::string &, const QVariant &);
template Result<std::vector<AgentStateRecord>> SqliteDatabase::select(const std::string &, const QVariant &);
template Result<std::vector<ProposalRecord>> SqliteDatabase::select(const std::string &, const QVariant &);
template Result<std::vector<QuorumVoteRecord>> SqliteDatabase::select(const std::string &, const QVariant &);
template Result<std::vector<Order>> SqliteDatabase::rows(const RowQuery &);
template Result<std::vector<Fill>> SqliteDatabase::rows(const RowQuery &);
template Result<std::vector<RoundTrip>> SqliteDatabase::rows(const RowQuery &);
template Result<std::vector<Regime>> SqliteDatabase::rows(const RowQuery &);
template Result<std::vector<Decision>> SqliteDatabase::rows(const RowQuery &);
template Result<std::vector<Approval>> SqliteDatabase::rows(const RowQuery &);
template Result<std::vector<AlertRecord>> SqliteDatabase::rows(const RowQuery &);

} // namespace coinswarm::storage
