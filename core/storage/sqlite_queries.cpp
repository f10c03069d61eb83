// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/sql_row.h"
#include "storage/sql_statements.h"
#include "storage/sqlite_database.h"
#include "storage/sqlite_error.h"

#include <QtSql/QSqlError>

#include <algorithm>

namespace coinswarm::storage {

// Everything that is read.

namespace {

constexpr std::uint32_t kPageLimit = 10'000;

} // namespace

template <class Row>
Result<std::vector<Row>> SqliteDatabase::select(const std::string &tail, const QVariant &value)
{
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    if (!query.prepare(
            QString::fromStdString("SELECT " + columnList<Row>() + " FROM " + quotedName(Table<Row>::name) + tail)))
    {
        m_errorCode = kSqliteError;
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
