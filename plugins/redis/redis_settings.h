// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>
#include <coinswarm/settings.h>

#include <chrono>
#include <string>

namespace coinswarm::redis {

/// How to reach one Redis server. The password is in a file or an environment variable and is read anew for each
/// connection, so that it can be changed while the program runs.
struct RedisSettings {
    std::string host = "127.0.0.1"; ///< empty if `socket` is set
    int port = 6379;
    std::string socket; ///< path of a unix socket
    std::string user; ///< empty: the server's default user
    std::string passwordFile;
    std::string passwordVariable;
    int database = 0;
    std::string name = "coinswarm"; ///< what the server calls this client
    int connections = 10;
    std::chrono::milliseconds connectTimeout{1000};
    std::chrono::milliseconds commandTimeout{2000}; ///< for one reply
    int attempts = 4; ///< that RedisPool::run() makes
    std::chrono::milliseconds retryWait{50};
    std::chrono::milliseconds retryLongestWait{2000};

    /// "127.0.0.1:6379" or the path of the socket, for messages.
    std::string address() const;
};

/// Takes host:port, [IPv6]:port or the absolute path of a socket. Invalid otherwise, and if it holds a user or password.
Result<void> setRedisAddress(RedisSettings &settings, const std::string &address);

/// From the keys that plugins with Redis share: address, user, password_file, password_variable, database, connections,
/// connect_timeout_ms, command_timeout_ms. The password is read once to see that it can be.
Result<RedisSettings> redisSettings(const Settings &settings);

/// Empty if neither file nor variable is named. The first line of the file. Environment if there is none.
Result<std::string> redisPassword(const RedisSettings &settings);

} // namespace coinswarm::redis
