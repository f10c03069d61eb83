// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "integration/redis_memory_fixture.h"

using namespace coinswarm;
using namespace coinswarm::redis;
using namespace coinswarm::test;

// Memory in Redis, and everything that may happen to the server meanwhile.
class TestRedisMemoryFaults : public RedisMemoryFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { begin(); }
    void cleanup() { end(); }
    void killedServerThatComesBackEmptyIsFilled();
    void killedServerThatKeptItsFileIsNotFilled();
    void serverThatMissedMoreThanTheLogHoldsIsFilled();
    void silentServerDelaysNothing();
    void noConnectionLeftIsSaid();
    void wrongPasswordIsSaidAndMended();
    void userNeedsNoMoreThanIsDocumented();
    void fullServerIsSaidAndMended();
    void otherDataUnderTheKeysIsSaid();
    void clearedWhileRedisIsAwayIsForgottenLater();
    void endsSoonWhileTheServerIsSilent();
};

void TestRedisMemoryFaults::initTestCase()
{
    if (!RedisServer::isAvailable()) {
        QSKIP("SKIPPED: redis-server or redis-cli is not installed");
    }
}

void TestRedisMemoryFaults::killedServerThatComesBackEmptyIsFilled()
{
    serve({});
    const Memory memory = open(options());
    for (int i = 0; i < 200; ++i) {
        apply(*memory, 5);
        if (i == 100) {
            m_server->kill();
        }
        QVERIFY(memory->recall({m_maker->embedding(), 10, {}, true}).ok());
    }
    QTRY_VERIFY(says(*memory, "cannot be reached"));
    QVERIFY(holdsModel(*memory));
    take(m_server->restart());
    QTRY_VERIFY_WITH_TIMEOUT(works(*memory), 20'000);
    QVERIFY(memory->settle(20s));
    QVERIFY(redisHoldsModel());
}

void TestRedisMemoryFaults::killedServerThatKeptItsFileIsNotFilled()
{
    serve({QStringLiteral("--appendonly"), QStringLiteral("yes"), QStringLiteral("--appendfsync"),
           QStringLiteral("always")});
    const Memory memory = open(options());
    for (int i = 0; i < 50; ++i) {
        apply(*memory, 5);
    }
    QVERIFY(memory->settle(20s));
    m_server->kill();
    QTRY_VERIFY(!works(*memory));
    for (int i = 0; i < 50; ++i) {
        apply(*memory, 5);
    }
    take(m_server->restart());
    QTRY_VERIFY_WITH_TIMEOUT(works(*memory), 20'000);
    QVERIFY(memory->settle(20s));
    QCOMPARE(memory->writerStatus().fills, std::uint64_t{0});
    QVERIFY(redisHoldsModel());
}

void TestRedisMemoryFaults::serverThatMissedMoreThanTheLogHoldsIsFilled()
{
    serve({QStringLiteral("--appendonly"), QStringLiteral("yes"), QStringLiteral("--appendfsync"),
           QStringLiteral("always")});
    RedisMemoryOptions small = options();
    small.logChanges = 100;
    const Memory memory = open(small);
    apply(*memory, 50);
    QVERIFY(memory->settle(20s));
    m_server->kill();
    for (int i = 0; i < 100; ++i) {
        apply(*memory, 5);
    }
    take(m_server->restart());
    QTRY_VERIFY_WITH_TIMEOUT(works(*memory), 20'000);
    QVERIFY(memory->settle(20s));
    QCOMPARE(memory->writerStatus().fills, std::uint64_t{1});
    QVERIFY(redisHoldsModel());
}

void TestRedisMemoryFaults::silentServerDelaysNothing()
{
    serve({});
    RedisMemoryOptions patient = options();
    patient.redis.commandTimeout = 30s;
    const Memory memory = open(patient);
    apply(*memory, 100);
    QVERIFY(memory->settle(20s));
    m_server->pause();
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < 200; ++i) {
        apply(*memory, 2);
        QVERIFY(memory->recall({m_maker->embedding(), 10, {}, false}).ok());
        QVERIFY(memory->info().episodes > 0);
    }
    // Anything that waited for the server would have waited for thirty seconds.
    QVERIFY(timer.elapsed() < 20'000);
    QVERIFY(holdsModel(*memory));
    m_server->resume();
    QVERIFY(memory->settle(20s));
    QVERIFY(redisHoldsModel());

    const Memory hasty = open(options());
    m_server->pause();
    QTRY_VERIFY_WITH_TIMEOUT(says(*hasty, "has not answered within 500 ms"), 20'000);
    m_server->resume();
    QTRY_VERIFY_WITH_TIMEOUT(works(*hasty), 20'000);
}

void TestRedisMemoryFaults::noConnectionLeftIsSaid()
{
    serve({QStringLiteral("--maxclients"), QStringLiteral("4")});
    std::vector<std::unique_ptr<RedisConnection>> others;
    for (int i = 0; i < 4; ++i) {
        // The connection that redis-cli had is not gone at once.
        QVERIFY(waitFor([&] {
            Result<std::unique_ptr<RedisConnection>> one = RedisConnection::open(options().redis);
            return one.ok() && (others.push_back(std::move(*one)), true);
        }));
    }
    const Memory memory = open(options());
    apply(*memory, 10);
    QTRY_VERIFY(says(*memory, "maxclients"));
    others.clear();
    QTRY_VERIFY_WITH_TIMEOUT(works(*memory), 20'000);
    QVERIFY(memory->settle(20s));
    QVERIFY(redisHoldsModel());
}

void TestRedisMemoryFaults::wrongPasswordIsSaidAndMended()
{
    serve({QStringLiteral("--requirepass"), QStringLiteral("right-password")});
    QTemporaryDir folder;
    const QString name = folder.filePath(QStringLiteral("redis.password"));
    const auto write = [&](const char *password) {
        QFile file(name);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(password) > 0);
    };
    RedisMemoryOptions known = options();
    {
        const Memory memory = open(known);
        QTRY_VERIFY(says(*memory, "wants a password"));
    }
    write("not-the-password\n");
    known.redis.passwordFile = name.toStdString();
    const Memory memory = open(known);
    apply(*memory, 10);
    QTRY_VERIFY(says(*memory, "password_file"));
    QVERIFY(!says(*memory, "not-the-password"));
    write("right-password\n");
    QTRY_VERIFY_WITH_TIMEOUT(works(*memory), 20'000);
    QVERIFY(memory->settle(20s));
    const Memory other = open(known);
    QVERIFY(other->wasLoaded() && holdsModel(*other));
}

void TestRedisMemoryFaults::userNeedsNoMoreThanIsDocumented()
{
    serve({});
    QFile page(QStringLiteral(COINSWARM_SOURCE_DIR "/docs/redis.md"));
    QVERIFY(page.open(QIODevice::ReadOnly));
    const QRegularExpressionMatch rights =
        QRegularExpression(QStringLiteral("An ACL user needs `([^`]+)`")).match(QString::fromUtf8(page.readAll()));
    QVERIFY(rights.hasMatch());
    QStringList command{QStringLiteral("acl"), QStringLiteral("setuser"), QStringLiteral("desk"), QStringLiteral("on"),
                        QStringLiteral(">desk-password")};
    command +=
        rights.captured(1).replace(QStringLiteral("coinswarm:"), QStringLiteral("test:")).simplified().split(u' ');
    QCOMPARE(m_server->ask(command), QStringLiteral("OK"));
    qputenv("COINSWARM_TEST_DESK_PASSWORD", "desk-password");
    RedisMemoryOptions desk = options();
    desk.redis.user = "desk";
    desk.redis.passwordVariable = "COINSWARM_TEST_DESK_PASSWORD";
    const Memory memory = open(desk);
    apply(*memory, 2'000);
    apply(*memory, 10);
    QVERIFY2(memory->settle(20s), memory->info().reason.c_str());
    const Memory other = open(desk);
    QVERIFY(other->wasLoaded() && holdsModel(*other));
    take(memory->clear());
    QVERIFY(memory->settle(20s));
    m_server->ask({QStringLiteral("acl"), QStringLiteral("setuser"), QStringLiteral("desk"), QStringLiteral("-@hash")});
    QTRY_VERIFY_WITH_TIMEOUT(says(*memory, "does not allow this user"), 20'000);
}

void TestRedisMemoryFaults::fullServerIsSaidAndMended()
{
    serve({QStringLiteral("--maxmemory"), QStringLiteral("4mb")});
    const Memory memory = open(options());
    for (int i = 0; i < 100; ++i) {
        apply(*memory, 100);
    }
    QTRY_VERIFY_WITH_TIMEOUT(says(*memory, "Raise maxmemory"), 20'000);
    QVERIFY(holdsModel(*memory));
    m_server->ask({QStringLiteral("config"), QStringLiteral("set"), QStringLiteral("maxmemory"), QStringLiteral("0")});
    QTRY_VERIFY_WITH_TIMEOUT(works(*memory), 20'000);
    QVERIFY(memory->settle(20s));
    QVERIFY(redisHoldsModel());
}

void TestRedisMemoryFaults::otherDataUnderTheKeysIsSaid()
{
    serve({});
    m_server->ask({QStringLiteral("set"), key("marker"), QStringLiteral("mine")});
    const Memory memory = open(options());
    apply(*memory, 10);
    QTRY_VERIFY(says(*memory, "key_prefix"));
    m_server->ask({QStringLiteral("del"), key("marker")});
    QTRY_VERIFY_WITH_TIMEOUT(works(*memory), 20'000);
}

void TestRedisMemoryFaults::clearedWhileRedisIsAwayIsForgottenLater()
{
    serve({QStringLiteral("--appendonly"), QStringLiteral("yes"), QStringLiteral("--appendfsync"),
           QStringLiteral("always")});
    QTemporaryDir folder;
    const std::string path = folder.path().toStdString();
    RedisMemoryOptions quick = options();
    quick.redis.connectTimeout = 100ms;
    Memory memory = take(RedisMemory::open(quick, path));
    apply(*memory, 10);
    QVERIFY(memory->settle(20s));
    m_server->kill();
    take(memory->clear());
    QCOMPARE(memory->slot(), std::uint64_t{0});
    memory.reset();
    take(m_server->restart());
    memory = take(RedisMemory::open(quick, path));
    QVERIFY(!memory->wasLoaded());
    QVERIFY(memory->settle(20s));
    QCOMPARE(m_server->ask({QStringLiteral("dbsize")}), QStringLiteral("0"));
    // Once it is forgotten, what is written later is loaded again.
    m_model = {};
    apply(*memory, 5);
    QVERIFY(memory->settle(20s));
    memory.reset();
    memory = take(RedisMemory::open(quick, path));
    QVERIFY(memory->wasLoaded() && holdsModel(*memory));
}

void TestRedisMemoryFaults::endsSoonWhileTheServerIsSilent()
{
    serve({});
    RedisMemoryOptions patient = options();
    patient.redis.commandTimeout = 60s;
    Memory memory = open(patient);
    apply(*memory, 10);
    QVERIFY(memory->settle(20s));
    m_server->pause();
    apply(*memory, 10);
    QElapsedTimer timer;
    timer.start();
    memory.reset();
    QVERIFY(timer.elapsed() < 30'000);
    m_server->resume();
}

QTEST_GUILESS_MAIN(TestRedisMemoryFaults)
#include "tst_redis_memory_faults.moc"
