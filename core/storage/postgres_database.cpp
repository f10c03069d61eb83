// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/postgres_database.h"

#include "storage/migrations.h"
#include "storage/postgres_error.h"

#include <algorithm>

namespace coinswarm::storage {

namespace {

/// A migration may have to rewrite large tables, or to wait for another program that does.
constexpr std::chrono::minutes kMigrationLimit{30};
/// A connection that has answered so recently is taken to be alive.
constexpr std::chrono::seconds kFresh{1};

} // namespace

PostgresDatabase::PostgresDatabase(PostgresOptions options, ConnectionWatch &watch)
    : m_options(std::move(options)), m_watch(watch), m_callLimit(m_options.queryTimeout + m_options.queryTimeout / 2)
{}

PostgresDatabase::~PostgresDatabase()
{
    // Statements say goodbye to the server too.
    const Call call(*this);
    m_upserts.clear();
    m_sessionQuery.reset();
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

void PostgresDatabase::rollback()
{
    // The driver closes a connection that broke; the server has rolled back by itself then.
    if (m_writer->database().isOpen()) {
        QSqlQuery(m_writer->database()).exec(QStringLiteral("ROLLBACK"));
    }
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
