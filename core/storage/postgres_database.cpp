// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/postgres_database.h"

#include "storage/migrations.h"
#include "storage/postgres_array.h"
#include "storage/postgres_error.h"

#include <algorithm>
#include <unordered_map>

namespace coinswarm::storage {

namespace {

/// A migration may have to rewrite large tables, or to wait for another program that does.
constexpr std::chrono::minutes kMigrationLimit{30};
/// A connection that has answered so recently is taken to be alive.
constexpr std::chrono::seconds kFresh{1};
/// Arrays of one statement; explanations are long.
constexpr std::size_t kStatementBytes = 8'000'000;

/// What a foreign key's violation is called.
constexpr const char *kNoSuchKey = "23503";

template <class Row>
auto keyOf(const Row &row)
{
    if constexpr (std::is_same_v<Row, SessionRecord>) {
        return row.session;
    } else if constexpr (requires { row.id.value; }) {
        return row.id.value;
    } else {
        return row.id;
    }
}

} // namespace

PostgresDatabase::PostgresDatabase(PostgresOptions options, ConnectionWatch &watch)
    : m_options(std::move(options)), m_watch(watch), m_callLimit(m_options.queryTimeout + m_options.queryTimeout / 2)
{}

PostgresDatabase::~PostgresDatabase()
{
    // Statements say goodbye to the server too.
    const Call call(*this);
    m_upserts.clear();
}

Result<std::unique_ptr<PostgresDatabase>> PostgresDatabase::open(const PostgresOptions &options, ConnectionWatch &watch)
{
    std::unique_ptr<PostgresDatabase> database(new PostgresDatabase(options, watch));
    const Result<void> connected = database->connect();
    if (!connected.ok()) {
        return connected.error();
    }
    return database;
}

Result<void> PostgresDatabase::connect()
{
    Result<std::unique_ptr<PostgresConnection>> writer = PostgresConnection::open(m_options);
    if (!writer.ok()) {
        return writer.error();
    }
    m_writer = std::move(*writer);
    {
        const auto limit = std::exchange(m_callLimit, kMigrationLimit);
        const Call call(*this);
        m_callLimit = limit;
        Result<void> migrated =
            migrate(m_writer->database(), postgresMigrations(), postgresMigrationDialect(m_options.schema));
        if (!migrated.ok()) {
            return Error{migrated.error().kind, name() + ": " + migrated.error().message};
        }
    }
    return readGeneration();
}

Result<void> PostgresDatabase::readGeneration()
{
    const Call call(*this);
    QSqlQuery query(m_writer->database());
    // A database whose tables were emptied one by one has no generation any more, and gets another.
    const bool made = query.exec(QStringLiteral(R"(INSERT INTO "generation" SELECT gen_random_uuid()::text
                                                   WHERE NOT EXISTS (SELECT FROM "generation"))"));
    if (!made || !query.exec(QStringLiteral(R"(SELECT "id" FROM "generation")")) || !query.next()) {
        note(query.lastError());
        return failure("cannot be opened");
    }
    m_generation = query.value(0).toString().toStdString();
    m_lastAnswer = std::chrono::steady_clock::now();
    return {};
}

void PostgresDatabase::beginCall()
{
    if (m_calls++ > 0) {
        return;
    }
    std::vector<int> sockets;
    if (m_writer && m_writer->socket() >= 0) {
        sockets.push_back(m_writer->socket());
    }
    for (const auto &reader : m_readers) {
        if (reader->socket() >= 0) {
            sockets.push_back(reader->socket());
        }
    }
    m_watch.watch(std::move(sockets), m_callLimit);
}

void PostgresDatabase::endCall()
{
    if (--m_calls == 0) {
        m_watch.release();
    }
}

QSqlDatabase &PostgresDatabase::reader()
{
    if (m_pinned || m_options.poolSize < 2) {
        return m_writer->database();
    }
    if (m_readers.size() + 1 < m_options.poolSize) {
        Result<std::unique_ptr<PostgresConnection>> opened = PostgresConnection::open(m_options);
        if (opened.ok() && execute((*opened)->database(), QStringLiteral("SET default_transaction_read_only = on"))) {
            m_readers.push_back(std::move(*opened));
            return m_readers.back()->database();
        }
        if (m_readers.empty()) {
            return m_writer->database();
        }
    }
    return m_readers[m_turn++ % m_readers.size()]->database();
}

bool PostgresDatabase::answers()
{
    if (m_cut) {
        return false;
    }
    if (std::chrono::steady_clock::now() - m_lastAnswer < kFresh) {
        return true;
    }
    if (!executeHere("SELECT 1")) {
        return false;
    }
    // A reader may have been ended alone, by an administrator or an idle limit; the next question opens another.
    std::erase_if(m_readers, [this](const auto &reader) {
        const Call call(*this);
        return !execute(reader->database(), QStringLiteral("SELECT 1"));
    });
    m_lastAnswer = std::chrono::steady_clock::now();
    return true;
}

void PostgresDatabase::note(const QSqlError &error)
{
    m_state = error.nativeErrorCode().toStdString();
    m_errorText = error.databaseText().toStdString();
    m_lastAnswer = {};
    m_cut = m_watch.cut() || m_cut;
}

Error PostgresDatabase::failure(const std::string &what) const
{
    if (m_cut) {
        return Error{ErrorKind::Unavailable,
                     name() + " " + what + ": the server has not answered for " + std::to_string(m_callLimit.count())
                         + " ms, and the connection was cut; see that it runs and can be reached"};
    }
    return postgresError(m_state, name() + " " + what, m_errorText);
}

bool PostgresDatabase::executeHere(const char *statement)
{
    const Call call(*this);
    return execute(m_writer->database(), QString::fromLatin1(statement));
}

bool PostgresDatabase::hasSession(const std::string &session)
{
    QSqlQuery query(m_writer->database());
    if (!prepare(query, R"(SELECT count(*) FROM "sessions" WHERE "session" = ?)")) {
        return false;
    }
    query.bindValue(0, QString::fromStdString(session));
    if (!run(query) || !query.next()) {
        return false;
    }
    if (query.value(0).toInt() == 1) {
        return true;
    }
    m_state = kNoSuchKey;
    m_errorText = "the session " + session + " was not put before its rows";
    return false;
}

void PostgresDatabase::rollback()
{
    // The driver closes a connection that broke; the server has rolled back by itself then.
    if (m_writer->database().isOpen()) {
        QSqlQuery(m_writer->database()).exec(QStringLiteral("ROLLBACK"));
    }
}

template <class Row>
bool PostgresDatabase::upsert(const std::string &session, const std::vector<const Row *> &rows)
{
    auto statement = m_upserts.find(Table<Row>::name);
    if (statement == m_upserts.end()) {
        QSqlQuery query(m_writer->database());
        if (!prepare(query, upsertArraysStatement<Row>())) {
            return false;
        }
        statement = m_upserts.emplace(Table<Row>::name, std::move(query)).first;
    }
    if constexpr (Table<Row>::scope == Scope::Session) {
        if (!hasSession(session)) {
            return false;
        }
    }
    QSqlQuery &query = statement->second;
    for (auto row = rows.begin(); row != rows.end();) {
        RowArrays<Row> arrays;
        while (row != rows.end() && arrays.bytes() < kStatementBytes) {
            arrays.add(**row++);
        }
        int first = 0;
        if constexpr (Table<Row>::scope == Scope::Session) {
            query.bindValue(first++, QString::fromStdString(session));
        }
        arrays.bind(query, first);
        if (!run(query)) {
            return false;
        }
    }
    return true;
}

template <class Row>
bool PostgresDatabase::writeNewest(const std::map<std::string, std::vector<const Row *>> &bySession)
{
    // A statement must not touch a row twice: of each key it gets the newest state.
    return std::all_of(bySession.begin(), bySession.end(), [this](const auto &entry) {
        std::unordered_map<decltype(keyOf(*entry.second.front())), std::size_t> places;
        std::vector<const Row *> newest;
        places.reserve(entry.second.size());
        newest.reserve(entry.second.size());
        for (const Row *row : entry.second) {
            const auto [place, isNew] = places.try_emplace(keyOf(*row), newest.size());
            if (isNew) {
                newest.push_back(row);
            } else {
                newest[place->second] = row;
            }
        }
        return upsert<Row>(entry.first, newest);
    });
}

template <class Variant>
bool PostgresDatabase::writeRows(const PutGroup *groups, std::size_t count)
{
    const auto writeOne = [&]<class Row>() {
        std::map<std::string, std::vector<const Row *>> bySession;
        for (std::size_t i = 0; i < count; ++i) {
            if (const auto *rows = std::get_if<std::vector<Variant>>(&groups[i].rows)) {
                for (const Variant &variant : *rows) {
                    if (const Row *row = std::get_if<Row>(&variant)) {
                        bySession[groups[i].session].push_back(row);
                    }
                }
            }
        }
        return writeNewest<Row>(bySession);
    };
    // In the order of the variant, in which a row that another refers to comes first.
    const auto writeAll = [&]<class... Rows>(const std::variant<Rows...> *) {
        return (writeOne.template operator()<Rows>() && ...);
    };
    return writeAll(static_cast<const Variant *>(nullptr));
}

bool PostgresDatabase::writeSessions(const PutGroup *groups, std::size_t count)
{
    std::map<std::string, std::vector<const SessionRecord *>> sessions;
    for (std::size_t i = 0; i < count; ++i) {
        if (const auto *session = std::get_if<SessionRecord>(&groups[i].rows)) {
            sessions[std::string()].push_back(session);
        }
    }
    return writeNewest<SessionRecord>(sessions);
}

std::optional<SqlDatabase::WriteError> PostgresDatabase::write(const PutGroup *groups, std::size_t count)
{
    const Call call(*this);
    const bool written = executeHere("BEGIN") && writeSessions(groups, count) && writeRows<SessionRow>(groups, count)
        && writeRows<MemoryRow>(groups, count) && executeHere("COMMIT");
    if (written) {
        m_lastAnswer = std::chrono::steady_clock::now();
        return {};
    }
    WriteError error{failure("does not take what should be stored"), isPermanentPostgresError(m_state)};
    rollback();
    return error;
}

Result<void> PostgresDatabase::clearMemory()
{
    const Call call(*this);
    if (executeHere("BEGIN") && deleteMemory(m_writer->database()) && executeHere("COMMIT")) {
        return {};
    }
    Error error = failure("cannot be emptied of the swarm's memory");
    rollback();
    return error;
}

} // namespace coinswarm::storage
