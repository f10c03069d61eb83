// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

#include <QtSql/QSqlDatabase>

#include <span>
#include <string>
#include <string_view>

namespace coinswarm::storage {

/// One step of the schema. Steps are never changed once released; a change of the schema is a new step.
struct Migration {
    int version; ///< from 1, without gaps
    std::string_view description;
    std::span<const std::string_view> statements;
};

/// How a dialect guards a step against a second program that starts at the same time, and finds the table of versions.
struct MigrationDialect {
    std::string begin; ///< begins a transaction and takes the lock
    std::string versionTables; ///< counts the tables called schema_version: 0 or 1
    std::string otherChoice; ///< "choose another file with storage.file"
};

/// All steps for SQLite, in order.
std::span<const Migration> sqliteMigrations();
const MigrationDialect &sqliteMigrationDialect();

/// The same for PostgreSQL. The lock is an advisory one, one per `schema`, which is made if it does not exist.
std::span<const Migration> postgresMigrations();
MigrationDialect postgresMigrationDialect(const std::string &schema);

/// Brings `database` to the newest of `migrations`, one transaction per step: a step that fails leaves the schema as it
/// was before it. Refused if the database is newer than the newest step.
Result<void> migrate(QSqlDatabase &database, std::span<const Migration> migrations,
                     const MigrationDialect &dialect = sqliteMigrationDialect());

/// The version of the database's schema, 0 for an empty one.
Result<int> schemaVersion(QSqlDatabase &database, const MigrationDialect &dialect = sqliteMigrationDialect());

} // namespace coinswarm::storage
