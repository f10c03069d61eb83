// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/first_tables.h"

#include <array>

namespace coinswarm::storage {

namespace {

#define SESSION "\"session_id\" TEXT NOT NULL REFERENCES \"sessions\" (\"session\")"
#define SESSION_KEY "PRIMARY KEY (\"session_id\", \"id\")"

// Double columns may be NULL, which is how SQLite keeps NaN.
constexpr std::array<std::string_view, 20> kFirstTables{
    R"(CREATE TABLE "sessions" (
    "session" TEXT NOT NULL PRIMARY KEY, "mode" TEXT NOT NULL, "started" INTEGER NOT NULL, "ended" INTEGER NOT NULL,
    "instruments" TEXT NOT NULL, "agents" TEXT NOT NULL, "configuration_hash" TEXT NOT NULL, "journal" TEXT NOT NULL))",

    "CREATE TABLE \"orders\" (" SESSION R"(,
    "id" INTEGER NOT NULL, "client_id" TEXT NOT NULL, "instrument" INTEGER NOT NULL, "decision" INTEGER NOT NULL,
    "parent" INTEGER NOT NULL, "side" TEXT NOT NULL, "type" TEXT NOT NULL, "time_in_force" TEXT NOT NULL,
    "purpose" TEXT NOT NULL, "reduce_only" INTEGER NOT NULL, "post_only" INTEGER NOT NULL, "quantity" INTEGER NOT NULL,
    "limit_price" INTEGER NOT NULL, "stop_price" INTEGER NOT NULL, "reference_price" INTEGER NOT NULL,
    "protective_stop" INTEGER NOT NULL, "protective_target" INTEGER NOT NULL, "state" TEXT NOT NULL,
    "filled" INTEGER NOT NULL, "filled_notional" INTEGER NOT NULL, "fees" INTEGER NOT NULL,
    "created" INTEGER NOT NULL, "updated" INTEGER NOT NULL, "reason" TEXT NOT NULL, )" SESSION_KEY ") WITHOUT ROWID",

    "CREATE TABLE \"fills\" (" SESSION R"(,
    "id" INTEGER NOT NULL, "order" INTEGER NOT NULL, "instrument" INTEGER NOT NULL, "side" TEXT NOT NULL,
    "price" INTEGER NOT NULL, "quantity" INTEGER NOT NULL, "notional" INTEGER NOT NULL, "fee" INTEGER NOT NULL,
    "liquidity" TEXT NOT NULL, "time" INTEGER NOT NULL, "venue_fill_id" TEXT NOT NULL, )" SESSION_KEY ") WITHOUT ROWID",

    "CREATE TABLE \"round_trips\" (" SESSION R"(,
    "id" INTEGER NOT NULL, "instrument" INTEGER NOT NULL, "side" TEXT NOT NULL, "quantity" INTEGER NOT NULL,
    "entry_price" INTEGER NOT NULL, "exit_price" INTEGER NOT NULL, "pnl" INTEGER NOT NULL, "fees" INTEGER NOT NULL,
    "slippage_bps" REAL, "entry_time" INTEGER NOT NULL, "exit_time" INTEGER NOT NULL, "decision" INTEGER NOT NULL,
    "agent" INTEGER NOT NULL, "regime" INTEGER NOT NULL, )" SESSION_KEY ") WITHOUT ROWID",

    "CREATE TABLE \"regimes\" (" SESSION R"(,
    "id" INTEGER NOT NULL, "instrument" INTEGER NOT NULL, "volatility" TEXT NOT NULL, "spread" TEXT NOT NULL,
    "trend" TEXT NOT NULL, "session" TEXT NOT NULL, "version" INTEGER NOT NULL, "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL, )" SESSION_KEY ") WITHOUT ROWID",

    "CREATE TABLE \"decisions\" (" SESSION R"(,
    "id" INTEGER NOT NULL, "ask" INTEGER NOT NULL, "instrument" INTEGER NOT NULL, "time" INTEGER NOT NULL,
    "action" TEXT NOT NULL, "score" REAL, "threshold" REAL, "vetoed" INTEGER NOT NULL, "vetoed_by" INTEGER NOT NULL,
    "size" INTEGER NOT NULL, "stop" INTEGER NOT NULL, "target" INTEGER NOT NULL, "votes" TEXT NOT NULL,
    "summary" TEXT NOT NULL, )" SESSION_KEY ") WITHOUT ROWID",

    "CREATE TABLE \"approvals\" (" SESSION R"(,
    "id" INTEGER NOT NULL, "order" INTEGER NOT NULL, "instrument" INTEGER NOT NULL, "order_hash" TEXT NOT NULL,
    "state" TEXT NOT NULL, "requested" INTEGER NOT NULL, "expires" INTEGER NOT NULL,
    "reference_price" INTEGER NOT NULL, "band_low" INTEGER NOT NULL, "band_high" INTEGER NOT NULL,
    "worst_case" INTEGER NOT NULL, "operators_needed" INTEGER NOT NULL, "awaiting_price" INTEGER NOT NULL,
    "decided_by" TEXT NOT NULL, "decided_at" INTEGER NOT NULL, "reason" TEXT NOT NULL, "release" TEXT NOT NULL,
    "superseded_by" INTEGER NOT NULL, )" SESSION_KEY ") WITHOUT ROWID",

    "CREATE TABLE \"alerts\" (" SESSION R"(,
    "id" INTEGER NOT NULL, "time" INTEGER NOT NULL, "severity" TEXT NOT NULL, "code" TEXT NOT NULL,
    "text" TEXT NOT NULL, )" SESSION_KEY ") WITHOUT ROWID",

    // Documents are long, for which a table with a row id is better.
    "CREATE TABLE \"explanations\" (" SESSION R"(,
    "id" INTEGER NOT NULL, "document" TEXT NOT NULL, )" SESSION_KEY ")",

    R"(CREATE TABLE "episodes" (
    "id" TEXT NOT NULL PRIMARY KEY, "bot_id" TEXT NOT NULL, "embedding_id" TEXT NOT NULL, "action" TEXT NOT NULL,
    "reward" REAL, "outcome" TEXT NOT NULL, "timestamp" INTEGER NOT NULL, "regime_id" INTEGER NOT NULL,
    "weight" REAL))",
    R"(CREATE TABLE "patterns" (
    "id" TEXT NOT NULL PRIMARY KEY, "name" TEXT NOT NULL, "sample_size" INTEGER NOT NULL, "mean_pnl" REAL,
    "std_dev" REAL, "sharpe" REAL, "win_rate" REAL, "tail_5pct" REAL, "tail_95pct" REAL, "mean_slippage" REAL,
    "regime" TEXT NOT NULL, "enabled" INTEGER NOT NULL, "last_updated" INTEGER NOT NULL))",
    R"(CREATE TABLE "agent_states" (
    "id" TEXT NOT NULL PRIMARY KEY, "agent_id" TEXT NOT NULL, "weights" TEXT NOT NULL, "thresholds" TEXT NOT NULL,
    "regime_tags" TEXT NOT NULL, "timestamp" INTEGER NOT NULL, "valid_until" INTEGER NOT NULL))",
    R"(CREATE TABLE "proposals" (
    "id" TEXT NOT NULL PRIMARY KEY, "change_type" TEXT NOT NULL, "data" TEXT NOT NULL, "submitter" TEXT NOT NULL,
    "timestamp" INTEGER NOT NULL, "justification" TEXT NOT NULL))",
    R"(CREATE TABLE "quorum_votes" (
    "id" TEXT NOT NULL PRIMARY KEY, "proposal_id" TEXT NOT NULL REFERENCES "proposals" ("id"),
    "manager_id" TEXT NOT NULL, "decision" TEXT NOT NULL, "reasons" TEXT NOT NULL, "timestamp" INTEGER NOT NULL))",

    R"(CREATE INDEX "fills_by_order" ON "fills" ("session_id", "order"))",
    R"(CREATE INDEX "round_trips_by_time" ON "round_trips" ("session_id", "exit_time"))",
    R"(CREATE INDEX "decisions_by_time" ON "decisions" ("session_id", "time"))",
    R"(CREATE INDEX "explanations_by_order" ON "explanations" ("id"))",
    R"(CREATE INDEX "episodes_by_time" ON "episodes" ("timestamp"))",
    R"(CREATE INDEX "quorum_votes_by_proposal" ON "quorum_votes" ("proposal_id"))",
};

#undef SESSION
#undef SESSION_KEY

} // namespace

std::span<const std::string_view> firstTables()
{
    return kFirstTables;
}

} // namespace coinswarm::storage
