// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/postgres_copy.h"

#include <QtCore/QLibrary>

#include <libpq-fe.h>

#include <memory>
#include <utility>

namespace coinswarm::storage {

namespace {

/// libpq as Qt's driver has loaded it. Not linked: a program that writes into a file must not load it, nor need it.
struct Libpq {
    bool complete = true; ///< first: the others note what is missing
    decltype(&PQexec) exec = find<decltype(&PQexec)>("PQexec");
    decltype(&PQputCopyData) putCopyData = find<decltype(&PQputCopyData)>("PQputCopyData");
    decltype(&PQputCopyEnd) putCopyEnd = find<decltype(&PQputCopyEnd)>("PQputCopyEnd");
    decltype(&PQgetResult) getResult = find<decltype(&PQgetResult)>("PQgetResult");
    decltype(&PQresultStatus) resultStatus = find<decltype(&PQresultStatus)>("PQresultStatus");
    decltype(&PQresultErrorField) resultErrorField = find<decltype(&PQresultErrorField)>("PQresultErrorField");
    decltype(&PQresultErrorMessage) resultErrorMessage = find<decltype(&PQresultErrorMessage)>("PQresultErrorMessage");
    decltype(&PQerrorMessage) errorMessage = find<decltype(&PQerrorMessage)>("PQerrorMessage");
    decltype(&PQclear) clear = find<decltype(&PQclear)>("PQclear");

private:
    template <class Function>
    Function find(const char *name)
    {
        const QFunctionPointer function = QLibrary::resolve(QStringLiteral("pq"), 5, name);
        complete = complete && function != nullptr;
        return reinterpret_cast<Function>(function);
    }
};

const Libpq &pq()
{
    static const Libpq functions;
    return functions;
}

struct ClearResult {
    void operator()(PGresult *result) const { pq().clear(result); }
};
using Answer = std::unique_ptr<PGresult, ClearResult>;

constexpr const char *kUniqueViolation = "23505";

/// In the words that QtSql has for the same failure.
QSqlError errorOf(const PGresult *answer, const PGconn *connection)
{
    const QString state = QString::fromLatin1(pq().resultErrorField(answer, PG_DIAG_SQLSTATE));
    // A connection that broke may leave no answer at all.
    const char *text = answer != nullptr ? pq().resultErrorMessage(answer) : pq().errorMessage(connection);
    return QSqlError(QString(), QString::fromUtf8(text), QSqlError::StatementError, state);
}

} // namespace

bool PostgresCopy::isPossible()
{
    return pq().complete;
}

bool PostgresCopy::begin(const std::string &statement)
{
    // In one message, for which the server is waited for once.
    const Answer answer(
        pq().exec(m_connection, ("SAVEPOINT before_copy; " + statement + "; RELEASE before_copy").c_str()));
    if (pq().resultStatus(answer.get()) == PGRES_COPY_IN) {
        return true;
    }
    m_error = errorOf(answer.get(), m_connection);
    return false;
}

void PostgresCopy::send(const std::string &data)
{
    // The server refuses rows while they are still being sent, and says so at the end.
    m_sent = m_sent && pq().putCopyData(m_connection, data.data(), static_cast<int>(data.size())) == 1;
}

PostgresCopy::Outcome PostgresCopy::finish()
{
    if (pq().putCopyEnd(m_connection, m_sent ? nullptr : "not everything could be sent") != 1) {
        m_sent = false;
    }
    bool written = m_sent;
    if (!written) {
        m_error = errorOf(nullptr, m_connection);
    }
    // Up to the last answer, or QtSql would wait for it. The first that is an error says why.
    bool answered = false;
    for (Answer answer(pq().getResult(m_connection)); answer; answer.reset(pq().getResult(m_connection))) {
        const ExecStatusType status = pq().resultStatus(answer.get());
        m_over = status != PGRES_COPY_IN;
        if (!m_over) {
            return Outcome::Failed;
        }
        if (status != PGRES_COMMAND_OK && !std::exchange(answered, true)) {
            written = false;
            m_error = errorOf(answer.get(), m_connection);
        }
    }
    if (written) {
        return Outcome::Written;
    }
    return m_error.nativeErrorCode() == QLatin1String(kUniqueViolation) && undo() ? Outcome::Exists : Outcome::Failed;
}

bool PostgresCopy::undo()
{
    const Answer answer(pq().exec(m_connection, "ROLLBACK TO before_copy; RELEASE before_copy"));
    if (pq().resultStatus(answer.get()) == PGRES_COMMAND_OK) {
        return true;
    }
    m_error = errorOf(answer.get(), m_connection);
    return false;
}

} // namespace coinswarm::storage
