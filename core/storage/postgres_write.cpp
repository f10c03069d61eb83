// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/postgres_array.h"
#include "storage/postgres_copy.h"
#include "storage/postgres_database.h"
#include "storage/postgres_error.h"
#include "storage/postgres_tuples.h"

#include <algorithm>
#include <unordered_map>

namespace coinswarm::storage {

// Everything that is written.

namespace {

/// Arrays of one statement; explanations are long.
constexpr std::size_t kStatementBytes = 8'000'000;

#ifdef COINSWARM_LIBPQ
constexpr bool kCanCopy = true;
#else
constexpr bool kCanCopy = false;
#endif
/// Rows of one statement from which on copying them takes less time than inserting them.
constexpr std::size_t kCopyFrom = 50;
/// Sent at once: the server works on some while the next are made.
constexpr std::size_t kCopyBytes = 64'000;

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

/// Of each key the newest state: a statement must not touch a row twice.
template <class Row>
std::vector<const Row *> newestOf(const std::vector<const Row *> &rows)
{
    std::unordered_map<decltype(keyOf(*rows.front())), std::size_t> places;
    std::vector<const Row *> newest;
    places.reserve(rows.size());
    newest.reserve(rows.size());
    for (const Row *row : rows) {
        const auto [place, isNew] = places.try_emplace(keyOf(*row), newest.size());
        if (isNew) {
            newest.push_back(row);
        } else {
            newest[place->second] = row;
        }
    }
    return newest;
}

} // namespace

bool PostgresDatabase::hasSession(const std::string &session)
{
    if (!m_sessionQuery) {
        QSqlQuery query(m_writer->database());
        if (!prepare(query, R"(SELECT count(*) FROM "sessions" WHERE "session" = ?)")) {
            return false;
        }
        m_sessionQuery = std::move(query);
    }
    m_sessionQuery->bindValue(0, QString::fromStdString(session));
    if (!run(*m_sessionQuery) || !m_sessionQuery->next()) {
        return false;
    }
    if (m_sessionQuery->value(0).toInt() == 1) {
        return true;
    }
    m_state = kNoSuchKey;
    m_errorText = "the session " + session + " was not put before its rows";
    return false;
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
PostgresCopy::Outcome PostgresDatabase::copy(const std::string &session, const std::vector<const Row *> &rows)
{
    PostgresCopy copy(m_writer->handle());
    static const std::string statement = copyStatement<Row>();
    if (!copy.begin(statement)) {
        note(copy.error());
        return PostgresCopy::Outcome::Failed;
    }
    std::string repaired;
    const std::string_view name = postgresText(session, repaired);
    std::string tuples(kTuplesBegin);
    for (const Row *row : rows) {
        appendTuple(tuples, name, *row);
        if (tuples.size() >= kCopyBytes) {
            copy.send(tuples);
            tuples.clear();
        }
    }
    copy.send(tuples.append(kTuplesEnd));
    const PostgresCopy::Outcome outcome = copy.finish();
    if (outcome == PostgresCopy::Outcome::Failed) {
        note(copy.error());
    }
    if (!copy.isOver()) {
        m_writer->database().close();
    }
    return outcome;
}

template <class Row>
bool PostgresDatabase::writeTable(const std::string &session, const std::vector<const Row *> &rows)
{
    if constexpr (Table<Row>::scope == Scope::Session) {
        if (!hasSession(session)) {
            return false;
        }
    }
    if constexpr (kCanCopy && Table<Row>::putOnce) {
        if (rows.size() >= kCopyFrom && PostgresCopy::isPossible()) {
            const PostgresCopy::Outcome outcome = copy<Row>(session, rows);
            if (outcome != PostgresCopy::Outcome::Exists) {
                return outcome == PostgresCopy::Outcome::Written;
            }
        }
    }
    return upsert<Row>(session, newestOf(rows));
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
        return std::all_of(bySession.begin(), bySession.end(),
                           [this](const auto &entry) { return writeTable<Row>(entry.first, entry.second); });
    };
    // In the order of the variant, in which a row that another refers to comes first.
    const auto writeAll = [&]<class... Rows>(const std::variant<Rows...> *) {
        return (writeOne.template operator()<Rows>() && ...);
    };
    return writeAll(static_cast<const Variant *>(nullptr));
}

bool PostgresDatabase::writeSessions(const PutGroup *groups, std::size_t count)
{
    std::vector<const SessionRecord *> sessions;
    for (std::size_t i = 0; i < count; ++i) {
        if (const auto *session = std::get_if<SessionRecord>(&groups[i].rows)) {
            sessions.push_back(session);
        }
    }
    return sessions.empty() || writeTable<SessionRecord>({}, sessions);
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

} // namespace coinswarm::storage
