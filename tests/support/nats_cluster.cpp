// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/nats_cluster.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QStandardPaths>
#include <QtTest/QTest>

#include <algorithm>
#include <csignal>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace coinswarm::test {

namespace {

QString program()
{
    return QStandardPaths::findExecutable(QStringLiteral("nats-server"),
                                          {QStringLiteral("/usr/sbin"), QStringLiteral("/usr/local/sbin"),
                                           QStringLiteral("/usr/bin"), QStringLiteral("/usr/local/bin")});
}

sockaddr_in loopback(int port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
}

// Ports that were free a moment ago; all are held until all are known, so that they differ.
std::vector<int> freePorts(std::size_t count)
{
    std::vector<int> sockets;
    std::vector<int> ports;
    for (std::size_t i = 0; i < count; ++i) {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address = loopback(0);
        socklen_t size = sizeof address;
        if (::bind(fd, reinterpret_cast<const sockaddr *>(&address), size) == 0
            && ::getsockname(fd, reinterpret_cast<sockaddr *>(&address), &size) == 0)
        {
            ports.push_back(ntohs(address.sin_port));
        }
        sockets.push_back(fd);
    }
    for (const int fd : sockets) {
        ::close(fd);
    }
    return ports;
}

} // namespace

bool NatsCluster::isAvailable()
{
    return !program().isEmpty();
}

Result<std::unique_ptr<NatsCluster>> NatsCluster::start(int nodes)
{
    std::unique_ptr<NatsCluster> cluster(new NatsCluster);
    const std::vector<int> ports = freePorts(static_cast<std::size_t>(nodes) * 3);
    if (!cluster->m_folder.isValid() || ports.size() != static_cast<std::size_t>(nodes) * 3) {
        return Error{ErrorKind::Environment, "no temporary folder or no free ports for nats-server"};
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(nodes); ++i) {
        cluster->m_nodes.push_back(
            {"n" + std::to_string(i), ports[i * 3], ports[i * 3 + 1], ports[i * 3 + 2], nullptr, false});
    }
    for (Node &node : cluster->m_nodes) {
        if (const Result<void> launched = cluster->launch(node); !launched.ok()) {
            return launched.error();
        }
    }
    if (const Result<void> ready = cluster->waitReady(); !ready.ok()) {
        return ready.error();
    }
    return cluster;
}

NatsCluster::~NatsCluster()
{
    for (int i = 0; i < nodes(); ++i) {
        kill(i);
    }
}

std::string NatsCluster::servers() const
{
    std::string list;
    for (const Node &node : m_nodes) {
        list += (list.empty() ? "" : ",") + ("nats://127.0.0.1:" + std::to_string(node.clientPort));
    }
    return list;
}

QString NatsCluster::storeOf(const Node &node) const
{
    return m_folder.filePath(QString::fromStdString(node.name));
}

