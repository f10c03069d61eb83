// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "contract/puppet_engine.h"
#include "rpc/remote_engine.h"
#include "rpc/rpc_server.h"

#include <QtTest/QTest>

namespace coinswarm::control {

namespace {

const std::string kToken(64, 'b');

rpc::RemoteOptions hasty()
{
    rpc::RemoteOptions options;
    options.requestTimeout = std::chrono::milliseconds(5'000);
    options.firstRetry = std::chrono::milliseconds(20);
    options.longestRetry = std::chrono::milliseconds(100);
    return options;
}

} // namespace

/// An engine behind a socket: what comes through, and what happens when the engine is gone.
class TestRemoteEngine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void callsComeThrough();
    void errorsKeepTheirKind();
    void everyReaderBeginsWithAFullFrame();
    void callsUnderWayEndWhenTheEngineGoes();
    void callsEndWhenTheEngineHangs();
    void callsWhileItIsGoneEndAtOnce();
    void tellsHowTheConnectionGoes();
    void readersGetAFullFrameAfterAReconnect();
    void saysThatTheTokenIsWrong();
    void neverSendsATokenInClearToAnotherMachine_data();
    void neverSendsATokenInClearToAnotherMachine();
    void callsUnderWayEndWithTheObject();

private:
    void serve(quint16 port = 0);
    std::unique_ptr<api::Engine> connectTo(rpc::RemoteOptions options = hasty());

