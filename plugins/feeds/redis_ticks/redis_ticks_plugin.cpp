// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "redis_ticks_plugin.h"

#include "redis_ticks_feed.h"

namespace coinswarm::redis_ticks {

Result<std::unique_ptr<Feed>> RedisTicksPlugin::createFeed(const Settings &settings)
{
    const Result<redis::RedisSettings> redis = redis::redisSettings(settings);
    if (!redis.ok()) {
        return redis.error();
    }
    RedisTicksFeed::Options options;
    options.redis = *redis;
    options.key = settings.text("key");
    options.fromOldest = settings.text("begin") == "oldest";
    return std::unique_ptr<Feed>(std::make_unique<RedisTicksFeed>(std::move(options)));
}

} // namespace coinswarm::redis_ticks
