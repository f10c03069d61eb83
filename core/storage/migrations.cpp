// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/migrations.h"

#include <QtCore/QDateTime>
#include <QtSql/QSqlError>
#include <QtSql/QSqlQuery>

namespace coinswarm::storage {

namespace {

QString text(std::string_view view)
{
    return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

Error failed(const std::string &what, const QSqlQuery &query)
{
    return Error{ErrorKind::Environment, what + ": " + query.lastError().text().toStdString()};
}

Result<void> applyInTransaction(QSqlQuery &query, const Migration &step)
{
    const std::string what = "step " + std::to_string(step.version) + " of the database's schema ("
        + std::string(step.description) + ") failed, nothing of it was kept";
    for (std::string_view statement : step.statements) {
        if (!query.exec(text(statement))) {
            return failed(what, query);
        }
    }
    if (!query.prepare(QStringLiteral(R"(INSERT INTO "schema_version" VALUES (?, ?, ?))"))) {
        return failed(what, query);
    }
    query.bindValue(0, step.version);
    query.bindValue(1, text(step.description));
    query.bindValue(2, QDateTime::currentDateTimeUtc().toString(Qt::ISODate));
    return query.exec() ? Result<void>() : failed(what, query);
}

} // namespace

Result<int> schemaVersion(QSqlDatabase &database, const MigrationDialect &dialect)
{
    QSqlQuery query(database);
    if (!query.exec(QString::fromStdString(dialect.versionTables)) || !query.next()) {
        return failed("the database's schema cannot be read", query);
    }
    if (query.value(0).toInt() == 0) {
        return 0;
    }
    if (!query.exec(QStringLiteral(R"(SELECT coalesce(max("version"), 0) FROM "schema_version")")) || !query.next()) {
        return failed("the version of the database's schema cannot be read", query);
    }
    return query.value(0).toInt();
}

Result<void> migrate(QSqlDatabase &database, std::span<const Migration> migrations, const MigrationDialect &dialect)
{
    const Result<int> present = schemaVersion(database, dialect);
    if (!present.ok()) {
        return present.error();
    }
    const int newest = migrations.empty() ? 0 : migrations.back().version;
    if (*present > newest) {
        return Error{ErrorKind::Refused,
                     "the database " + database.databaseName().toStdString() + " has schema version "
                         + std::to_string(*present) + ", this program knows " + std::to_string(newest)
                         + " at most; use the newer version of the program, or " + dialect.otherChoice};
    }
    for (const Migration &step : migrations) {
        if (step.version <= *present) {
            continue;
        }
        QSqlQuery query(database);
        if (!query.exec(QString::fromStdString(dialect.begin))) {
            return failed("the database cannot be written", query);
        }
        const Result<int> now = schemaVersion(database, dialect);
        Result<void> applied = now.ok() ? Result<void>() : Result<void>(now.error());
        if (applied.ok() && *now < step.version) {
            if (!query.exec(
                    QStringLiteral(R"(CREATE TABLE IF NOT EXISTS "schema_version" ("version" INTEGER PRIMARY KEY,
                                           "description" TEXT NOT NULL, "applied" TEXT NOT NULL))")))
            {
                applied = failed("the version of the database's schema cannot be kept", query);
            } else {
                applied = applyInTransaction(query, step);
            }
        }
        if (applied.ok() && !query.exec(QStringLiteral("COMMIT"))) {
            applied =
                failed("step " + std::to_string(step.version) + " of the database's schema cannot be kept", query);
        }
        if (!applied.ok()) {
            query.exec(QStringLiteral("ROLLBACK"));
            return applied;
        }
    }
    return {};
}

} // namespace coinswarm::storage
