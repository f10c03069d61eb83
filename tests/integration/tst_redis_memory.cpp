// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "integration/redis_memory_fixture.h"

#include <atomic>
#include <thread>

using namespace coinswarm;
using namespace coinswarm::redis;
using namespace coinswarm::test;

// Memory in Redis: what is there, and several engines at one server.
class TestRedisMemory : public RedisMemoryFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { begin(); }
    void cleanup() { end(); }
    void whatIsAppliedIsInRedis();
    void manyAtOnceComeInOneStep();
    void twoEnginesShareOneServer();
    void slowEngineDoesNotSetBack();
    void disagreementIsSaid();
    void lostAndChangedEpisodesAreWrittenAgain();
    void bentEpisodesAreNotLoaded();
    void otherClustersAreLeftAlone();
};

void TestRedisMemory::initTestCase()
{
    if (!RedisServer::isAvailable()) {
        QSKIP("SKIPPED: redis-server or redis-cli is not installed");
    }
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

QTEST_GUILESS_MAIN(TestRedisMemory)
#include "tst_redis_memory.moc"
