// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/nats_cluster.h"

#include "support/loopback.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QStandardPaths>
#include <QtTest/QTest>

#include <algorithm>
#include <csignal>

#include <sys/prctl.h>
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

// Ports that were free a moment ago; all are held until all are known, so that they differ.
std::vector<int> freePorts(std::size_t count)
{
    std::vector<int> sockets;
    std::vector<int> ports;
    for (std::size_t i = 0; i < count; ++i) {
        sockets.push_back(newSocket());
        if (const int port = bindAnywhere(sockets.back()); port != 0) {
            ports.push_back(port);
        }
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

Result<std::unique_ptr<NatsCluster>> NatsCluster::start(int nodes, Routes routes)
{
    std::unique_ptr<NatsCluster> cluster(new NatsCluster);
    // Before free ports are looked for: theirs are taken then.
    if (routes == Routes::Relayed) {
        Result<std::unique_ptr<RouteRelays>> relays = RouteRelays::start(nodes);
        if (!relays.ok()) {
            return relays.error();
        }
        cluster->m_relays = std::move(relays).value();
    }
    const std::vector<int> ports = freePorts(static_cast<std::size_t>(nodes) * 3);
    if (!cluster->m_folder.isValid() || ports.size() != static_cast<std::size_t>(nodes) * 3) {
        return Error{ErrorKind::Environment, "no temporary folder or no free ports for nats-server"};
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(nodes); ++i) {
        cluster->m_nodes.push_back(
            {"n" + std::to_string(i), ports[i * 3], ports[i * 3 + 1], ports[i * 3 + 2], nullptr, false});
        if (cluster->m_relays != nullptr) {
            cluster->m_relays->leadTo(static_cast<int>(i), ports[i * 3 + 1]);
        }
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
    for (int i = 0; i < nodes(); ++i) {
        list += (list.empty() ? "" : ",") + server(i);
    }
    return list;
}

std::string NatsCluster::server(int node) const
{
    return "nats://127.0.0.1:" + std::to_string(m_nodes[static_cast<std::size_t>(node)].clientPort);
}

QString NatsCluster::storeOf(const Node &node) const
{
    return m_folder.filePath(QString::fromStdString(node.name));
}

QString NatsCluster::routesOf(const Node &node) const
{
    const QString address = QStringLiteral("\"nats://127.0.0.1:%1\", ");
    const auto self = static_cast<int>(&node - m_nodes.data());
    QString routes;
    for (int other = 0; other < nodes(); ++other) {
        if (m_relays == nullptr) {
            routes += address.arg(m_nodes[static_cast<std::size_t>(other)].routePort);
        } else if (other != self) {
            routes += address.arg(m_relays->port(self, other));
        }
    }
    routes = QStringLiteral("routes: [ %1 ]").arg(routes);
    // Else the servers would tell each other, and their clients, ways past the relays.
    return m_relays == nullptr
        ? routes
        : QStringLiteral("advertise: \"127.0.0.1:%1\", no_advertise: true, %2").arg(m_relays->deadPort()).arg(routes);
}

Result<void> NatsCluster::launch(Node &node)
{
    QString text = QStringLiteral("server_name: %1\nlisten: \"127.0.0.1:%2\"\nhttp: \"127.0.0.1:%3\"\n"
                                  "jetstream { store_dir: \"%4\", max_mem: 64MB, max_file: 16GB }\n")
                       .arg(QString::fromStdString(node.name), QString::number(node.clientPort),
                            QString::number(node.monitorPort), storeOf(node));
    if (m_nodes.size() > 1) {
        text += QStringLiteral("cluster { name: test, listen: \"127.0.0.1:%1\", %2 }\n")
                    .arg(QString::number(node.routePort), routesOf(node));
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

void NatsCluster::isolate(int node, Partition partition)
{
    m_relays->isolate(node, partition);
}

void NatsCluster::rejoin(int node)
{
    m_relays->rejoin(node);
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
    const int fd = newSocket();
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
