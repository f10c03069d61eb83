// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storage/postgres_storage.h"

#include <QtSql/QSqlDatabase>
#include <QtSql/QSqlError>

#include <memory>
#include <string>

struct pg_conn;

namespace coinswarm::storage {

/// "the database coinswarm on db.example.org:5432", without secrets.
std::string postgresName(const PostgresOptions &options);

/// One connection to the server through Qt's QPSQL driver. Lives in one thread.
class PostgresConnection
{
public:
    /// Connects; errors as openPostgresStorage() says. The password is read anew each time, so that it can be changed.
    static Result<std::unique_ptr<PostgresConnection>> open(const PostgresOptions &options);
    ~PostgresConnection();

    QSqlDatabase &database() { return m_database; }
    /// What libpq calls the connection. The driver's own: valid until it has closed it. Null if it does not say.
    pg_conn *handle() const;
    /// A descriptor of the connection's socket that stays valid until this object goes.
    int socket() const { return m_socket; }

private:
    PostgresConnection();
    Q_DISABLE_COPY_MOVE(PostgresConnection)

    Result<void> connect(const PostgresOptions &options);

    const QString m_name;
    QSqlDatabase m_database;
    int m_socket = -1;
};

} // namespace coinswarm::storage
