// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/first_tables.h"
#include "storage/migrations.h"

#include <array>
#include <vector>

namespace coinswarm::storage {

namespace {

// Exact text of a number that is stored in units of 10⁻⁸: a division would go through a double.
#define DECIMAL(column)                                                                                                \
    "printf('%s%d.%08d', iif(" column " < 0, '-', ''), abs(" column ") / 100000000, abs(" column ") % 100000000)"
#define UTC(column)                                                                                                    \
    "strftime('%Y-%m-%dT%H:%M:%S', " column " / 1000000000, 'unixepoch') || printf('.%03dZ', " column                  \
    " / 1000000 % 1000)"
constexpr std::array<std::string_view, 3> kFirstViews{
    R"(CREATE VIEW "orders_decimal" AS SELECT o."session_id", o."id", "client_id",
    json_extract(s."instruments", '$[' || (o."instrument" - 1) || '].symbol') AS "symbol",
    "side", "type", "purpose", "state", )" DECIMAL("\"quantity\"") R"( AS "quantity", )" DECIMAL("\"limit_price\"") R"( AS "limit_price", )" DECIMAL("\"stop_price\"") R"( AS "stop_price", )" DECIMAL(
        "\"filled\"") R"( AS "filled", )" DECIMAL("\"filled_notional\"") R"( AS "filled_notional", )" DECIMAL("\"fees"
                                                                                                              "\"") R"( AS "fees", )" UTC("\"created\"") R"( AS "created", )" UTC("\"updated\"") R"( AS "updated", "reason" FROM "orders" o JOIN "sessions" s ON s."session" = o."session_id")",

    R"(CREATE VIEW "fills_decimal" AS SELECT f."session_id", f."id", "order",
    json_extract(s."instruments", '$[' || (f."instrument" - 1) || '].symbol') AS "symbol",
    "side", )" DECIMAL("\"price\"") R"( AS "price", )" DECIMAL("\"quantity\"") R"( AS "quantity", )" DECIMAL(
        "\"notiona"
        "l\"") R"( AS "notional", )" DECIMAL("\"fee\"") R"( AS "fee", "liquidity", )" UTC("\"time\"") R"( AS "time", "venue_fill_id" FROM "fills" f JOIN "sessions" s ON s."session" = f."session_id")",

    // The mission's Trade, from flat to flat.
    R"(CREATE VIEW "trades" AS SELECT r."session_id", r."id",
    json_extract(s."instruments", '$[' || (r."instrument" - 1) || '].symbol') AS "symbol",
    "side", )" DECIMAL("\"entry_price\"") R"( AS "entry_price", )" DECIMAL("\"exit_price\"") R"( AS "exit_price", )" DECIMAL(
        "\"pnl\"") R"( AS "pnl", "slippage_bps", )" UTC("\"entry_time\"") R"( AS "entry_time", )" UTC("\"exit_time\"") R"( AS "exit_time",
    json_extract(s."agents", '$[' || (r."agent" - 1) || ']') AS "agent_id", "regime" AS "regime_id"
    FROM "round_trips" r JOIN "sessions" s ON s."session" = r."session_id")",
};

#undef DECIMAL
#undef UTC

std::vector<std::string_view> firstStep()
{
    const std::span<const std::string_view> tables = firstTables();
    std::vector<std::string_view> statements(tables.begin(), tables.end());
    statements.insert(statements.end(), kFirstViews.begin(), kFirstViews.end());
    return statements;
}

} // namespace

std::span<const Migration> sqliteMigrations()
{
    static const std::vector<std::string_view> first = firstStep();
    static const std::array<Migration, 1> migrations{{
        {1, "sessions, orders, fills, trades, decisions, approvals, explanations and the swarm's memory", first},
    }};
    return migrations;
}

const MigrationDialect &sqliteMigrationDialect()
{
    // IMMEDIATE takes the write lock at once, so that two programs that start together do not both migrate.
    static const MigrationDialect dialect{
        "BEGIN IMMEDIATE", "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'",
        "choose another file with storage.file"};
    return dialect;
}

} // namespace coinswarm::storage
