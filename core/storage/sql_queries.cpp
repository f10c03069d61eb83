// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/sql_database.h"
#include "storage/sql_row.h"
#include "storage/sql_statements.h"

#include <QtSql/QSqlError>

#include <algorithm>

namespace coinswarm::storage {

// Everything that is read.

namespace {

constexpr std::uint32_t kPageLimit = 10'000;

} // namespace

template <class Row>
Result<std::vector<Row>> SqlDatabase::select(const std::string &tail, const QVariant &value)
{
    const Call call(*this);
    QSqlQuery query(reader());
    query.setForwardOnly(true);
    if (!prepare(query, "SELECT " + columnList<Row>() + " FROM " + quotedName(Table<Row>::name) + tail)) {
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
        return Error{ErrorKind::Corrupt, name() + " holds something unreadable: " + error.what()};
    }
    if (query.lastError().isValid()) {
        note(query.lastError());
        return failure("cannot be read");
    }
    return rows;
}

template <class Row>
Result<std::vector<Row>> SqlDatabase::rows(const RowQuery &query)
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

Result<std::string> SqlDatabase::explanation(const std::string &session, OrderId order)
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

Result<SessionTotals> SqlDatabase::totals(const std::string &session)
{
    const Call call(*this);
    QSqlQuery query(reader());
    // Casts, because a sum of 64-bit integers is a wider type in some databases.
    const bool prepared = prepare(query,
                                  R"(SELECT (SELECT count(*) FROM "orders" WHERE "session_id" = :s),
                  f."n", r."n", r."wins", CAST(r."pnl" AS BIGINT), CAST(f."fees" AS BIGINT),
                  CAST(f."turnover" AS BIGINT)
           FROM (SELECT count(*) AS "n", coalesce(sum("fee"), 0) AS "fees", coalesce(sum("notional"), 0) AS "turnover"
                 FROM "fills" WHERE "session_id" = :s) f,
                (SELECT count(*) AS "n", count(CASE WHEN "pnl" > 0 THEN 1 END) AS "wins",
                        coalesce(sum("pnl"), 0) AS "pnl"
                 FROM "round_trips" WHERE "session_id" = :s) r)");
    query.bindValue(QStringLiteral(":s"), QString::fromStdString(session));
    if (!prepared || !run(query) || !query.next()) {
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

Result<std::map<std::string, std::uint64_t>> SqlDatabase::counts(const std::string &session)
{
    const Call call(*this);
    std::map<std::string, std::uint64_t> counts;
    bool read = true;
    const auto count = [&]<class Row>() {
        std::string statement = "SELECT count(*) FROM " + quotedName(Table<Row>::name);
        const bool filtered = !session.empty() && Table<Row>::scope == Scope::Session;
        QSqlQuery query(reader());
        read = read && prepare(query, statement + (filtered ? " WHERE \"session_id\" = ?" : ""));
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

template Result<std::vector<SessionRecord>> SqlDatabase::select(const std::string &, const QVariant &);
template Result<std::vector<EpisodeRecord>> SqlDatabase::select(const std::string &, const QVariant &);
template Result<std::vector<PatternRecord>> SqlDatabase::select(const std::string &, const QVariant &);
template Result<std::vector<AgentStateRecord>> SqlDatabase::select(const std::string &, const QVariant &);
template Result<std::vector<ProposalRecord>> SqlDatabase::select(const std::string &, const QVariant &);
template Result<std::vector<QuorumVoteRecord>> SqlDatabase::select(const std::string &, const QVariant &);
template Result<std::vector<Order>> SqlDatabase::rows(const RowQuery &);
template Result<std::vector<Fill>> SqlDatabase::rows(const RowQuery &);
template Result<std::vector<RoundTrip>> SqlDatabase::rows(const RowQuery &);
template Result<std::vector<Regime>> SqlDatabase::rows(const RowQuery &);
template Result<std::vector<Decision>> SqlDatabase::rows(const RowQuery &);
template Result<std::vector<api::Approval>> SqlDatabase::rows(const RowQuery &);
template Result<std::vector<AlertRecord>> SqlDatabase::rows(const RowQuery &);
template Result<std::vector<ExplanationRecord>> SqlDatabase::rows(const RowQuery &);

} // namespace coinswarm::storage
