// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "redis/redis_async.h"
#include "support/check.h"
#include "support/redis_server.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::redis;
using namespace coinswarm::test;
using namespace std::chrono_literals;

// The connection to Redis that never waits, and every way in which it may end.
class TestRedisAsync : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_server.reset(); }
    void repliesComeInOrder();
    void saysWhyItCannotConnect_data();
    void saysWhyItCannotConnect();
    void closesWithinAReply();
    void isDestroyedWithinAReply();
    void isDestroyedWithCommandsUnderWay();
    void serverKilledEndsCommandsUnderWay();
    void silentServerIsGivenUp();
    void opensAgain();
    void callbackMayRunAnEventLoop();

private:
    static RedisSettings settingsFor(const RedisServer &server);
    RedisSettings settings() const { return settingsFor(*m_server); }
    static std::unique_ptr<RedisAsync> opened(const RedisSettings &settings);

    std::unique_ptr<RedisServer> m_server; ///< for those that do it no harm
};

RedisSettings TestRedisAsync::settingsFor(const RedisServer &server)
{
    RedisSettings settings;
    take(setRedisAddress(settings, server.address()));
    settings.commandTimeout = 2s;
    return settings;
}

std::unique_ptr<RedisAsync> TestRedisAsync::opened(const RedisSettings &settings)
{
    auto redis = std::make_unique<RedisAsync>(settings);
    QSignalSpy spy(redis.get(), &RedisAsync::opened);
    redis->open();
    return spy.wait(10'000) ? std::move(redis) : nullptr;
}

void TestRedisAsync::initTestCase()
{
    if (!RedisServer::isAvailable()) {
        QSKIP("SKIPPED: redis-server or redis-cli is not installed");
    }
    m_server = take(RedisServer::start());
}

void TestRedisAsync::repliesComeInOrder()
{
    const auto redis = opened(settings());
    QVERIFY(redis != nullptr);
    QVERIFY(redis->isOpen());
    std::vector<int> got;
    for (int i = 0; i < 5'000; ++i) {
        redis->send({"ECHO", std::to_string(i)}, [&](const Result<RedisView> &reply) {
            got.push_back(QByteArray(reply->text().data(), static_cast<qsizetype>(reply->text().size())).toInt());
        });
    }
    QTRY_COMPARE(got.size(), std::size_t{5'000});
    QVERIFY(std::is_sorted(got.begin(), got.end()));
    // A reply larger than any buffer, and an error.
    const std::string large(3'000'000, 'x');
    std::size_t size = 0;
    std::string error;
    redis->send({"ECHO", large}, [&](const Result<RedisView> &reply) { size = reply->text().size(); });
    redis->send({"HGET", "few"}, [&](const Result<RedisView> &reply) { error = reply.error().message; });
    QTRY_VERIFY(!error.empty());
    QCOMPARE(size, large.size());
    QVERIFY(redis->isOpen());
}

void TestRedisAsync::saysWhyItCannotConnect_data()
{
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<QByteArray>("variable");
    QTest::addColumn<QByteArray>("says");
    qputenv("COINSWARM_TEST_REDIS_PASSWORD", "some-secret");
    qunsetenv("COINSWARM_TEST_REDIS_NONE");
    QTest::newRow("nobody listens") << QByteArray("127.0.0.1:1") << QByteArray() << QByteArray("cannot be reached");
    QTest::newRow("no such socket") << QByteArray("/nowhere/redis.sock") << QByteArray()
                                    << QByteArray("cannot be reached");
    QTest::newRow("no such password") << QByteArray() << QByteArray("COINSWARM_TEST_REDIS_NONE")
                                      << QByteArray("not set");
    QTest::newRow("password not wanted") << QByteArray() << QByteArray("COINSWARM_TEST_REDIS_PASSWORD")
                                         << QByteArray("has no password");
}

void TestRedisAsync::saysWhyItCannotConnect()
{
    QFETCH(QByteArray, address);
    QFETCH(QByteArray, variable);
    QFETCH(QByteArray, says);
    RedisSettings wrong = settings();
    if (!address.isEmpty()) {
        take(setRedisAddress(wrong, address.toStdString()));
    }
    wrong.passwordVariable = variable.toStdString();
    RedisAsync redis(wrong);
    QSignalSpy closed(&redis, &RedisAsync::closed);
    redis.open();
    QVERIFY(closed.wait(10'000));
    const QString trouble = closed.front().front().toString();
    QVERIFY2(trouble.contains(QString::fromLatin1(says)), qPrintable(trouble));
    QVERIFY(!trouble.contains(QStringLiteral("some-secret")));
    QVERIFY(!redis.isOpen());
    // The other kind of connection says the same.
    const auto waiting = RedisConnection::open(wrong);
    QVERIFY(!waiting.ok() && QByteArray::fromStdString(waiting.error().message).contains(says));
}

void TestRedisAsync::closesWithinAReply()
{
    for (int round = 0; round < 20; ++round) {
        const auto redis = opened(settings());
        QVERIFY(redis != nullptr);
        QSignalSpy closed(redis.get(), &RedisAsync::closed);
        int replies = 0;
        int failures = 0;
        for (int i = 0; i < 100; ++i) {
            redis->send({"PING"}, [&](const Result<RedisView> &reply) {
                ++(reply.ok() ? replies : failures);
                if (replies == 50) {
                    redis->close();
                }
            });
        }
        QVERIFY(closed.wait(10'000));
        QCOMPARE(replies, 50);
        QCOMPARE(failures, 50);
        QCOMPARE(closed.size(), 1);
        QVERIFY(closed.front().front().toString().isEmpty());
    }
}

void TestRedisAsync::isDestroyedWithinAReply()
{
    for (int round = 0; round < 20; ++round) {
        std::unique_ptr<RedisAsync> redis = opened(settings());
        QVERIFY(redis != nullptr);
        int calls = 0;
        for (int i = 0; i < 10; ++i) {
            redis->send({"PING"}, [&](const Result<RedisView> &) {
                if (++calls == 5) {
                    redis.reset();
                }
            });
        }
        QTRY_VERIFY(redis == nullptr);
        QCoreApplication::processEvents();
        QCOMPARE(calls, 5);
    }
}

void TestRedisAsync::isDestroyedWithCommandsUnderWay()
{
    int calls = 0;
    for (int round = 0; round < 20; ++round) {
        std::unique_ptr<RedisAsync> redis = opened(settings());
        QVERIFY(redis != nullptr);
        redis->send(
            {"BLPOP", "nothing", "0"}, [&](const Result<RedisView> &) { ++calls; }, 60s);
        redis->send({"PING"}, [&](const Result<RedisView> &) { ++calls; });
        if (round % 2 == 0) {
            QCoreApplication::processEvents();
        }
    }
    // Also one that has not got as far as being connected.
    RedisAsync(settings()).open();
    QCoreApplication::processEvents();
    QCOMPARE(calls, 0);
}

void TestRedisAsync::serverKilledEndsCommandsUnderWay()
{
    const std::unique_ptr<RedisServer> server = take(RedisServer::start());
    const auto redis = opened(settingsFor(*server));
    QVERIFY(redis != nullptr);
    QSignalSpy closed(redis.get(), &RedisAsync::closed);
    std::vector<std::string> errors;
    const auto note = [&](const Result<RedisView> &reply) {
        errors.push_back(reply.ok() ? std::string() : reply.error().message);
        // Asking on in despair does not lead anywhere, and not in a circle either.
        redis->send({"PING"}, [&](const Result<RedisView> &again) { errors.push_back(again.error().message); });
    };
    redis->send({"BLPOP", "nothing", "0"}, note, 60s);
    redis->send({"PING"}, note);
    server->kill();
    QVERIFY(closed.wait(10'000));
    QTRY_COMPARE(errors.size(), std::size_t{4});
    for (const std::string &error : errors) {
        QVERIFY(!error.empty());
    }
    QVERIFY(closed.front().front().toString().contains(QStringLiteral("closed the connection")));
}

void TestRedisAsync::silentServerIsGivenUp()
{
    const std::unique_ptr<RedisServer> server = take(RedisServer::start());
    RedisSettings hasty = settingsFor(*server);
    hasty.connectTimeout = 200ms;
    const auto redis = opened(hasty);
    QVERIFY(redis != nullptr);
    QSignalSpy closed(redis.get(), &RedisAsync::closed);
    server->pause();
    std::string error;
    redis->send(
        {"PING"}, [&](const Result<RedisView> &reply) { error = reply.error().message; }, 100ms);
    QVERIFY(closed.wait(10'000));
    QVERIFY(error.find("has not answered") != std::string::npos);
    // The kernel accepts for it; logging in is what it does not answer.
    redis->open();
    QVERIFY(closed.wait(10'000));
    QCOMPARE(closed.size(), 2);
    server->resume();
}

void TestRedisAsync::opensAgain()
{
    const std::unique_ptr<RedisServer> server = take(RedisServer::start());
    const auto redis = opened(settingsFor(*server));
    QVERIFY(redis != nullptr);
    QSignalSpy closed(redis.get(), &RedisAsync::closed);
    QSignalSpy again(redis.get(), &RedisAsync::opened);
    take(server->restart());
    QTRY_COMPARE(closed.size(), 1);
    redis->open();
    QVERIFY(again.wait(10'000));
    bool answered = false;
    redis->send({"PING"}, [&](const Result<RedisView> &reply) { answered = reply.ok(); });
    QTRY_VERIFY(answered);
}

void TestRedisAsync::callbackMayRunAnEventLoop()
{
    const auto redis = opened(settings());
    QVERIFY(redis != nullptr);
    int replies = 0;
    redis->send({"PING"}, [&](const Result<RedisView> &) {
        // Replies wait until this returns, because hiredis cannot be entered twice.
        redis->send({"PING"}, [&](const Result<RedisView> &) { ++replies; });
        for (int i = 0; i < 20; ++i) {
            QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
        }
        QCOMPARE(replies, 0);
        ++replies;
    });
    QTRY_COMPARE(replies, 2);
}

QTEST_GUILESS_MAIN(TestRedisAsync)
#include "tst_redis_async.moc"
