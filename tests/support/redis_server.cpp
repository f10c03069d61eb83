// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/redis_server.h"

#include <QtCore/QProcessEnvironment>
#include <QtCore/QStandardPaths>
#include <QtTest/QTest>

#include <csignal>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace coinswarm::test {

namespace {

int freePort()
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    int port = 0;
    if (::bind(fd, reinterpret_cast<const sockaddr *>(&address), size) == 0
        && ::getsockname(fd, reinterpret_cast<sockaddr *>(&address), &size) == 0)
    {
        port = ntohs(address.sin_port);
    }
    ::close(fd);
    return port;
}

} // namespace

bool RedisServer::isAvailable()
{
    return !QStandardPaths::findExecutable(QStringLiteral("redis-server")).isEmpty()
        && !QStandardPaths::findExecutable(QStringLiteral("redis-cli")).isEmpty();
}

Result<std::unique_ptr<RedisServer>> RedisServer::start(const QStringList &options)
{
    std::unique_ptr<RedisServer> server(new RedisServer);
    server->m_port = freePort();
    server->m_options = options;
    const qsizetype password = options.indexOf(QStringLiteral("--requirepass"));
    if (password >= 0) {
        server->m_password = options.value(password + 1);
    }
    if (!server->m_folder.isValid() || server->m_port == 0) {
        return Error{ErrorKind::Environment, "no temporary folder or no free port for redis-server"};
    }
    if (const Result<void> launched = server->launch(); !launched.ok()) {
        return launched.error();
    }
    return server;
}

RedisServer::~RedisServer()
{
    kill();
}

std::string RedisServer::socketPath() const
{
    return m_folder.filePath(QStringLiteral("redis.sock")).toStdString();
}

Result<void> RedisServer::launch()
{
    QStringList arguments{QStringLiteral("--port"),       QString::number(m_port),
                          QStringLiteral("--bind"),       QStringLiteral("127.0.0.1"),
                          QStringLiteral("--unixsocket"), QString::fromStdString(socketPath()),
                          QStringLiteral("--dir"),        m_folder.path(),
                          QStringLiteral("--save"),       QString()};
    arguments += m_options;
    m_process = std::make_unique<QProcess>();
    m_process->setProcessChannelMode(QProcess::MergedChannels);
    m_process->setStandardOutputFile(m_folder.filePath(QStringLiteral("redis.txt")), QIODevice::Append);
    m_process->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    m_process->start(QStandardPaths::findExecutable(QStringLiteral("redis-server")), arguments);
    if (!m_process->waitForStarted(10'000)) {
        return Error{ErrorKind::Environment, "redis-server does not start: " + m_process->errorString().toStdString()};
    }
    if (!QTest::qWaitFor([this] { return ask({QStringLiteral("ping")}) == QStringLiteral("PONG"); }, 20'000)) {
        QFile file(m_folder.filePath(QStringLiteral("redis.txt")));
        const QByteArray said = file.open(QIODevice::ReadOnly) ? file.readAll().right(1'000) : QByteArray();
        return Error{ErrorKind::Unavailable, "redis-server does not become ready: " + said.toStdString()};
    }
    return {};
}

void RedisServer::kill()
{
    if (m_process != nullptr) {
        m_process->kill();
        m_process->waitForFinished(10'000);
        m_process.reset();
    }
}

void RedisServer::pause()
{
    ::kill(static_cast<pid_t>(m_process->processId()), SIGSTOP);
}

void RedisServer::resume()
{
    ::kill(static_cast<pid_t>(m_process->processId()), SIGCONT);
}

Result<void> RedisServer::restart()
{
    kill();
    return launch();
}

QString RedisServer::ask(const QStringList &command) const
{
    QProcess client;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    if (!m_password.isEmpty()) {
        environment.insert(QStringLiteral("REDISCLI_AUTH"), m_password);
    }
    client.setProcessEnvironment(environment);
    client.start(QStandardPaths::findExecutable(QStringLiteral("redis-cli")),
                 QStringList{QStringLiteral("-p"), QString::number(m_port)} + command);
    client.waitForFinished(20'000);
    return QString::fromUtf8(client.readAllStandardOutput()).trimmed();
}

} // namespace coinswarm::test
