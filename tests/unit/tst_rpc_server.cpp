// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "contract/puppet_engine.h"
#include "rpc/control_files.h"
#include "rpc/rpc_server.h"

#include <QtCore/QJsonDocument>
#include <QtNetwork/QNetworkRequest>
#include <QtNetwork/QTcpSocket>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWebSockets/QWebSocket>

namespace coinswarm::control {

namespace {

const std::string kToken(64, 'a');

QString hello(const QString &token, int version = rpc::kRpcVersion)
{
    return rpc::encodeRequest(1, QStringLiteral("hello"),
                              {{QStringLiteral("version"), version}, {QStringLiteral("token"), token}});
}

/// A client that says exactly what it is told, and keeps what it hears.
class Client
{
public:
    explicit Client(const QString &origin = {}) : m_socket(origin)
    {
        QObject::connect(&m_socket, &QWebSocket::textMessageReceived, &m_socket,
                         [this](const QString &text) { m_heard.append(text); });
    }

    bool open(const QUrl &url, const QByteArray &authorization = {})
    {
        QNetworkRequest request(url);
        if (!authorization.isEmpty()) {
            request.setRawHeader(QByteArrayLiteral("Authorization"), authorization);
        }
        m_socket.open(request);
        return QTest::qWaitFor([this] { return m_socket.state() == QAbstractSocket::ConnectedState; }, 2'000);
    }
    void say(const QString &text) { m_socket.sendTextMessage(text); }
    bool hears(const char *part)
    {
        return QTest::qWaitFor([&] { return m_heard.join(QLatin1Char('\n')).contains(QLatin1StringView(part)); },
                               5'000);
    }
    bool isLetGo()
    {
        return QTest::qWaitFor([this] { return m_socket.state() == QAbstractSocket::UnconnectedState; }, 5'000);
    }
    QWebSocket &socket() { return m_socket; }

private:
    QWebSocket m_socket;
    QStringList m_heard;
};

/// A client that does the handshake by hand and reads only when it is told to.
class LazyClient
{
public:
    explicit LazyClient(quint16 port)
    {
        m_socket.setReadBufferSize(1'024);
        m_socket.connectToHost(QStringLiteral("127.0.0.1"), port);
        m_socket.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    }

    bool shakesHands()
    {
        return QTest::qWaitFor([this] { return m_socket.bytesAvailable() > 0; }, 2'000)
            && m_socket.readAll().startsWith("HTTP/1.1 101");
    }
    void say(const QString &text)
    {
        // Text, final, masked with zeros; blanks make it long enough for a length of two bytes.
        const QByteArray payload = text.toUtf8().leftJustified(200, ' ');
        QByteArray frame("\x81\xFE", 2);
        frame.append(static_cast<char>(payload.size() >> 8)).append(static_cast<char>(payload.size() & 0xFF));
        m_socket.write(frame.append(4, '\0') + payload);
    }
    /// Reads until `part` was in it `times` times.
    bool readsUntil(const QByteArray &part, int times)
    {
        m_socket.setReadBufferSize(0);
        return QTest::qWaitFor(
            [&] {
                m_read += m_socket.readAll();
                return m_read.count(part) >= times;
            },
            20'000);
    }

private:
    QTcpSocket m_socket;
    QByteArray m_read;
};

api::Frame heavyFrame()
{
    api::Frame frame;
    frame.alerts.resize(200);
    for (api::AlertView &alert : frame.alerts) {
        alert.text = std::string(500, 'x');
    }
    return frame;
}

} // namespace

/// Who may talk to an engine, and what one client can do to it and to the others.
class TestRpcServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void listensOnLoopbackOnly_data();
    void listensOnLoopbackOnly();
    void saysThatAPortIsTaken();
    void answersWhoHasTheToken();
    void acceptsTheTokenInTheHandshake();
    void letsGoWhoHasTheWrongToken_data();
    void letsGoWhoHasTheWrongToken();
    void letsGoWhoSpeaksAnotherVersion();
    void letsGoWhoSaysNothing();
    void letsGoWhoAsksBeforeHello();
    void refusesBrowsers();
    void refusesMoreClientsThanAllowed();
    void letsGoWhoSendsTooMuch();
    void refusesTooManyRequestsAtOnce();
    void keepsTalkingAfterNonsense();
    void aSlowClientCostsLittleAndGetsAFullFrameLater();
    void letsGoWhoNeverReads();
    void forgetsASubscriptionWithItsClient();

private:
    void serve(rpc::RpcClientLimits limits = {}, std::size_t mostClients = 8);

    std::unique_ptr<PuppetEngine> m_engine;
    std::unique_ptr<rpc::RpcServer> m_server;
};

void TestRpcServer::init()
{
    m_engine = std::make_unique<PuppetEngine>();
}

void TestRpcServer::cleanup()
{
    m_server.reset();
    m_engine.reset();
}

void TestRpcServer::serve(rpc::RpcClientLimits limits, std::size_t mostClients)
{
    rpc::RpcServerOptions options;
    options.token = kToken;
    options.limits = limits;
    options.mostClients = mostClients;
    Result<std::unique_ptr<rpc::RpcServer>> server = rpc::RpcServer::start(*m_engine, options);
    QVERIFY2(server.ok(), server.ok() ? "" : server.error().message.c_str());
    m_server = std::move(server).value();
}

void TestRpcServer::listensOnLoopbackOnly_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<bool>("accepted");
    QTest::newRow("IPv4") << QStringLiteral("127.0.0.1") << true;
    QTest::newRow("name") << QStringLiteral("localhost") << true;
    QTest::newRow("everywhere") << QStringLiteral("0.0.0.0") << false;
    QTest::newRow("another machine") << QStringLiteral("192.0.2.1") << false;
    QTest::newRow("nonsense") << QStringLiteral("here") << false;
}

void TestRpcServer::listensOnLoopbackOnly()
{
    QFETCH(const QString, address);
    QFETCH(const bool, accepted);
    rpc::RpcServerOptions options;
    options.address = address.toStdString();
    options.token = kToken;
    const auto server = rpc::RpcServer::start(*m_engine, options);
    QCOMPARE(server.ok(), accepted);
    QVERIFY(accepted || server.error().kind == ErrorKind::Invalid);
}

void TestRpcServer::saysThatAPortIsTaken()
{
    serve();
    rpc::RpcServerOptions options;
    options.token = kToken;
    options.port = static_cast<quint16>(m_server->url().port());
    const auto second = rpc::RpcServer::start(*m_engine, options);
    QVERIFY(!second.ok());
    QVERIFY(second.error().kind == ErrorKind::Unavailable);
}

void TestRpcServer::answersWhoHasTheToken()
{
    serve();
    Client client;
    QVERIFY(client.open(m_server->url()));
    client.say(hello(QString::fromStdString(kToken)));
    QVERIFY(client.hears("\"version\":1"));
    client.say(rpc::encodeRequest(2, QStringLiteral("status"), {}));
    QVERIFY(client.hears("\"id\":2"));
    QCOMPARE(m_engine->calls, std::vector<std::string>{"status"});
}

void TestRpcServer::acceptsTheTokenInTheHandshake()
{
    serve();
    Client client;
    QVERIFY(client.open(m_server->url(), QByteArrayLiteral("Bearer ") + QByteArray::fromStdString(kToken)));
    client.say(rpc::encodeRequest(2, QStringLiteral("status"), {}));
    QVERIFY(client.hears("\"result\""));
}

void TestRpcServer::letsGoWhoHasTheWrongToken_data()
{
    QTest::addColumn<QString>("token");
    QTest::newRow("none") << QString();
    QTest::newRow("first part") << QString(63, QLatin1Char('a'));
    QTest::newRow("one digit off") << QString(63, QLatin1Char('a')) + QLatin1Char('b');
    QTest::newRow("longer") << QString(65, QLatin1Char('a'));
}

void TestRpcServer::letsGoWhoHasTheWrongToken()
{
    QFETCH(const QString, token);
    serve();
    Client client;
    QVERIFY(client.open(m_server->url()));
    client.say(hello(token));
    client.say(rpc::encodeRequest(2, QStringLiteral("status"), {}));
    QVERIFY(client.hears("\"refused\""));
    QVERIFY(client.isLetGo());
    QVERIFY(m_engine->calls.empty());
    QTRY_COMPARE(m_server->clients(), std::size_t{0});
}

void TestRpcServer::letsGoWhoSpeaksAnotherVersion()
{
    serve();
    Client client;
    QVERIFY(client.open(m_server->url()));
    client.say(hello(QString::fromStdString(kToken), rpc::kRpcVersion + 1));
    QVERIFY(client.hears("update the older program"));
    QVERIFY(client.isLetGo());
}

void TestRpcServer::letsGoWhoSaysNothing()
{
    rpc::RpcClientLimits limits;
    limits.loginTime = std::chrono::milliseconds(50);
    serve(limits);
    Client client;
    QVERIFY(client.open(m_server->url()));
    QVERIFY(client.isLetGo());
}

void TestRpcServer::letsGoWhoAsksBeforeHello()
{
    serve();
    Client client;
    QVERIFY(client.open(m_server->url()));
    client.say(rpc::encodeRequest(
        1, QStringLiteral("halt"),
        {{QStringLiteral("operator_name"), QStringLiteral("x")}, {QStringLiteral("reason"), QStringLiteral("y")}}));
    QVERIFY(client.isLetGo());
    QVERIFY(m_engine->calls.empty());
}

void TestRpcServer::refusesBrowsers()
{
    serve();
    Client page(QStringLiteral("http://evil.example"));
    page.socket().open(m_server->url());
    QVERIFY(page.isLetGo());
    QCOMPARE(m_server->clients(), std::size_t{0});
}

void TestRpcServer::refusesMoreClientsThanAllowed()
{
    serve({}, 2);
    Client first;
    Client second;
    Client third;
    QVERIFY(first.open(m_server->url()));
    QVERIFY(second.open(m_server->url()));
    QTRY_COMPARE(m_server->clients(), std::size_t{2});
    third.socket().open(m_server->url());
    QSignalSpy gone(&third.socket(), &QWebSocket::disconnected);
    QVERIFY(gone.wait());
    QCOMPARE(m_server->clients(), std::size_t{2});
}

void TestRpcServer::letsGoWhoSendsTooMuch()
{
    serve();
    Client client;
    QVERIFY(client.open(m_server->url()));
    client.say(hello(QString::fromStdString(kToken)));
    QVERIFY(client.hears("\"version\""));
    client.say(QString(static_cast<qsizetype>(rpc::kMaxRequestBytes) + 1, QLatin1Char('x')));
    QVERIFY(client.isLetGo());
    QTRY_COMPARE(m_server->clients(), std::size_t{0});
}

void TestRpcServer::refusesTooManyRequestsAtOnce()
{
    rpc::RpcClientLimits limits;
    limits.mostRequests = 3;
    serve(limits);
    m_engine->holds = true;
    Client client;
    QVERIFY(client.open(m_server->url()));
    client.say(hello(QString::fromStdString(kToken)));
    for (int i = 2; i < 6; ++i) {
        client.say(rpc::encodeRequest(i, QStringLiteral("status"), {}));
    }
    QVERIFY(client.hears("too many requests"));
    QCOMPARE(m_engine->calls.size(), std::size_t{3});
    m_engine->releaseAll();
    QVERIFY(client.hears("\"id\":4"));
}

void TestRpcServer::keepsTalkingAfterNonsense()
{
    serve();
    Client client;
    QVERIFY(client.open(m_server->url()));
    client.say(hello(QString::fromStdString(kToken)));
    client.say(QStringLiteral("{nonsense"));
    QVERIFY(client.hears("-32700"));
    client.say(rpc::encodeRequest(9, QStringLiteral("status"), {}));
    QVERIFY(client.hears("\"id\":9"));
}

void TestRpcServer::aSlowClientCostsLittleAndGetsAFullFrameLater()
{
    serve();
    LazyClient slow(static_cast<quint16>(m_server->url().port()));
    QVERIFY(slow.shakesHands());
    slow.say(hello(QString::fromStdString(kToken)));
    slow.say(rpc::encodeRequest(2, QStringLiteral("subscribe_frames"), {}));
    QTRY_COMPARE(m_engine->subscribers(), std::size_t{1});
    qint64 most = 0;
    for (int i = 0; i < 300; ++i) {
        m_engine->emitFrame(heavyFrame());
        QCoreApplication::processEvents();
        most = std::max(most, m_server->unsentBytes());
    }
    QVERIFY2(most > rpc::RpcClientLimits().highWater, "the client was not slow enough to prove anything");
    QVERIFY2(most < 3 * rpc::RpcClientLimits().highWater, qPrintable(QString::number(most)));
    QVERIFY(slow.readsUntil("\"full\":true", 2));
    QCOMPARE(m_server->clients(), std::size_t{1});
}

void TestRpcServer::letsGoWhoNeverReads()
{
    rpc::RpcClientLimits limits;
    limits.stallTime = std::chrono::milliseconds(100);
    serve(limits);
    LazyClient slow(static_cast<quint16>(m_server->url().port()));
    QVERIFY(slow.shakesHands());
    slow.say(hello(QString::fromStdString(kToken)));
    slow.say(rpc::encodeRequest(2, QStringLiteral("subscribe_frames"), {}));
    QTRY_COMPARE(m_engine->subscribers(), std::size_t{1});
    const auto emitUntilGone = [&] {
        m_engine->emitFrame(heavyFrame());
        return m_server->clients() == 0;
    };
    QVERIFY(QTest::qWaitFor(emitUntilGone, 20'000));
    QTRY_COMPARE(m_engine->subscribers(), std::size_t{0});
}

void TestRpcServer::forgetsASubscriptionWithItsClient()
{
    serve();
    {
        Client client;
        QVERIFY(client.open(m_server->url()));
        client.say(hello(QString::fromStdString(kToken)));
        client.say(rpc::encodeRequest(2, QStringLiteral("subscribe_frames"), {}));
        QVERIFY(client.hears("\"method\":\"frame\""));
        QCOMPARE(m_engine->subscribers(), std::size_t{1});
    }
    QTRY_COMPARE(m_engine->subscribers(), std::size_t{0});
    QCOMPARE(m_server->clients(), std::size_t{0});
}

} // namespace coinswarm::control

QTEST_GUILESS_MAIN(coinswarm::control::TestRpcServer)
#include "tst_rpc_server.moc"