Result<void> NatsCluster::launch(Node &node)
{
    QString routes;
    for (const Node &other : m_nodes) {
        routes += QStringLiteral("\"nats://127.0.0.1:%1\", ").arg(other.routePort);
    }
    QString text = QStringLiteral("server_name: %1\nlisten: \"127.0.0.1:%2\"\nhttp: \"127.0.0.1:%3\"\n"
                                  "jetstream { store_dir: \"%4\", max_mem: 64MB, max_file: 16GB }\n")
                       .arg(QString::fromStdString(node.name), QString::number(node.clientPort),
                            QString::number(node.monitorPort), storeOf(node));
    if (m_nodes.size() > 1) {
        text += QStringLiteral("cluster { name: test, listen: \"127.0.0.1:%1\", routes: [ %2 ] }\n")
                    .arg(QString::number(node.routePort), routes);
    }
    const QString configuration = storeOf(node) + QStringLiteral(".conf");
    QFile file(configuration);
    if (!file.open(QIODevice::WriteOnly) || file.write(text.toUtf8()) != text.size()) {
        return Error{ErrorKind::Environment, "the configuration of nats-server cannot be written"};
    }
    file.close();
    node.paused = false;
    node.process = std::make_unique<QProcess>();
    node.process->setProcessChannelMode(QProcess::MergedChannels);
    node.process->setStandardOutputFile(storeOf(node) + QStringLiteral(".txt"), QIODevice::Append);
    node.process->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    node.process->start(program(), {QStringLiteral("-c"), configuration});
    if (!node.process->waitForStarted(10'000)) {
        return Error{ErrorKind::Environment,
                     "nats-server does not start: " + node.process->errorString().toStdString()};
    }
    return {};
}

void NatsCluster::kill(int node)
{
    Node &target = m_nodes[static_cast<std::size_t>(node)];
    if (target.process != nullptr) {
        target.process->kill();
        target.process->waitForFinished(10'000);
        target.process.reset();
    }
}

void NatsCluster::pause(int node)
{
    Node &target = m_nodes[static_cast<std::size_t>(node)];
    ::kill(static_cast<pid_t>(target.process->processId()), SIGSTOP);
    target.paused = true;
}

void NatsCluster::resume(int node)
{
    Node &target = m_nodes[static_cast<std::size_t>(node)];
    ::kill(static_cast<pid_t>(target.process->processId()), SIGCONT);
    target.paused = false;
}

Result<void> NatsCluster::restart(int node)
{
    kill(node);
    return launch(m_nodes[static_cast<std::size_t>(node)]);
}

void NatsCluster::wipe(int node)
{
    QDir(storeOf(m_nodes[static_cast<std::size_t>(node)])).removeRecursively();
}

Result<void> NatsCluster::waitReady(std::chrono::milliseconds timeout) const
{
    const bool ready = QTest::qWaitFor(
        [this] {
            return std::all_of(m_nodes.begin(), m_nodes.end(), [](const Node &node) {
                return node.process == nullptr || node.paused || !monitor(node, "/healthz").isEmpty();
            });
        },
        static_cast<int>(timeout.count()));
    if (ready) {
        return {};
    }
    std::string said;
    for (const Node &node : m_nodes) {
        QFile file(storeOf(node) + QStringLiteral(".txt"));
        if (file.open(QIODevice::ReadOnly)) {
            said += "\n" + node.name + ": " + file.readAll().right(1'000).toStdString();
        }
    }
    return Error{ErrorKind::Unavailable, "nats-server does not become ready" + said};
}

int NatsCluster::leaderOf(const std::string &stream) const
{
    for (const Node &node : m_nodes) {
        if (node.process == nullptr || node.paused) {
            continue;
        }
        const QJsonObject answer = QJsonDocument::fromJson(monitor(node, "/jsz?streams=1&leader=0")).object();
        for (const QJsonValue &account : answer.value(QLatin1String("account_details")).toArray()) {
            for (const QJsonValue &detail : account.toObject().value(QLatin1String("stream_detail")).toArray()) {
                if (detail.toObject().value(QLatin1String("name")).toString().toStdString() != stream) {
                    continue;
                }
                const std::string leader = detail.toObject()
                                               .value(QLatin1String("cluster"))
                                               .toObject()
                                               .value(QLatin1String("leader"))
                                               .toString()
                                               .toStdString();
                for (int i = 0; i < nodes(); ++i) {
                    if (m_nodes[static_cast<std::size_t>(i)].name == leader) {
                        return i;
                    }
                }
            }
        }
    }
    return -1;
}

QByteArray NatsCluster::monitor(const Node &node, const QByteArray &path)
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    const sockaddr_in address = loopback(node.monitorPort);
    QByteArray answer;
    if (::connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0) {
        const QByteArray question = "GET " + path + " HTTP/1.0\r\n\r\n";
        if (::send(fd, question.constData(), static_cast<std::size_t>(question.size()), MSG_NOSIGNAL) > 0) {
            char buffer[65'536];
            for (ssize_t got = 0; (got = ::recv(fd, buffer, sizeof buffer, 0)) > 0;) {
                answer.append(buffer, got);
            }
        }
    }
    ::close(fd);
    const qsizetype body = answer.indexOf("\r\n\r\n");
    return body > 0 && answer.left(answer.indexOf("\r\n")).contains(" 200 ") ? answer.mid(body + 4) : QByteArray();
}

} // namespace coinswarm::test
