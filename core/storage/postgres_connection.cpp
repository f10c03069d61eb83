// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/postgres_connection.h"

#include "storage/postgres_error.h"

#include <QtCore/QFile>
#include <QtCore/QLibrary>
#include <QtCore/QUuid>
#include <QtSql/QSqlDriver>
#include <QtSql/QSqlQuery>

#include <fcntl.h>
#include <unistd.h>

namespace coinswarm::storage {

namespace {

Result<QString> readPassword(const std::string &name)
{
    QFile file(QString::fromStdString(name));
    if (!file.open(QIODevice::ReadOnly)) {
        return Error{ErrorKind::Environment,
                     "the password file " + name
                         + " (storage.postgresql.password_file) cannot "
                           "be read: "
                         + file.errorString().toStdString()};
    }
    constexpr auto others =
        QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther | QFileDevice::WriteOther;
    if ((file.permissions() & others) != QFileDevice::Permissions()) {
        return Error{ErrorKind::Environment, "others can read the password file " + name + "; chmod 600 it"};
    }
    const QByteArray line = file.readLine(4'096);
    return QString::fromUtf8(line.endsWith('\n') ? line.chopped(1) : line);
}

/// Qt has no word for the socket. Its driver has loaded libpq already, so that there is nothing to link.
int socketOf(const pg_conn *connection)
{
    using SocketFunction = int (*)(const pg_conn *);
    static const auto socket = reinterpret_cast<SocketFunction>(QLibrary::resolve(QStringLiteral("pq"), 5, "PQsocket"));
    if (socket == nullptr || connection == nullptr) {
        return -1;
    }
    const int descriptor = socket(connection);
    // A copy, because the driver may close its own at any time and the number may then mean something else.
    return descriptor < 0 ? -1 : ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
}

} // namespace

std::string postgresName(const PostgresOptions &options)
{
    const std::string place = options.host.empty() ? std::string("this machine") : options.host;
    return "the database " + options.database + " on " + place + " port " + std::to_string(options.port);
}

PostgresConnection::PostgresConnection() : m_name(QUuid::createUuid().toString(QUuid::WithoutBraces)) {}

PostgresConnection::~PostgresConnection()
{
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_name);
    if (m_socket >= 0) {
        ::close(m_socket);
    }
}

pg_conn *PostgresConnection::handle() const
{
    const QVariant handle = m_database.driver()->handle();
    // PGconn is another name for it, and Qt versions differ in which they give.
    const QByteArrayView type(handle.typeName());
    const bool isConnection = type == "PGconn*" || type == "pg_conn*";
    return isConnection ? *static_cast<pg_conn *const *>(handle.constData()) : nullptr;
}

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(const PostgresOptions &options)
{
    if (!QSqlDatabase::isDriverAvailable(QStringLiteral("QPSQL"))) {
        return Error{ErrorKind::Environment,
                     "Qt's PostgreSQL driver (QPSQL) is missing, and storage.backend is \"postgresql\"; install the "
                     "package libqt6sql6-psql (or your system's equivalent), or choose \"sqlite\""};
    }
    std::unique_ptr<PostgresConnection> connection(new PostgresConnection);
    const Result<void> connected = connection->connect(options);
    if (!connected.ok()) {
        return connected.error();
    }
    return connection;
}

Result<void> PostgresConnection::connect(const PostgresOptions &options)
{
    m_database = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), m_name);
    m_database.setHostName(QString::fromStdString(options.host));
    m_database.setPort(options.port);
    m_database.setDatabaseName(QString::fromStdString(options.database));
    m_database.setUserName(QString::fromStdString(options.user));
    QString more = QStringLiteral("application_name=coinswarm;connect_timeout=%1;tcp_user_timeout=%2;sslmode=%3")
                       .arg(std::max<std::int64_t>(2, options.connectTimeout.count() / 1'000))
                       .arg(2 * options.queryTimeout.count())
                       .arg(QString::fromStdString(options.sslMode));
    if (!options.sslRootCertificateFile.empty()) {
        if (options.sslRootCertificateFile.find_first_of(";'\\") != std::string::npos) {
            return invalid("storage.postgresql.ssl_root_certificate_file: a path without ; ' and \\ is expected");
        }
        more += QStringLiteral(";sslrootcert='%1'").arg(QString::fromStdString(options.sslRootCertificateFile));
    }
    m_database.setConnectOptions(more);
    if (!options.passwordFile.empty()) {
        Result<QString> password = readPassword(options.passwordFile);
        if (!password.ok()) {
            return password.error();
        }
        m_database.setPassword(*password);
    }
    const bool open = m_database.open();
    m_database.setPassword(QString());
    const auto failed = [&](const QSqlError &error) {
        return postgresError(error.nativeErrorCode().toStdString(), postgresName(options) + " cannot be opened",
                             error.databaseText().toStdString());
    };
    if (!open) {
        return failed(m_database.lastError());
    }
    m_socket = socketOf(handle());
    if (m_socket < 0) {
        return Error{ErrorKind::Environment,
                     "the socket of " + postgresName(options)
                         + " cannot be watched, and a server that freezes could not be left: libpq 5 and Qt's own "
                           "PostgreSQL driver are needed"};
    }
    QSqlQuery query(m_database);
    const QString session = QStringLiteral("SET client_min_messages = warning; SET statement_timeout = %1; "
                                           "SET search_path = \"%2\"")
                                .arg(options.queryTimeout.count())
                                .arg(QString::fromStdString(options.schema));
    return query.exec(session) ? Result<void>() : Result<void>(failed(query.lastError()));
}

} // namespace coinswarm::storage
