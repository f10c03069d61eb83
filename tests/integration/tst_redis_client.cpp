// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "redis/redis_pool.h"
#include "support/check.h"
#include "support/redis_server.h"

#include <QtTest/QtTest>

#include <thread>

using namespace coinswarm;
using namespace coinswarm::redis;
using namespace coinswarm::test;
using namespace std::chrono_literals;

// The client of Redis against real servers: connections that wait, and the pool of them.
class TestRedisClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_server.reset(); }
    void addressesAreChecked_data();
    void addressesAreChecked();
    void passwordsAreFound();
    void pipelinedCommandsAnswerInOrder();
    void unixSocketWorks();
    void databasesAreApart();
    void nobodyThereIsSaid();
    void killedServerEndsTheConnectionOnly();
    void silentServerTimesOut();
    void poolLendsAsManyAsAllowed();
    void poolLendsNoDeadConnections();
    void poolTriesAgainUntilTheServerIsBack();
    void healthSaysWhatIsWrong();
    void interruptEndsWaiting();

private:
    static RedisSettings settingsFor(const RedisServer &server);
    RedisSettings settings() const { return settingsFor(*m_server); }

    std::unique_ptr<RedisServer> m_server; ///< for those that do it no harm
};

RedisSettings TestRedisClient::settingsFor(const RedisServer &server)
{
    RedisSettings settings;
    take(setRedisAddress(settings, server.address()));
    settings.commandTimeout = 2s;
    return settings;
}

void TestRedisClient::initTestCase()
{
    if (!RedisServer::isAvailable()) {
        QSKIP("SKIPPED: redis-server or redis-cli is not installed");
    }
    m_server = take(RedisServer::start());
}

void TestRedisClient::addressesAreChecked_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("address"); // empty: refused
    const char *rows[][2] = {{"127.0.0.1:6379", "127.0.0.1:6379"},
                             {"redis.example.org:1", "redis.example.org:1"},
                             {"[::1]:65535", "[::1]:65535"},
                             {"/run/redis.sock", "/run/redis.sock"},
                             {"", ""},
                             {"localhost", ""},
                             {":6379", ""},
                             {"localhost:", ""},
                             {"localhost:0", ""},
                             {"localhost:65536", ""},
                             {"localhost:6379x", ""},
                             {"redis://localhost:6379", ""},
                             {"user:secret@localhost:6379", ""}};
    for (const auto &row : rows) {
        QTest::newRow(row[0]) << QByteArray(row[0]) << QByteArray(row[1]);
    }
}

void TestRedisClient::addressesAreChecked()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, address);
    RedisSettings settings;
    const Result<void> set = setRedisAddress(settings, text.toStdString());
    QCOMPARE(set.ok(), !address.isEmpty());
    if (set.ok()) {
        QCOMPARE(settings.address(), address.toStdString());
    } else {
        QCOMPARE(set.error().kind, ErrorKind::Invalid);
        QVERIFY(set.error().message.find("secret") == std::string::npos);
    }
}

void TestRedisClient::passwordsAreFound()
{
    RedisSettings settings;
    QCOMPARE(take(redisPassword(settings)), std::string());
    settings.passwordVariable = "COINSWARM_TEST_REDIS_PASSWORD";
    qunsetenv(settings.passwordVariable.c_str());
    QCOMPARE(redisPassword(settings).error().kind, ErrorKind::Environment);
    qputenv(settings.passwordVariable.c_str(), "from the environment");
    QCOMPARE(take(redisPassword(settings)), std::string("from the environment"));
    QTemporaryDir folder;
    settings.passwordFile = folder.filePath(QStringLiteral("password")).toStdString();
    QCOMPARE(redisPassword(settings).error().kind, ErrorKind::Invalid);
    settings.passwordVariable.clear();
    QCOMPARE(redisPassword(settings).error().kind, ErrorKind::Environment);
    QFile file(QString::fromStdString(settings.passwordFile));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("pass word \r\nsecond\n") > 0);
    file.close();
    QCOMPARE(take(redisPassword(settings)), std::string("pass word "));
}