    std::unique_ptr<PuppetEngine> m_engine;
    std::unique_ptr<rpc::RpcServer> m_server;
    QUrl m_url;
};

void TestRemoteEngine::init()
{
    m_engine = std::make_unique<PuppetEngine>();
    serve();
}

void TestRemoteEngine::cleanup()
{
    m_server.reset();
    m_engine.reset();
}

void TestRemoteEngine::serve(quint16 port)
{
    rpc::RpcServerOptions options;
    options.token = kToken;
    options.port = port;
    Result<std::unique_ptr<rpc::RpcServer>> server = rpc::RpcServer::start(*m_engine, options);
    QVERIFY2(server.ok(), server.ok() ? "" : server.error().message.c_str());
    m_server = std::move(server).value();
    m_url = m_server->url();
}

std::unique_ptr<api::Engine> TestRemoteEngine::connectTo(rpc::RemoteOptions options)
{
    return rpc::connectRemoteEngine(m_url, QString::fromStdString(kToken), options);
}

void TestRemoteEngine::callsComeThrough()
{
    m_engine->info.session = "paper-1";
    m_engine->present.account.equity = *Money::parse("10000.00000001");
    const auto remote = connectTo();
    auto info = remote->sessionInfo();
    auto status = remote->status();
    auto answered = remote->answerApproval({ApprovalId(7), "0a1b", true, "alice", ""});
    auto halted = remote->halt("alice", "test");
    QTRY_VERIFY(halted.isFinished());
    QCOMPARE(info.result()->session, std::string("paper-1"));
    QVERIFY(status.result()->account.equity == *Money::parse("10000.00000001"));
    QVERIFY(answered.result()->state == api::ApprovalState::Approved);
    QCOMPARE(halted.result()->ordersCancelled, 3U);
    QCOMPARE(m_engine->calls,
             (std::vector<std::string>{"session_info", "status", "answer_approval 0a1b alice", "halt alice test"}));
}

void TestRemoteEngine::errorsKeepTheirKind()
{
    const auto remote = connectTo();
    auto explained = remote->explain(OrderId(5));
    QTRY_VERIFY(explained.isFinished());
    const Result<api::Explanation> result = explained.result();
    QVERIFY(!result.ok());
    QVERIFY(result.error().kind == ErrorKind::NotFound);
    QCOMPARE(result.error().message, std::string("there is no such order"));
}

void TestRemoteEngine::everyReaderBeginsWithAFullFrame()
{
    const auto remote = connectTo();
    std::vector<api::Frame> first;
    std::vector<api::Frame> second;
    const auto one = remote->handleFrames(this, [&](const api::Frame &frame) { first.push_back(frame); });
    QTRY_VERIFY(!first.empty());
    QVERIFY(first.front().full);
    m_engine->emitFrame({});
    QTRY_COMPARE(first.size(), std::size_t{2});
    QVERIFY(!first.back().full);
    const auto two = remote->handleFrames(this, [&](const api::Frame &frame) { second.push_back(frame); });
    m_engine->emitFrame({});
    QTRY_VERIFY(!second.empty());
    QVERIFY(second.front().full);
}

void TestRemoteEngine::callsUnderWayEndWhenTheEngineGoes()
{
    m_engine->holds = true;
    const auto remote = connectTo();
    auto status = remote->status();
    QTRY_COMPARE(m_engine->calls.size(), std::size_t{1});
    m_server.reset();
    QTRY_VERIFY(status.isFinished());
    QVERIFY(status.result().error().kind == ErrorKind::Unavailable);
}

void TestRemoteEngine::callsEndWhenTheEngineHangs()
{
    m_engine->holds = true;
    rpc::RemoteOptions options = hasty();
    options.requestTimeout = std::chrono::milliseconds(50);
    const auto remote = connectTo(options);
    auto status = remote->status();
    QTRY_VERIFY(status.isFinished());
    QVERIFY(status.result().error().kind == ErrorKind::Unavailable);
    QVERIFY(status.result().error().message.find("did not answer status") != std::string::npos);
    // The late answer belongs to nobody and does no harm.
    m_engine->holds = false;
    m_engine->releaseAll();
    auto next = remote->sessionInfo();
    QTRY_VERIFY(next.isFinished());
    QVERIFY(next.result().ok());
}

void TestRemoteEngine::callsWhileItIsGoneEndAtOnce()
{
    m_server.reset();
    rpc::RemoteOptions options = hasty();
    options.firstRetry = options.longestRetry = std::chrono::seconds(30);
    const auto remote = connectTo(options);
    bool waiting = false;
    const auto handle = remote->handleConnection(
        this, [&](const api::ConnectionState &state) { waiting = !state.connected && state.retryIn.count() > 0; });
    QTRY_VERIFY(waiting);
    auto status = remote->status();
    QVERIFY(status.isFinished());
    QVERIFY(status.result().error().kind == ErrorKind::Unavailable);
}

void TestRemoteEngine::tellsHowTheConnectionGoes()
{
    const auto remote = connectTo();
    std::vector<api::ConnectionState> states;
    const auto handle =
        remote->handleConnection(this, [&](const api::ConnectionState &state) { states.push_back(state); });
    QTRY_VERIFY(!states.empty() && states.back().connected);
    QVERIFY(!states.front().connected);
    const auto port = static_cast<quint16>(m_url.port());
    m_server.reset();
    QTRY_VERIFY(!states.back().connected);
    QVERIFY2(states.back().text.find("engine gone since ") == 0, states.back().text.c_str());
    QVERIFY2(states.back().text.find("reconnecting in ") != std::string::npos, states.back().text.c_str());
    serve(port);
    QTRY_VERIFY(states.back().connected);
}

void TestRemoteEngine::readersGetAFullFrameAfterAReconnect()
{
    const auto remote = connectTo();
    std::vector<api::Frame> frames;
    const auto handle = remote->handleFrames(this, [&](const api::Frame &frame) { frames.push_back(frame); });
    QTRY_COMPARE(frames.size(), std::size_t{1});
    const auto port = static_cast<quint16>(m_url.port());
    m_server.reset();
    m_engine->whole.fills.resize(4);
    serve(port);
    QTRY_COMPARE(frames.size(), std::size_t{2});
    QVERIFY(frames.back().full);
    QCOMPARE(frames.back().fills.size(), std::size_t{4});
}

void TestRemoteEngine::saysThatTheTokenIsWrong()
{
    const auto remote = rpc::connectRemoteEngine(m_url, QStringLiteral("wrong"), hasty());
    std::string text;
    const auto handle = remote->handleConnection(this, [&](const api::ConnectionState &state) { text = state.text; });
    auto status = remote->status();
    QTRY_VERIFY(status.isFinished());
    QVERIFY(status.result().error().kind == ErrorKind::Refused);
    QTRY_VERIFY2(text.find("the token is not this engine's") != std::string::npos, text.c_str());
    QVERIFY(m_engine->calls.empty());
}

void TestRemoteEngine::neverSendsATokenInClearToAnotherMachine_data()
{
    QTest::addColumn<QUrl>("url");
    QTest::newRow("unencrypted") << QUrl(QStringLiteral("ws://192.0.2.1:80"));
    QTest::newRow("no WebSocket") << QUrl(QStringLiteral("http://127.0.0.1:80"));
    QTest::newRow("nothing") << QUrl();
}

void TestRemoteEngine::neverSendsATokenInClearToAnotherMachine()
{
    QFETCH(const QUrl, url);
    const auto remote = rpc::connectRemoteEngine(url, QString::fromStdString(kToken), hasty());
    auto status = remote->status();
    QVERIFY(status.isFinished());
    QVERIFY(status.result().error().kind == ErrorKind::Invalid);
}

void TestRemoteEngine::callsUnderWayEndWithTheObject()
{
    m_engine->holds = true;
    auto remote = connectTo();
    auto status = remote->status();
    QTRY_COMPARE(m_engine->calls.size(), std::size_t{1});
    remote.reset();
    QVERIFY(status.isFinished());
    QVERIFY(status.result().error().kind == ErrorKind::Unavailable);
}

} // namespace coinswarm::control

QTEST_GUILESS_MAIN(coinswarm::control::TestRemoteEngine)
#include "tst_remote_engine.moc"
