// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "redis/redis_error.h"

#include <hiredis/hiredis.h>

#include <cerrno>

namespace coinswarm::redis {

namespace {

struct Meaning {
    std::string_view begin; ///< of the server's text
    ErrorKind kind;
    const char *sentence; ///< after "Redis at ADDRESS "
};

constexpr Meaning kMeanings[] = {
    {"WRONGPASS", ErrorKind::Refused,
     "refuses the user or the password. Compare password_file (or password_variable) with the server's requirepass."},
    {"ERR invalid password", ErrorKind::Refused,
     "refuses the password. Compare password_file (or password_variable) with the server's requirepass."},
    {"ERR AUTH <password> called without any password", ErrorKind::Refused,
     "has no password, but one is configured here. Set requirepass there, or remove password_file here."},
    {"ERR Client sent AUTH", ErrorKind::Refused,
     "has no password, but one is configured here. Set requirepass there, or remove password_file here."},
    {"NOAUTH", ErrorKind::Refused, "wants a password. Put it into a file and name that in password_file."},
    {"NOPERM", ErrorKind::Refused, "does not allow this user what is needed. Give it the commands of docs/redis.md."},
    {"ERR max number of clients", ErrorKind::Unavailable,
     "is out of connections: it has reached maxclients. Raise maxclients there, or lower connections here."},
    {"OOM", ErrorKind::Environment,
     "is full: it has reached maxmemory and takes nothing more. Raise maxmemory or remove other data there."},
    {"LOADING", ErrorKind::Unavailable, "is still reading its file. It will answer when it has."},
    {"BUSY", ErrorKind::Unavailable, "is busy with a script of somebody's. It will answer when that ends."},
    {"READONLY", ErrorKind::Refused, "is a replica and takes no writes. Give the address of the primary."},
    {"MISCONF", ErrorKind::Environment,
     "cannot save its data to disk and therefore takes no writes. Make room on the disk there; its log says more."},
    {"MASTERDOWN", ErrorKind::Unavailable, "has lost its primary."},
    {"WRONGTYPE", ErrorKind::Corrupt,
     "holds something else under a key of this program. Choose another key_prefix, or delete that key there."},
    {"ERR DB index", ErrorKind::Invalid,
     "has no database of this number. Lower database here, or raise databases there."},
    {"ERR invalid DB index", ErrorKind::Invalid,
     "has no database of this number. Lower database here, or raise databases there."},
    {"ERR SELECT is not allowed", ErrorKind::Invalid, "has only database 0. Set database to 0."},
    {"ERR unknown command", ErrorKind::Refused,
     "does not know a command. Redis 5.0 or later is needed, without renamed commands."},
    {"ERR unknown subcommand", ErrorKind::Refused, "does not know a command. Redis 5.0 or later is needed."},
};

} // namespace

Error redisReplyError(const RedisSettings &settings, std::string_view text)
{
    const std::string server = "Redis at " + settings.address() + " ";
    for (const Meaning &meaning : kMeanings) {
        if (text.starts_with(meaning.begin)) {
            return {meaning.kind, server + meaning.sentence};
        }
    }
    return {ErrorKind::Refused, server + "refuses a command: " + std::string(text.substr(0, 200)) + "."};
}

Error redisConnectionError(const RedisSettings &settings, int code, const char *text, int errorNumber)
{
    const std::string server = "Redis at " + settings.address() + " ";
    if (code == REDIS_ERR_IO && (errorNumber == EAGAIN || errorNumber == EWOULDBLOCK || errorNumber == ETIMEDOUT)) {
        return redisSilent(settings);
    }
    if (code == REDIS_ERR_EOF || (code == REDIS_ERR_IO && (errorNumber == ECONNRESET || errorNumber == EPIPE))) {
        return {ErrorKind::Unavailable,
                server + "has closed the connection: it was stopped, or has more clients than maxclients."};
    }
    if (code == REDIS_ERR_PROTOCOL) {
        return {ErrorKind::Invalid, server + "does not speak the protocol of Redis. Check the address."};
    }
    return {ErrorKind::Unavailable,
            server + "cannot be reached: " + (text == nullptr ? "" : text) + ". Start it, or correct the address."};
}

Error redisSilent(const RedisSettings &settings)
{
    return {ErrorKind::Unavailable,
            "Redis at " + settings.address() + " has not answered within "
                + std::to_string(settings.commandTimeout.count())
                + " ms. See whether it is frozen, swapping or overloaded."};
}

} // namespace coinswarm::redis
