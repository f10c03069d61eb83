// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtSql/QSqlError>

#include <string>

struct pg_conn;

namespace coinswarm::storage {

/// One COPY … FROM STDIN over a connection that Qt's driver has opened, within a transaction. QtSql has no word for it,
/// libpq has: this is compiled only where its headers are (COINSWARM_LIBPQ).
///
/// Lives in the connection's thread, within a Call: what waits for a server that is frozen ends when the connection is
/// cut. Afterwards the connection takes the next statement, or reports that it is broken.
class PostgresCopy
{
public:
    enum class Outcome : unsigned char {
        Written,
        Exists, ///< a row's key is in the table already; nothing was written, the transaction can go on
        Failed, ///< see error(); the transaction must be rolled back
    };

    /// Whether Qt's driver has loaded a libpq that can copy; every libpq 5 can.
    static bool isPossible();

    /// `connection` must be idle.
    explicit PostgresCopy(pg_conn *connection) : m_connection(connection) {}

    /// Begins `statement`, "COPY … FROM STDIN …". False: see error(), and do not call the others.
    bool begin(const std::string &statement);
    /// Data in the format of the statement. Errors show in finish().
    void send(const std::string &data);
    Outcome finish();
    /// Whether the server could be told the end. A connection that could not be must be closed.
    bool isOver() const { return m_over; }

    /// As QtSql would say it: with the SQLSTATE as native code, and the server's or the client's sentence.
    const QSqlError &error() const { return m_error; }

private:
    bool undo();

    pg_conn *m_connection;
    QSqlError m_error;
    bool m_sent = true;
    bool m_over = true;
};

} // namespace coinswarm::storage
