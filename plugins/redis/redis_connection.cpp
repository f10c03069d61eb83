// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "redis/redis_connection.h"

#include "redis/broken_pipes.h"
#include "redis/redis_error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace coinswarm::redis {

namespace {

timeval timevalOf(std::chrono::milliseconds time)
{
    timeval value{};
    value.tv_sec = static_cast<decltype(value.tv_sec)>(time.count() / 1000);
    value.tv_usec = static_cast<decltype(value.tv_usec)>(time.count() % 1000 * 1000);
    return value;
}

} // namespace

RedisConnection::RedisConnection(const RedisSettings &settings) : m_settings(settings) {}

RedisConnection::~RedisConnection()
{
    const std::lock_guard lock(m_closing);
    if (m_context != nullptr) {
        redisFree(m_context);
        m_context = nullptr;
    }
}

Result<std::unique_ptr<RedisConnection>> RedisConnection::open(const RedisSettings &settings)
{
    ignoreBrokenPipes();
    std::unique_ptr<RedisConnection> connection(new RedisConnection(settings));
    if (const Result<void> connected = connection->connect(); !connected.ok()) {
        return connected.error();
    }
    if (const Result<void> known = connection->logIn(); !known.ok()) {
        return known.error();
    }
    return connection;
}

Result<void> RedisConnection::connect()
{
    const timeval limit = timevalOf(m_settings.connectTimeout);
    errno = 0;
    m_context = m_settings.socket.empty() ? redisConnectWithTimeout(m_settings.host.c_str(), m_settings.port, limit)
                                          : redisConnectUnixWithTimeout(m_settings.socket.c_str(), limit);
    if (m_context == nullptr) {
        return Error{ErrorKind::Environment, "There is no memory for a connection to Redis."};
    }
    if (m_context->err != 0) {
        return redisConnectionError(m_settings, REDIS_ERR_OTHER, m_context->errstr, errno);
    }
    ::fcntl(m_context->fd, F_SETFD, FD_CLOEXEC);
    redisSetTimeout(m_context, timevalOf(m_settings.commandTimeout));
    if (m_settings.socket.empty()) {
        redisEnableKeepAlive(m_context);
    }
    return {};
}

Result<void> RedisConnection::logIn()
{
    Result<std::string> password = redisPassword(m_settings);
    if (!password.ok()) {
        return password.error();
    }
    if (!password->empty()) {
        if (m_settings.user.empty()) {
            append({"AUTH", *password});
        } else {
            append({"AUTH", m_settings.user, *password});
        }
        std::fill(password->begin(), password->end(), '\0');
    }
    append({"CLIENT", "SETNAME", m_settings.name});
    append({"SELECT", std::to_string(m_settings.database)});
    append({"PING"});
    const Result<std::vector<RedisReply>> replies = readAll();
    return replies.ok() ? firstError(m_settings, *replies) : Result<void>(replies.error());
}

void RedisConnection::append(RedisArguments arguments)
{
    std::array<const char *, 16> few{};
    std::array<std::size_t, 16> fewSizes{};
    std::vector<const char *> many;
    std::vector<std::size_t> manySizes;
    const char **texts = few.data();
    std::size_t *sizes = fewSizes.data();
    if (arguments.size() > few.size()) {
        many.resize(arguments.size());
        manySizes.resize(arguments.size());
        texts = many.data();
        sizes = manySizes.data();
    }
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        texts[i] = arguments[i].data();
        sizes[i] = arguments[i].size();
    }
    redisAppendCommandArgv(m_context, static_cast<int>(arguments.size()), texts, sizes);
    ++m_pending;
}

void RedisConnection::append(std::initializer_list<std::string_view> arguments)
{
    append(RedisArguments(arguments.begin(), arguments.size()));
}

Result<RedisReply> RedisConnection::read()
{
    if (m_context->err != 0) {
        return broken();
    }
    void *reply = nullptr;
    errno = 0;
    if (redisGetReply(m_context, &reply) != REDIS_OK) {
        return broken();
    }
    --m_pending;
    RedisReply owned(reply);
    if (owned.text().starts_with("ERR max number of clients")) {
        // The answer to having connected, not to the command; the server hangs up behind it.
        return redisReplyError(m_settings, owned.text());
    }
    return owned;
}

Error RedisConnection::broken()
{
    return redisConnectionError(m_settings, m_context->err, m_context->errstr, errno);
}

Result<std::vector<RedisReply>> RedisConnection::readAll()
{
    std::vector<RedisReply> replies;
    replies.reserve(m_pending);
    while (m_pending > 0) {
        Result<RedisReply> reply = read();
        if (!reply.ok()) {
            return reply.error();
        }
        replies.push_back(std::move(reply).value());
    }
    return replies;
}

Result<RedisReply> RedisConnection::command(RedisArguments arguments)
{
    append(arguments);
    Result<std::vector<RedisReply>> replies = readAll();
    if (!replies.ok()) {
        return replies.error();
    }
    if (const Result<void> sound = firstError(m_settings, *replies); !sound.ok()) {
        return sound.error();
    }
    return std::move(replies->back());
}

Result<RedisReply> RedisConnection::command(std::initializer_list<std::string_view> arguments)
{
    return command(RedisArguments(arguments.begin(), arguments.size()));
}

bool RedisConnection::isFresh() const
{
    if (m_context->err != 0 || m_pending != 0) {
        return false;
    }
    char byte = 0;
    return ::recv(m_context->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void RedisConnection::interrupt()
{
    const std::lock_guard lock(m_closing);
    if (m_context != nullptr && m_context->fd >= 0) {
        ::shutdown(m_context->fd, SHUT_RDWR);
    }
}

Result<void> firstError(const RedisSettings &settings, const std::vector<RedisReply> &replies)
{
    for (const RedisReply &reply : replies) {
        if (reply.isError()) {
            return redisReplyError(settings, reply.text());
        }
    }
    return {};
}

} // namespace coinswarm::redis