void TestRedisClient::pipelinedCommandsAnswerInOrder()
{
    const auto redis = take(RedisConnection::open(settings()));
    for (int i = 0; i < 20'000; ++i) {
        redis->append({"ECHO", std::to_string(i)});
        if (i == 7'000) {
            redis->append({"HGET", "too few"});
        }
    }
    const std::vector<RedisReply> replies = take(redis->readAll());
    QCOMPARE(replies.size(), std::size_t{20'001});
    for (int i = 0; i < 20'000; ++i) {
        QCOMPARE(replies[static_cast<std::size_t>(i <= 7'000 ? i : i + 1)].text(), std::string_view(std::to_string(i)));
    }
    // One command that fails is that command's affair.
    QVERIFY(replies[7'001].isError());
    QVERIFY(!firstError(redis->settings(), replies).ok());
    QVERIFY(redis->isFresh());
    const std::string binary("\0\r\n$", 4);
    take(redis->command({"SET", "binary", binary}));
    QCOMPARE(take(redis->command({"GET", "binary"})).text(), std::string_view(binary));
    QVERIFY(take(redis->command({"GET", "nothing"})).view().isNil());
}

void TestRedisClient::unixSocketWorks()
{
    RedisSettings local;
    take(setRedisAddress(local, m_server->socketPath()));
    const auto redis = take(RedisConnection::open(local));
    QCOMPARE(take(redis->command({"PING"})).text(), std::string_view("PONG"));
    take(setRedisAddress(local, m_server->socketPath() + ".not"));
    QVERIFY(RedisConnection::open(local).error().message.find(".not") != std::string::npos);
}

void TestRedisClient::databasesAreApart()
{
    RedisSettings second = settings();
    second.database = 1;
    take(take(RedisConnection::open(second))->command({"SET", "apart", "1"}));
    QVERIFY(take(take(RedisConnection::open(settings()))->command({"GET", "apart"})).view().isNil());
    second.database = 99;
    QVERIFY(RedisConnection::open(second).error().message.find("Lower database") != std::string::npos);
}

void TestRedisClient::nobodyThereIsSaid()
{
    const std::unique_ptr<RedisServer> server = take(RedisServer::start());
    const RedisSettings gone = settingsFor(*server);
    server->kill();
    const auto refused = RedisConnection::open(gone);
    QCOMPARE(refused.error().kind, ErrorKind::Unavailable);
    QVERIFY(refused.error().message.find(gone.address()) != std::string::npos);
}

void TestRedisClient::killedServerEndsTheConnectionOnly()
{
    const std::unique_ptr<RedisServer> server = take(RedisServer::start());
    const auto redis = take(RedisConnection::open(settingsFor(*server)));
    server->kill();
    QVERIFY(!redis->isFresh());
    // The first write finds a closed peer, a further one a broken pipe.
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(redis->command({"PING"}).error().kind, ErrorKind::Unavailable);
    }
}

void TestRedisClient::silentServerTimesOut()
{
    const std::unique_ptr<RedisServer> server = take(RedisServer::start());
    RedisSettings hasty = settingsFor(*server);
    hasty.commandTimeout = 100ms;
    const auto redis = take(RedisConnection::open(hasty));
    server->pause();
    QVERIFY(redis->command({"PING"}).error().message.find("within 100 ms") != std::string::npos);
    QVERIFY(RedisConnection::open(hasty).error().message.find("within 100 ms") != std::string::npos);
    server->resume();
}

void TestRedisClient::poolLendsAsManyAsAllowed()
{
    const std::unique_ptr<RedisServer> server = take(RedisServer::start());
    RedisSettings ten = settingsFor(*server);
    ten.commandTimeout = 200ms;
    RedisPool pool(ten);
    std::vector<RedisPool::Lease> leases;
    for (int i = 0; i < 10; ++i) {
        leases.push_back(take(pool.lease()));
        QCOMPARE(take(leases.back()->command({"PING"})).text(), std::string_view("PONG"));
    }
    const Result<RedisPool::Lease> eleventh = pool.lease();
    QVERIFY(!eleventh.ok());
    QVERIFY(eleventh.error().message.find("All 10 connections") != std::string::npos);
    QCOMPARE(pool.health().inUse, 10);
    leases.clear();
    for (int i = 0; i < 100; ++i) {
        QVERIFY(pool.health().answers);
    }
    QCOMPARE(pool.health().open, 10);
    const QString clients = server->ask({QStringLiteral("client"), QStringLiteral("list")});
    QCOMPARE(clients.count(QStringLiteral("name=coinswarm ")), 10);
    // Whoever leaves a reply behind does not leave it to the next.
    take(pool.lease())->append({"ECHO", "left behind"});
    QCOMPARE(take(take(pool.lease())->command({"ECHO", "mine"})).text(), std::string_view("mine"));
}

void TestRedisClient::poolLendsNoDeadConnections()
{
    const std::unique_ptr<RedisServer> server = take(RedisServer::start());
    RedisPool pool(settingsFor(*server));
    QVERIFY(pool.health().answers);
    take(server->restart());
    QVERIFY(pool.health().answers);
}

void TestRedisClient::poolTriesAgainUntilTheServerIsBack()
{
    const std::unique_ptr<RedisServer> server = take(RedisServer::start());
    RedisSettings stubborn = settingsFor(*server);
    stubborn.attempts = 1'000;
    stubborn.retryLongestWait = 100ms;
    RedisPool pool(stubborn);
    server->kill();
    std::atomic<int> attempts{0};
    Result<void> done = invalid("not done");
    std::thread worker([&] {
        done = pool.run([&](RedisConnection &redis) -> Result<void> {
            ++attempts;
            const Result<RedisReply> reply = redis.command({"SET", "done", "1"});
            return reply.ok() ? Result<void>() : reply.error();
        });
    });
    take(server->restart());
    worker.join();
    QVERIFY(done.ok());
    QCOMPARE(attempts.load(), 1);
    // What trying again cannot mend is not tried again.
    attempts = 0;
    done = pool.run([&](RedisConnection &redis) -> Result<void> {
        ++attempts;
        return redis.command({"HGET", "done"}).error();
    });
    QVERIFY(!done.ok());
    QCOMPARE(attempts.load(), 1);
    RedisSettings weary = settingsFor(*server);
    weary.attempts = 3;
    server->kill();
    RedisPool other(weary);
    QCOMPARE(other.run([](RedisConnection &) { return Result<void>(); }).error().kind, ErrorKind::Unavailable);
}

void TestRedisClient::healthSaysWhatIsWrong()
{
    const std::unique_ptr<RedisServer> server = take(RedisServer::start());
    RedisSettings hasty = settingsFor(*server);
    hasty.commandTimeout = 200ms;
    RedisPool pool(hasty);
    RedisHealth health = pool.health();
    QVERIFY(health.answers && health.trouble.empty() && health.roundTrip > 0us);
    QCOMPARE(health.open, 1);
    server->pause();
    health = pool.health();
    QVERIFY(!health.answers && health.trouble.find("has not answered") != std::string::npos);
    server->resume();
    server->kill();
    health = pool.health();
    QVERIFY(!health.answers && health.trouble.find("cannot be reached") != std::string::npos);
    QCOMPARE(health.open, 0);
}

void TestRedisClient::interruptEndsWaiting()
{
    const std::unique_ptr<RedisServer> server = take(RedisServer::start());
    RedisSettings patient = settingsFor(*server);
    patient.commandTimeout = 60s;
    RedisPool pool(patient);
    std::atomic<bool> within{false};
    std::thread worker([&] {
        const Result<RedisPool::Lease> lease = pool.lease();
        within = true;
        QVERIFY(!(*lease)->command({"BLPOP", "nothing", "0"}).ok());
    });
    QTRY_VERIFY(within);
    pool.interrupt();
    worker.join();
    QVERIFY(!pool.lease().ok());
}

QTEST_GUILESS_MAIN(TestRedisClient)
#include "tst_redis_client.moc"
