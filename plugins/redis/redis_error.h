// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "redis/redis_settings.h"

#include <string_view>

struct redisContext;

namespace coinswarm::redis {

/// What a reply that begins with "-" means for the user. Never quotes arguments, which a server may repeat in it.
Error redisReplyError(const RedisSettings &settings, std::string_view text);

/// What is wrong with a connection that hiredis has given up. `errorNumber` is errno of the moment it was found.
Error redisConnectionError(const RedisSettings &settings, int code, const char *text, int errorNumber);

/// A server that is silent for longer than the command's time-out.
Error redisSilent(const RedisSettings &settings);

} // namespace coinswarm::redis
