// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "redis/redis_reply.h"
#include "redis/redis_settings.h"

#include <initializer_list>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

namespace coinswarm::redis {

using RedisArguments = std::span<const std::string_view>;

/// One connection that waits for its answers. After the first failure of the connection (not of a command) it is broken
/// and stays so.
///
/// Thread: one at a time; interrupt() from any.
class RedisConnection
{
public:
    /// Connects, logs in, chooses the database, and has had an answer. Refused if the server wants another password,
    /// Unavailable if it is away, silent for connectTimeout, or out of connections.
    static Result<std::unique_ptr<RedisConnection>> open(const RedisSettings &settings);
    ~RedisConnection();
    RedisConnection(const RedisConnection &) = delete;
    RedisConnection &operator=(const RedisConnection &) = delete;

    /// Sends one command and waits for its reply. A reply that is an error is an Error.
    Result<RedisReply> command(RedisArguments arguments);
    Result<RedisReply> command(std::initializer_list<std::string_view> arguments);
    /// Notes a command. Nothing is sent before read(), so that many go out together.
    void append(RedisArguments arguments);
    void append(std::initializer_list<std::string_view> arguments);
    std::size_t pending() const { return m_pending; } ///< appended, and their replies not read
    /// Sends what was appended and gives the reply to the earliest of it; an error of that command is in the reply.
    Result<RedisReply> read();
    /// All pending replies in order.
    Result<std::vector<RedisReply>> readAll();

    const RedisSettings &settings() const { return m_settings; }
    /// Usable for somebody else: sound, no reply outstanding, and the server has not hung up meanwhile.
    bool isFresh() const;
    /// Breaks the connection under whoever waits on it.
    void interrupt();

private:
    explicit RedisConnection(const RedisSettings &settings);
    Result<void> connect();
    Result<void> logIn();
    Error broken();

    RedisSettings m_settings;
    std::mutex m_closing; ///< between interrupt() and the destructor
    redisContext *m_context = nullptr;
    std::size_t m_pending = 0;
};

/// The first error among replies; success if there is none.
Result<void> firstError(const RedisSettings &settings, const std::vector<RedisReply> &replies);

} // namespace coinswarm::redis
