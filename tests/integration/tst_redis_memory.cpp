// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "contract/memory_model.h"
#include "redis_memory.h"
#include "support/check.h"
#include "support/redis_server.h"

#include <QtTest/QtTest>

#include <atomic>
#include <thread>

using namespace coinswarm;
using namespace coinswarm::test;
using namespace std::chrono_literals;

// Memory in Redis, and everything that may happen to the server meanwhile.
class TestRedisMemory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void whatIsAppliedIsInRedis();
    void manyAtOnceComeInOneStep();
    void killedServerThatComesBackEmptyIsFilled();
    void killedServerThatKeptItsFileIsNotFilled();
    void serverThatMissedMoreThanTheLogHoldsIsFilled();
    void silentServerDelaysNothing();
    void noConnectionLeftIsSaid();
    void wrongPasswordIsSaidAndMended();
    void userNeedsNoMoreThanIsDocumented();
    void fullServerIsSaidAndMended();
    void otherDataUnderTheKeysIsSaid();
    void twoEnginesShareOneServer();
    void slowEngineDoesNotSetBack();
    void disagreementIsSaid();
    void lostAndChangedEpisodesAreWrittenAgain();
    void bentEpisodesAreNotLoaded();
    void otherClustersAreLeftAlone();
    void clearedWhileRedisIsAwayIsForgottenLater();
    void endsSoonWhileTheServerIsSilent();

private:
    using Memory = std::unique_ptr<RedisMemory>;

    void serve(const QStringList &options) { m_server = take(RedisServer::start(options)); }
    RedisMemoryOptions options() const;
    Memory open(const RedisMemoryOptions &options) { return take(RedisMemory::open(options, {})); }
    void apply(RedisMemory &memory, std::uint64_t count);
    bool holdsModel(const HotMemory &memory) const;
    /// Whether a node that starts with nothing gets the model out of Redis.
    bool redisHoldsModel();
    QString key(const char *name) const { return QStringLiteral("test:{one}:") + QString::fromLatin1(name); }
    QString marker(const char *field) const
    {
        return m_server->ask({QStringLiteral("hget"), key("marker"), QString::fromLatin1(field)});
    }
    static bool says(const HotMemory &memory, const char *text)
    {
        const MemoryInfo info = memory.info();
        return info.health == MemoryHealth::Degraded && info.reason.find(text) != std::string::npos;
    }
    static bool works(const HotMemory &memory) { return memory.info().health == MemoryHealth::Working; }

    std::unique_ptr<RedisServer> m_server;
    std::unique_ptr<EpisodeMaker> m_maker;
    MemoryModel m_model;
};

void TestRedisMemory::initTestCase()
{
    if (!RedisServer::isAvailable()) {
        QSKIP("SKIPPED: redis-server or redis-cli is not installed");
    }
}

void TestRedisMemory::init()
{
    m_maker = std::make_unique<EpisodeMaker>(5);
    m_model = {};
}

void TestRedisMemory::cleanup()
{
    m_server.reset();
}

RedisMemoryOptions TestRedisMemory::options() const
{
    RedisMemoryOptions options;
    take(setRedisAddress(options.redis, m_server->address()));
    options.redis.commandTimeout = 500ms;
    options.redis.attempts = 2;
    options.redis.retryLongestWait = 200ms;
    options.prefix = "test:";
    options.cluster = "one";
    options.checkInterval = 50ms;
    return options;
}

/// The next slot: new episodes, and where there are some, one that changes and one that goes.
void TestRedisMemory::apply(RedisMemory &memory, std::uint64_t count)
{
    std::vector<MemoryChange> changes;
    const std::uint64_t next = m_model.items().empty() ? 1 : m_model.items().rbegin()->first + 1;
    if (next > 10) {
        changes.push_back(PutEpisode{m_maker->item(1 + m_maker->random()() % (next - 1))});
        changes.push_back(RemoveEpisode{EpisodeId(1 + m_maker->random()() % (next - 1))});
    }
    for (std::uint64_t id = next; id < next + count; ++id) {
        changes.push_back(PutEpisode{m_maker->item(id)});
    }
    m_model.apply(m_model.slot() + 1, changes);
    take(memory.apply(m_model.slot(), changes));
}

bool TestRedisMemory::holdsModel(const HotMemory &memory) const
{
    return memory.slot() == m_model.slot() && memory.info().episodes == m_model.items().size()
        && std::all_of(m_model.items().begin(), m_model.items().end(),
                       [&](const auto &one) { return memory.get(EpisodeId(one.first)) == one.second; });
}

