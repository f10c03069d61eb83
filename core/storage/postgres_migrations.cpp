// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/first_tables.h"
#include "storage/migrations.h"

#include <array>
#include <deque>
#include <string>
#include <vector>

namespace coinswarm::storage {

namespace {

#define DECIMAL(column) "(" column " * 0.00000001)::text"
#define UTC(column)                                                                                                    \
    "to_char(to_timestamp(" column                                                                                     \
    " / 1000000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS') || '.' || lpad((" column                          \
    " / 1000000 % 1000)::text, 3, '0') || 'Z'"
#define SYMBOL(row) "s.\"instruments\"::json -> (" row ".\"instrument\" - 1)::int ->> 'symbol' AS \"symbol\""

constexpr std::array<std::string_view, 5> kFirstOfPostgres{
    "CREATE VIEW \"orders_decimal\" AS SELECT o.\"session_id\", o.\"id\", \"client_id\", " SYMBOL("o") R"(,
    "side", "type", "purpose", "state", )" DECIMAL("\"quantity\"") " AS \"quantity\", " DECIMAL(
        "\"limit_price\"") " AS \"limit_price\", " DECIMAL("\"stop_price\"") " AS \"stop_price\", " DECIMAL("\"fille"
                                                                                                            "d\"") " AS"
                                                                                                                   " \""
                                                                                                                   "fil"
                                                                                                                   "led"
                                                                                                                   "\","
                                                                                                                   " " DECIMAL("\"filled_notional\"") " AS \"filled_notional\", " DECIMAL(
                                                                                                                       "\"fees\"") " AS \"fees\", " UTC("\"created\"") " AS \"created\", " UTC("\"updated\"") R"( AS "updated", "reason"
    FROM "orders" o JOIN "sessions" s ON s."session" = o."session_id")",

    "CREATE VIEW \"fills_decimal\" AS SELECT f.\"session_id\", f.\"id\", \"order\", " SYMBOL("f") R"(,
    "side", )" DECIMAL("\"price\"") " AS \"price\", " DECIMAL("\"quantity\"") " AS \"quantity\", " DECIMAL(
        "\"notional\"") " AS \"notional\", " DECIMAL("\"fee\"") " AS \"fee\", \"liquidity\", " UTC("\"time\"") R"( AS "time",
    "venue_fill_id" FROM "fills" f JOIN "sessions" s ON s."session" = f."session_id")",

    "CREATE VIEW \"trades\" AS SELECT r.\"session_id\", r.\"id\", " SYMBOL("r") R"(,
    "side", )" DECIMAL("\"entry_price\"") " AS \"entry_price\", " DECIMAL(
        "\"exit_price\"") " AS \"exit_price\", " DECIMAL("\"pnl\"") " AS \"pnl\", \"slippage_bps\", " UTC("\"entry_"
                                                                                                          "time\"") " A"
                                                                                                                    "S "
                                                                                                                    "\""
                                                                                                                    "en"
                                                                                                                    "tr"
                                                                                                                    "y_"
                                                                                                                    "ti"
                                                                                                                    "me"
                                                                                                                    "\""
                                                                                                                    ","
                                                                                                                    " " UTC(
                                                                                                                        "\"exit_time\"") R"( AS "exit_time",
    s."agents"::json ->> (r."agent" - 1)::int AS "agent_id", "regime" AS "regime_id"
    FROM "round_trips" r JOIN "sessions" s ON s."session" = r."session_id")",

    R"(CREATE TABLE "generation" ("id" text NOT NULL))",
    R"(INSERT INTO "generation" VALUES (gen_random_uuid()::text))",
};

#undef DECIMAL
#undef UTC
#undef SYMBOL

/// SQLite's types in PostgreSQL's words. Texts compare by their bytes, as they do in SQLite. That a row's session exists
/// is asked once per statement by the writer: as a constraint it is looked up for every row, and halves the throughput.
std::string translated(std::string_view statement)
{
    constexpr std::array<std::array<std::string_view, 2>, 5> words{{
        {" REFERENCES \"sessions\" (\"session\")", ""},
        {"\" INTEGER", "\" bigint"},
        {"\" TEXT", "\" text COLLATE \"C\""},
        {"\" REAL", "\" double precision"},
        {") WITHOUT ROWID", ")"},
    }};
    std::string text(statement);
    for (const auto &[from, to] : words) {
        for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
            text.replace(at, from.size(), to);
        }
    }
    return text;
}

struct FirstStep {
    std::deque<std::string> translations;
    std::vector<std::string_view> statements;

    FirstStep()
    {
        for (const std::string_view statement : firstTables()) {
            statements.push_back(translations.emplace_back(translated(statement)));
        }
        statements.insert(statements.end(), kFirstOfPostgres.begin(), kFirstOfPostgres.end());
    }
};

} // namespace

std::span<const Migration> postgresMigrations()
{
    static const FirstStep first;
    static const std::array<Migration, 1> migrations{{
        {1, "sessions, orders, fills, trades, decisions, approvals, explanations and the swarm's memory",
         first.statements},
    }};
    return migrations;
}

MigrationDialect postgresMigrationDialect(const std::string &schema)
{
    // The lock goes with the transaction. Waiting for another program's migration has no time limit of the server's.
    return {"BEGIN; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(hashtext('coinswarm migrations "
                + schema + "')); CREATE SCHEMA IF NOT EXISTS \"" + schema + "\"",
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = '" + schema
                + "' AND table_name = 'schema_version'",
            "choose another storage.postgresql.schema"};
}

} // namespace coinswarm::storage
