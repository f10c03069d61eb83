// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtCore/QProcess>
#include <QtCore/QProcessEnvironment>
#include <QtCore/QStringList>

#include <cstdint>
#include <memory>
#include <string>

namespace coinswarm::test {

/// A real PostgreSQL server in a temporary folder, with a Unix socket and a free TCP port of its own, that dies with the
/// test. Root runs it as the user nobody, because PostgreSQL refuses root. Failures throw std::runtime_error.
class PostgresServer
{
public:
    struct Options {
        int maxConnections = 20;
        QString folder; ///< for the data; empty: a temporary one
    };

    /// The folder of initdb and postgres; empty if PostgreSQL is not installed.
    static QString programs();

    PostgresServer() : PostgresServer(Options()) {}
    explicit PostgresServer(Options options);
    ~PostgresServer();

    const std::string &socketFolder() const { return m_socketFolder; }
    const std::string &passwordFile() const { return m_passwordFile; }
    std::uint16_t port() const { return m_port; }
    static const char *user() { return "swarm"; }
    static const char *database() { return "postgres"; }

    void start(); ///< returns when it takes connections
    void stop(); ///< as an administrator does, ending connections
    void kill(); ///< SIGKILL to all its processes
    void freeze(); ///< SIGSTOP to all its processes
    void thaw();
    /// Stopped, or not yet started: makes an empty server in its place, on the same port.
    void wipe();
    /// Runs SQL as the superuser and returns what psql prints, without a frame.
    QByteArray psql(const QString &sql) const;
    /// What a psql of the test's own needs: a connection that stays.
    QStringList psqlArguments() const;
    static QProcessEnvironment environment(); ///< with the password
    bool running() const { return m_server && m_server->state() != QProcess::NotRunning; }

private:
    PostgresServer(const PostgresServer &) = delete;
    PostgresServer &operator=(const PostgresServer &) = delete;

    void initialise();
    void signalAll(int signal) const;
    QByteArray run(const QString &program, const QStringList &arguments) const;

    const Options m_options;
    QString m_root; ///< temporary
    QString m_data;
    std::string m_socketFolder;
    std::string m_passwordFile;
    std::uint16_t m_port = 0;
    std::unique_ptr<QProcess> m_server;
};

} // namespace coinswarm::test
