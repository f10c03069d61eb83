// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/postgres_database.h"
#include "storage/sql_statements.h"
#include "storage/sqlite_database.h"

#include <QtCore/QFile>

namespace coinswarm::storage {

// A backup is a SQLite file: one snapshot of the server, readable anywhere without one.

namespace {

constexpr std::uint32_t kPage = 10'000;

} // namespace

template <class Variant, class Row>
Result<void> PostgresDatabase::copyRows(SqliteDatabase &copy, const std::string &session)
{
    RowQuery query;
    query.session = session;
    query.limit = kPage;
    std::string after;
    for (;;) {
        Result<std::vector<Row>> page = [&] {
            if constexpr (Table<Row>::scope == Scope::Session) {
                return rows<Row>(query);
            } else {
                return select<Row>(R"( WHERE "id" > ? ORDER BY "id" LIMIT )" + std::to_string(kPage),
                                   QString::fromStdString(after));
            }
        }();
        if (!page.ok()) {
            return page.error();
        }
        if (page->empty()) {
            return {};
        }
        if constexpr (requires { page->back().id.value; }) {
            query.afterId = page->back().id.value;
        } else if constexpr (Table<Row>::scope == Scope::Session) {
            query.afterId = page->back().id;
        } else {
            after = page->back().id;
        }
        const PutGroup group{session, std::vector<Variant>(page->begin(), page->end())};
        if (const auto failed = copy.write(&group, 1)) {
            return failed->error;
        }
    }
}

Result<void> PostgresDatabase::copyTo(SqliteDatabase &copy)
{
    const Result<std::vector<SessionRecord>> sessions = select<SessionRecord>({});
    if (!sessions.ok()) {
        return sessions.error();
    }
    Result<void> copied;
    const auto copyAll = [&]<class... Rows>(const std::variant<Rows...> *, const std::string &session) {
        ((copied = copied.ok() ? copyRows<std::variant<Rows...>, Rows>(copy, session) : copied), ...);
    };
    for (const SessionRecord &session : *sessions) {
        const PutGroup group{{}, session};
        if (const auto failed = copy.write(&group, 1)) {
            return failed->error;
        }
        copyAll(static_cast<const SessionRow *>(nullptr), session.session);
    }
    copyAll(static_cast<const MemoryRow *>(nullptr), {});
    return copied;
}

Result<void> PostgresDatabase::backup(const std::string &file)
{
    const QString copyFile = QString::fromStdString(file);
    if (QFile::exists(copyFile)) {
        return Error{ErrorKind::Refused, "the backup " + file + " exists already; choose another name"};
    }
    if (!executeHere("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")) {
        return failure("cannot be copied to " + file);
    }
    m_pinned = true;
    Result<void> copied;
    {
        const Result<std::unique_ptr<SqliteDatabase>> copy = SqliteDatabase::open(file);
        copied = copy.ok() ? copyTo(**copy) : Result<void>(copy.error());
    }
    m_pinned = false;
    executeHere("COMMIT");
    if (!copied.ok()) {
        QFile::remove(copyFile);
    }
    return copied;
}

} // namespace coinswarm::storage
