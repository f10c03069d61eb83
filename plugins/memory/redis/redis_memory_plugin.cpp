// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "redis_memory_plugin.h"

#include "redis_memory.h"

namespace coinswarm::redis {

Result<std::unique_ptr<HotMemory>> RedisMemoryPlugin::createMemory(const Settings &settings,
                                                                   const PluginContext &context)
{
    const Result<RedisSettings> redis = redisSettings(settings);
    if (!redis.ok()) {
        return redis.error();
    }
    RedisMemoryOptions options;
    options.replica = replica::memoryOptions(settings);
    options.redis = *redis;
    options.redis.attempts = 2; // the writer tries again by itself
    options.prefix = settings.text("key_prefix");
    options.cluster = context.cluster;
    options.load = settings.boolean("load");
    options.checkInterval = std::chrono::milliseconds(settings.integer("check_interval_ms"));
    Result<std::unique_ptr<RedisMemory>> memory = RedisMemory::open(options, context.stateFolder);
    if (!memory.ok()) {
        return memory.error();
    }
    return std::unique_ptr<HotMemory>(std::move(*memory));
}

} // namespace coinswarm::redis
