// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/postgres_server.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QUuid>

#include <csignal>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace coinswarm::test {

namespace {

constexpr const char *kPassword = "correct horse battery staple";

[[noreturn]] void fail(const QString &what)
{
    throw std::runtime_error(what.toStdString());
}

/// Who the server runs as: nobody for root, ourselves otherwise.
struct Runner {
    bool other = false;
    uid_t user = 0;
    gid_t group = 0;
};

Runner runner()
{
    if (::geteuid() != 0) {
        return {};
    }
    const passwd *nobody = ::getpwnam("nobody");
    if (nobody == nullptr) {
        fail(QStringLiteral("there is no user nobody to run PostgreSQL as"));
    }
    return {true, nobody->pw_uid, nobody->pw_gid};
}

/// Makes the program run as the runner and die with this thread, however this process ends.
void prepare(QProcess &process, int signalOnDeath)
{
    process.setChildProcessModifier([as = runner(), signalOnDeath] {
        if (as.other && (::setgroups(0, nullptr) != 0 || ::setgid(as.group) != 0 || ::setuid(as.user) != 0)) {
            ::_exit(126);
        }
        // After the change of user, which would take it back.
        ::prctl(PR_SET_PDEATHSIG, signalOnDeath);
    });
}

std::uint16_t freePort()
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool found = ::bind(descriptor, reinterpret_cast<sockaddr *>(&address), size) == 0
        && ::getsockname(descriptor, reinterpret_cast<sockaddr *>(&address), &size) == 0;
    ::close(descriptor);
    if (!found) {
        fail(QStringLiteral("no free port"));
    }
    return ntohs(address.sin_port);
}

void giveToRunner(const QString &path)
{
    const Runner as = runner();
    if (as.other && ::chown(QFile::encodeName(path).constData(), as.user, as.group) != 0) {
        fail(QStringLiteral("cannot give %1 to the user nobody").arg(path));
    }
}

} // namespace

QString PostgresServer::programs()
{
    QDir versions(QStringLiteral("/usr/lib/postgresql"));
    QStringList names = versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed);
    for (const QString &name : names) {
        const QString folder = versions.filePath(name) + QStringLiteral("/bin");
        if (QFile::exists(folder + QStringLiteral("/initdb")) && QFile::exists(folder + QStringLiteral("/postgres"))) {
            return folder;
        }
    }
    return {};
}

PostgresServer::PostgresServer(Options options) : m_options(std::move(options)), m_port(freePort())
{
    // Not QTemporaryDir: that is closed to the user nobody. Short, because a socket's path is.
    m_root = QDir::tempPath() + QStringLiteral("/cspg-") + QUuid::createUuid().toString(QUuid::Id128).left(12);
    if (!QDir().mkpath(m_root)) {
        fail(QStringLiteral("cannot make %1").arg(m_root));
    }
    QFile::setPermissions(m_root, QFileDevice::Permissions(0x7755));
    giveToRunner(m_root);
    m_socketFolder = m_root.toStdString();
    m_data = (m_options.folder.isEmpty() ? m_root : m_options.folder) + QStringLiteral("/data");
    if (!m_options.folder.isEmpty()) {
        giveToRunner(m_options.folder);
    }
    QFile password(m_root + QStringLiteral("/password"));
    if (!password.open(QIODevice::WriteOnly) || password.write(kPassword) < 0) {
        fail(QStringLiteral("cannot write %1").arg(password.fileName()));
    }
    password.close();
    password.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    giveToRunner(password.fileName());
    m_passwordFile = password.fileName().toStdString();
    initialise();
    start();
}

PostgresServer::~PostgresServer()
{
    kill();
    QDir(m_data).removeRecursively();
    QDir(m_root).removeRecursively();
}

QByteArray PostgresServer::run(const QString &program, const QStringList &arguments) const
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setWorkingDirectory(QStringLiteral("/"));
    process.setProcessEnvironment(environment());
    prepare(process, SIGKILL);
    process.start(programs() + QLatin1Char('/') + program, arguments);
    if (!process.waitForFinished(60'000) || process.exitCode() != 0) {
        fail(program + QStringLiteral(" failed: ") + QString::fromUtf8(process.readAll()));
    }
    return process.readAll().trimmed();
}