bool TestRedisMemory::redisHoldsModel()
{
    const Memory other = open(options());
    return other->wasLoaded() && holdsModel(*other);
}

void TestRedisMemory::whatIsAppliedIsInRedis()
{
    serve({});
    const Memory memory = open(options());
    QVERIFY(!memory->wasLoaded());
    for (int i = 0; i < 40; ++i) {
        apply(*memory, 3);
    }
    QVERIFY(memory->settle(20s));
    QVERIFY(holdsModel(*memory));
    QVERIFY(works(*memory));
    QCOMPARE(memory->writerStatus().fills, std::uint64_t{0});
    QCOMPARE(memory->writerStatus().slotsWritten, std::uint64_t{40});
    QCOMPARE(marker("slot"), QStringLiteral("00000000000000000040"));
    QCOMPARE(marker("episodes").toULongLong(), m_model.items().size());
    QCOMPARE(m_server->ask({QStringLiteral("hlen"), key("episodes")}).toULongLong(), m_model.items().size());
    QVERIFY(redisHoldsModel());
}

void TestRedisMemory::manyAtOnceComeInOneStep()
{
    serve({});
    const Memory memory = open(options());
    apply(*memory, 20'000);
    for (int i = 0; i < 20; ++i) {
        apply(*memory, 2);
    }
    QVERIFY(memory->settle(20s));
    QCOMPARE(memory->writerStatus().fills, std::uint64_t{1});
    QVERIFY(redisHoldsModel());
    // Nothing is left of the place apart, and what took its place does not expire.
    QCOMPARE(m_server->ask({QStringLiteral("dbsize")}), QStringLiteral("2"));
    QCOMPARE(m_server->ask({QStringLiteral("ttl"), key("episodes")}), QStringLiteral("-1"));
}

void TestRedisMemory::killedServerThatComesBackEmptyIsFilled()
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

void TestRedisMemory::killedServerThatKeptItsFileIsNotFilled()
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

void TestRedisMemory::serverThatMissedMoreThanTheLogHoldsIsFilled()
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

void TestRedisMemory::silentServerDelaysNothing()
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

void TestRedisMemory::noConnectionLeftIsSaid()
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

void TestRedisMemory::wrongPasswordIsSaidAndMended()
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

void TestRedisMemory::userNeedsNoMoreThanIsDocumented()
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

void TestRedisMemory::fullServerIsSaidAndMended()
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

void TestRedisMemory::otherDataUnderTheKeysIsSaid()
{
    serve({});
    m_server->ask({QStringLiteral("set"), key("marker"), QStringLiteral("mine")});
    const Memory memory = open(options());
    apply(*memory, 10);
    QTRY_VERIFY(says(*memory, "key_prefix"));
    m_server->ask({QStringLiteral("del"), key("marker")});
    QTRY_VERIFY_WITH_TIMEOUT(works(*memory), 20'000);
}

void TestRedisMemory::twoEnginesShareOneServer()
{
    serve({});
    const Memory one = open(options());
    const Memory other = open(options());
    std::vector<std::vector<MemoryChange>> commits;
    for (std::uint64_t slot = 1; slot <= 600; ++slot) {
        std::vector<MemoryChange> changes{PutEpisode{m_maker->item(slot)}, PutEpisode{m_maker->item(1 + slot / 2)}};
        if (slot % 7 == 0) {
            changes.push_back(RemoveEpisode{EpisodeId(slot / 3)});
        }
        m_model.apply(slot, changes);
        commits.push_back(std::move(changes));
    }
    std::atomic<std::uint64_t> first{0};
    const auto follow = [&](RedisMemory &memory, bool slowly) {
        for (std::uint64_t slot = 1; slot <= commits.size(); ++slot) {
            // The slow one stays a good way behind until the other has ended.
            while (slowly && first.load() < std::min<std::uint64_t>(slot + 50, commits.size())) {
                std::this_thread::yield();
            }
            take(memory.apply(slot, commits[slot - 1]));
            if (!slowly) {
                first = slot;
            }
        }
    };
    std::thread fast([&] { follow(*one, false); });
    std::thread slow([&] { follow(*other, true); });
    QString last;
    bool forward = true;
    while (last != QStringLiteral("00000000000000000600")) {
        const QString now = marker("slot");
        forward = forward && now >= last;
        last = now;
    }
    fast.join();
    slow.join();
    QVERIFY(forward);
    QVERIFY(one->settle(20s));
    QVERIFY(other->settle(20s));
    QVERIFY(works(*one) && works(*other));
    QVERIFY(holdsModel(*one) && holdsModel(*other));
    QVERIFY(redisHoldsModel());
    QCOMPARE(one->writerStatus().fills + other->writerStatus().fills, std::uint64_t{0});
    // Both fill a server that lost everything; it ends with the same contents.
    m_server->ask({QStringLiteral("flushall")});
    QTRY_VERIFY_WITH_TIMEOUT(marker("slot") == QStringLiteral("00000000000000000600"), 20'000);
    QVERIFY(redisHoldsModel());
}

void TestRedisMemory::slowEngineDoesNotSetBack()
{
    serve({});
    const Memory ahead = open(options());
    for (int i = 0; i < 20; ++i) {
        apply(*ahead, 3);
    }
    QVERIFY(ahead->settle(20s));
    RedisMemoryOptions alone = options();
    alone.load = false;
    const Memory behind = open(alone);
    take(behind->apply(3, std::vector<MemoryChange>{PutEpisode{m_maker->item(1)}}));
    QVERIFY(behind->settle(20s));
    QCOMPARE(marker("slot"), QStringLiteral("00000000000000000020"));
    QVERIFY(redisHoldsModel());
}

void TestRedisMemory::disagreementIsSaid()
{
    serve({});
    const Memory one = open(options());
    apply(*one, 10);
    QVERIFY(one->settle(20s));
    RedisMemoryOptions alone = options();
    alone.load = false;
    const Memory wrong = open(alone);
    take(wrong->apply(1, std::vector<MemoryChange>{PutEpisode{m_maker->item(77)}}));
    // Whoever writes second finds the other's; neither goes on for ever.
    QTRY_VERIFY_WITH_TIMEOUT(says(*one, "other episodes at slot 1") || says(*wrong, "other episodes at slot 1"),
                             20'000);
    QTRY_VERIFY_WITH_TIMEOUT(one->writerStatus().fills + wrong->writerStatus().fills <= 2, 20'000);
}

void TestRedisMemory::lostAndChangedEpisodesAreWrittenAgain()
{
    serve({});
    const Memory memory = open(options());
    for (int i = 0; i < 10; ++i) {
        apply(*memory, 10);
    }
    QVERIFY(memory->settle(20s));
    const QString some = QString::number(m_model.items().rbegin()->first);
    const QString episodes = QString::number(m_model.items().size());
    for (const QStringList &harm :
         {QStringList{QStringLiteral("hdel"), key("episodes"), some},
          QStringList{QStringLiteral("del"), key("episodes")}, QStringList{QStringLiteral("del"), key("marker")},
          QStringList{QStringLiteral("flushall")}})
    {
        m_server->ask(harm);
        const auto mended = [&] {
            return marker("episodes") == episodes
                && m_server->ask({QStringLiteral("hlen"), key("episodes")}) == episodes;
        };
        QTRY_VERIFY_WITH_TIMEOUT(mended(), 20'000);
        QVERIFY(redisHoldsModel());
    }
}

void TestRedisMemory::bentEpisodesAreNotLoaded()
{
    serve({});
    Memory memory = open(options());
    apply(*memory, 10);
    QVERIFY(memory->settle(20s));
    memory.reset();
    m_server->ask({QStringLiteral("hset"), key("episodes"), QStringLiteral("3"), QStringLiteral("bent")});
    const Memory other = open(options());
    QVERIFY(!other->wasLoaded());
    QCOMPARE(other->slot(), std::uint64_t{0});
    // Filled from the commits it writes them again.
    std::vector<MemoryChange> changes;
    for (const auto &[id, item] : m_model.items()) {
        changes.push_back(PutEpisode{item});
    }
    take(other->apply(m_model.slot(), changes));
    QVERIFY(other->settle(20s));
    QVERIFY(redisHoldsModel());
}

void TestRedisMemory::otherClustersAreLeftAlone()
{
    serve({});
    const Memory memory = open(options());
    apply(*memory, 10);
    QVERIFY(memory->settle(20s));
    RedisMemoryOptions second = options();
    second.cluster = "two";
    const Memory other = open(second);
    QVERIFY(!other->wasLoaded());
    take(other->apply(9, std::vector<MemoryChange>{PutEpisode{m_maker->item(5)}}));
    QVERIFY(other->settle(20s));
    take(other->clear());
    QVERIFY(redisHoldsModel());
}

void TestRedisMemory::clearedWhileRedisIsAwayIsForgottenLater()
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

void TestRedisMemory::endsSoonWhileTheServerIsSilent()
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

QTEST_GUILESS_MAIN(TestRedisMemory)
#include "tst_redis_memory.moc"
