// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

/// What the server does in one step. Keys and arguments: RedisStore.
namespace coinswarm::redis::scripts {

/// KEYS marker, episodes. ARGV slot, digest before, digest after, episodes after, number of ids to remove, these ids, then
/// ids and bytes to put. The marker is written last. Puts come before removals: a server that is full refuses a script at
/// its first write or not at all.
inline constexpr const char *kWrite = R"(
local m = redis.call('HMGET', KEYS[1], 'slot', 'digest', 'episodes', 'format')
local slot, digest = m[1] or '', m[2] or string.rep('0', 64)
if redis.call('HLEN', KEYS[2]) ~= tonumber(m[3] or '0') or (m[4] and m[4] ~= '1') then return {'differs', slot, digest} end
if slot >= ARGV[1] then return {'ahead', slot, digest} end
if digest ~= ARGV[2] then return {'differs', slot, digest} end
local next = 6 + tonumber(ARGV[5])
for i = next, #ARGV, 2 do redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1]) end
for i = 6, next - 1 do redis.call('HDEL', KEYS[2], ARGV[i]) end
redis.call('HSET', KEYS[1], 'format', '1', 'slot', ARGV[1], 'digest', ARGV[3], 'episodes', ARGV[4])
return {'written', ARGV[1], ARGV[3]}
)";

/// KEYS marker, episodes, the place apart, turn. ARGV slot, digest, episodes, slot and digest seen before, token.
inline constexpr const char *kEndFill = R"(
if redis.call('GET', KEYS[4]) ~= ARGV[6] then
    redis.call('UNLINK', KEYS[3])
    return {'busy'}
end
redis.call('DEL', KEYS[4])
local m = redis.call('HMGET', KEYS[1], 'slot', 'digest')
local same = (m[1] or '') == ARGV[4] and (m[2] or string.rep('0', 64)) == ARGV[5]
if not same or redis.call('HLEN', KEYS[3]) ~= tonumber(ARGV[3]) then
    redis.call('UNLINK', KEYS[3])
    return {'differs'}
end
redis.call('UNLINK', KEYS[2])
if tonumber(ARGV[3]) > 0 then
    redis.call('PERSIST', KEYS[3])
    redis.call('RENAME', KEYS[3], KEYS[2])
end
redis.call('HSET', KEYS[1], 'format', '1', 'slot', ARGV[1], 'digest', ARGV[2], 'episodes', ARGV[3])
return {'written'}
)";

/// KEYS marker. ARGV slot, digest.
inline constexpr const char *kDisown = R"(
local m = redis.call('HMGET', KEYS[1], 'slot', 'digest')
if m[1] == ARGV[1] and m[2] == ARGV[2] then redis.call('DEL', KEYS[1]) end
return {'written'}
)";

} // namespace coinswarm::redis::scripts