void PostgresServer::initialise()
{
    run(QStringLiteral("initdb"),
        {QStringLiteral("-D"), m_data, QStringLiteral("-U"), QLatin1String(user()), QStringLiteral("-A"),
         QStringLiteral("scram-sha-256"), QStringLiteral("--pwfile"), QString::fromStdString(m_passwordFile),
         QStringLiteral("-E"), QStringLiteral("UTF8"), QStringLiteral("--locale=C"), QStringLiteral("--no-sync")});
}

void PostgresServer::start()
{
    m_server = std::make_unique<QProcess>();
    m_server->setWorkingDirectory(QStringLiteral("/"));
    m_server->setStandardOutputFile(QProcess::nullDevice());
    m_server->setStandardErrorFile(m_root + QStringLiteral("/server.log"), QIODevice::Append);
    prepare(*m_server, SIGQUIT);
    const auto setting = [](const char *name, const QString &value) {
        return QStringList{QStringLiteral("-c"), QLatin1String(name) + QLatin1Char('=') + value};
    };
    m_server->start(
        programs() + QStringLiteral("/postgres"),
        QStringList{QStringLiteral("-D"), m_data} + setting("port", QString::number(m_port))
            + setting("unix_socket_directories", m_root) + setting("listen_addresses", QStringLiteral("127.0.0.1"))
            + setting("max_connections", QString::number(m_options.maxConnections))
            + setting("superuser_reserved_connections", QStringLiteral("0"))
            + setting("max_wal_senders", QStringLiteral("0")) + setting("wal_level", QStringLiteral("minimal")));
    const QDeadlineTimer deadline(60'000);
    QProcess ready;
    do {
        if (deadline.hasExpired() || m_server->state() == QProcess::NotRunning) {
            QFile log(m_root + QStringLiteral("/server.log"));
            fail(QStringLiteral("PostgreSQL does not start: ")
                 + (log.open(QIODevice::ReadOnly) ? QString::fromUtf8(log.readAll().right(2'000)) : QString()));
        }
        m_server->waitForFinished(20);
        ready.start(
            programs() + QStringLiteral("/pg_isready"),
            {QStringLiteral("-q"), QStringLiteral("-h"), m_root, QStringLiteral("-p"), QString::number(m_port)});
        ready.waitForFinished();
    } while (ready.exitCode() != 0);
}

void PostgresServer::stop()
{
    if (running()) {
        ::kill(static_cast<pid_t>(m_server->processId()), SIGINT);
        m_server->waitForFinished(60'000);
    }
}

void PostgresServer::signalAll(int signal) const
{
    if (!running()) {
        return;
    }
    // The server forks a process per connection; each makes a session of its own, so that a group does not reach them.
    const auto parent = static_cast<pid_t>(m_server->processId());
    QFile children(QStringLiteral("/proc/%1/task/%1/children").arg(parent));
    const QList<QByteArray> pids =
        children.open(QIODevice::ReadOnly) ? children.readAll().split(' ') : QList<QByteArray>();
    ::kill(parent, signal);
    for (const QByteArray &pid : pids) {
        if (const int number = pid.trimmed().toInt(); number > 0) {
            ::kill(number, signal);
        }
    }
}

void PostgresServer::kill()
{
    signalAll(SIGKILL);
    if (m_server) {
        m_server->waitForFinished(10'000);
    }
}

void PostgresServer::freeze()
{
    signalAll(SIGSTOP);
}

void PostgresServer::thaw()
{
    signalAll(SIGCONT);
}

void PostgresServer::wipe()
{
    if (running()) {
        fail(QStringLiteral("stop the server before wiping it"));
    }
    QDir(m_data).removeRecursively();
    initialise();
}

QProcessEnvironment PostgresServer::environment()
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("PGPASSWORD"), QString::fromLatin1(kPassword));
    return environment;
}

QStringList PostgresServer::psqlArguments() const
{
    return {QStringLiteral("-X"), QStringLiteral("-q"),
            QStringLiteral("-A"), QStringLiteral("-t"),
            QStringLiteral("-v"), QStringLiteral("ON_ERROR_STOP=1"),
            QStringLiteral("-h"), m_root,
            QStringLiteral("-p"), QString::number(m_port),
            QStringLiteral("-U"), QLatin1String(user()),
            QStringLiteral("-d"), QLatin1String(database())};
}

QByteArray PostgresServer::psql(const QString &sql) const
{
    return run(QStringLiteral("psql"), psqlArguments() + QStringList{QStringLiteral("-c"), sql});
}

} // namespace coinswarm::test
