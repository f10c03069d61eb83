// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

#include <QtCore/QProcess>
#include <QtCore/QStringList>
#include <QtCore/QTemporaryDir>

#include <memory>
#include <string>

namespace coinswarm::test {

/// A redis-server: a child process on a free port of the loopback and a unix socket, with its files in a temporary folder.
/// It dies with this object, and with the process however it dies. What it holds is asked for through redis-cli, so that
/// it is not what the code under test believes. One thread.
class RedisServer
{
public:
    /// Whether redis-server and redis-cli are installed.
    static bool isAvailable();
    /// `options` as on redis-server's command line, as in {"--appendonly", "yes"}. Nothing is kept on disk without them.
    static Result<std::unique_ptr<RedisServer>> start(const QStringList &options = {});
    ~RedisServer();

    int port() const { return m_port; }
    std::string address() const { return "127.0.0.1:" + std::to_string(m_port); }
    std::string socketPath() const;

    void kill(); ///< SIGKILL, and waits for its end
    void pause(); ///< SIGSTOP: the process is there and silent
    void resume(); ///< SIGCONT
    Result<void> restart(); ///< on the same port, with the files it left
    /// What redis-cli prints, without the last line feed.
    QString ask(const QStringList &command) const;
    /// For servers with a password.
    void setPassword(const QString &password) { m_password = password; }

private:
    RedisServer() = default;
    Result<void> launch();

    QTemporaryDir m_folder;
    QStringList m_options;
    QString m_password;
    int m_port = 0;
    std::unique_ptr<QProcess> m_process;
};

} // namespace coinswarm::test
