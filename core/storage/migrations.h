// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

#include <QtSql/QSqlDatabase>

#include <span>
#include <string_view>

namespace coinswarm::storage {

/// One step of the schema. Steps are never changed once released; a change of the schema is a new step.
struct Migration {
    int version; ///< from 1, without gaps
    std::string_view description;
    std::span<const std::string_view> statements;
};

/// All steps for SQLite, in order.
std::span<const Migration> sqliteMigrations();

/// Brings `database` to the newest of `migrations`, one transaction per step: a step that fails leaves the schema as it
/// was before it. Refused if the database is newer than the newest step.
Result<void> migrate(QSqlDatabase &database, std::span<const Migration> migrations);

/// The version of the database's schema, 0 for an empty one.
Result<int> schemaVersion(QSqlDatabase &database);

} // namespace coinswarm::storage
