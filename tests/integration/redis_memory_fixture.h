// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "contract/memory_model.h"
#include "redis_memory.h"
#include "support/check.h"
#include "support/redis_server.h"

#include <QtTest/QtTest>

namespace coinswarm::test {

using namespace std::chrono_literals;

/// What tests of memory in Redis share: a server, a model of what memory should hold, and questions to both.
class RedisMemoryFixture : public QObject
{
protected:
    using Memory = std::unique_ptr<redis::RedisMemory>;

    void begin();
    void end() { m_server.reset(); }

    void serve(const QStringList &options) { m_server = take(RedisServer::start(options)); }
    redis::RedisMemoryOptions options() const;
    Memory open(const redis::RedisMemoryOptions &options) { return take(redis::RedisMemory::open(options, {})); }
    /// The next slot: new episodes, and where there are some, one that changes and one that goes.
    void apply(redis::RedisMemory &memory, std::uint64_t count);
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

inline redis::RedisMemoryOptions RedisMemoryFixture::options() const
{
    redis::RedisMemoryOptions options;
    take(redis::setRedisAddress(options.redis, m_server->address()));
    options.redis.commandTimeout = 500ms;
    options.redis.attempts = 2;
    options.redis.retryLongestWait = 200ms;
    options.prefix = "test:";
    options.cluster = "one";
    options.checkInterval = 50ms;
    return options;
}

inline void RedisMemoryFixture::apply(redis::RedisMemory &memory, std::uint64_t count)
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

inline bool RedisMemoryFixture::holdsModel(const HotMemory &memory) const
{
    return memory.slot() == m_model.slot() && memory.info().episodes == m_model.items().size()
        && std::all_of(m_model.items().begin(), m_model.items().end(),
                       [&](const auto &one) { return memory.get(EpisodeId(one.first)) == one.second; });
}

inline bool RedisMemoryFixture::redisHoldsModel()
{
    const Memory other = open(options());
    return other->wasLoaded() && holdsModel(*other);
}

inline void RedisMemoryFixture::begin()
{
    m_maker = std::make_unique<EpisodeMaker>(5);
    m_model = {};
}

} // namespace coinswarm::test
