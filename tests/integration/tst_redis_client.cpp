// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "redis/redis_async.h"
#include "redis/redis_pool.h"
#include "support/check.h"
#include "support/redis_server.h"

#include <QtTest/QtTest>

#include <thread>

using namespace coinswarm;
using namespace coinswarm::test;
using namespace std::chrono_literals;

// The client of Redis against real servers: connections that wait, the pool of them, and the one that never waits.
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
    void asyncRepliesComeInOrder();
    void asyncSaysWhyItCannotConnect_data();
    void asyncSaysWhyItCannotConnect();
    void asyncClosesWithinAReply();
    void asyncIsDestroyedWithinAReply();
    void asyncIsDestroyedWithCommandsUnderWay();
    void asyncServerKilledEndsCommandsUnderWay();
    void asyncSilentServerIsGivenUp();
    void asyncOpensAgain();
    void asyncCallbackMayRunAnEventLoop();

private:
    static RedisSettings settingsFor(const RedisServer &server);
    RedisSettings settings() const { return settingsFor(*m_server); }
    static std::unique_ptr<RedisAsync> opened(const RedisSettings &settings);

    std::unique_ptr<RedisServer> m_server; ///< for those that do it no harm
};

RedisSettings TestRedisClient::settingsFor(const RedisServer &server)
{
    RedisSettings settings;
    take(setRedisAddress(settings, server.address()));
    settings.commandTimeout = 2s;
    return settings;
}

std::unique_ptr<RedisAsync> TestRedisClient::opened(const RedisSettings &settings)
{
    auto redis = std::make_unique<RedisAsync>(settings);
    QSignalSpy spy(redis.get(), &RedisAsync::opened);
    redis->open();
    return spy.wait(10'000) ? std::move(redis) : nullptr;
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
    QVERIFY(opened(local) != nullptr);
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

void TestRedisClient::asyncRepliesComeInOrder()
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

void TestRedisClient::asyncSaysWhyItCannotConnect_data()
{
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<QByteArray>("variable");
    QTest::addColumn<QByteArray>("says");
    qputenv("COINSWARM_TEST_REDIS_PASSWORD", "some-secret");
    qunsetenv("COINSWARM_TEST_REDIS_NONE");
    QTest::newRow("nobody listens") << QByteArray("127.0.0.1:1") << QByteArray() << QByteArray("cannot be reached");
    QTest::newRow("no such socket") << QByteArray("/nowhere/redis.sock") << QByteArray()
                                    << QByteArray("cannot be reached");
    QTest::newRow("no such host") << QByteArray("nowhere.invalid:6379") << QByteArray()
                                  << QByteArray("cannot be reached");
    QTest::newRow("no such password") << QByteArray() << QByteArray("COINSWARM_TEST_REDIS_NONE")
                                      << QByteArray("not set");
    QTest::newRow("password not wanted") << QByteArray() << QByteArray("COINSWARM_TEST_REDIS_PASSWORD")
                                         << QByteArray("has no password");
}

void TestRedisClient::asyncSaysWhyItCannotConnect()
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

void TestRedisClient::asyncClosesWithinAReply()
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

void TestRedisClient::asyncIsDestroyedWithinAReply()
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

void TestRedisClient::asyncIsDestroyedWithCommandsUnderWay()
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

void TestRedisClient::asyncServerKilledEndsCommandsUnderWay()
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

void TestRedisClient::asyncSilentServerIsGivenUp()
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

void TestRedisClient::asyncOpensAgain()
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

void TestRedisClient::asyncCallbackMayRunAnEventLoop()
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

QTEST_GUILESS_MAIN(TestRedisClient)
#include "tst_redis_client.moc"
