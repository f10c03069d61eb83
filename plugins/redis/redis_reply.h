// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <hiredis/hiredis.h>

#include <cstdint>
#include <memory>
#include <string_view>

namespace coinswarm::redis {

/// A look at a reply, or at a part of one, which somebody else owns. What is absent is nil; asking it for the wrong type
/// gives nothing, so that a reply of an unexpected shape is found by looking at its parts.
class RedisView
{
public:
    RedisView() = default;
    explicit RedisView(const redisReply *reply) : m_reply(reply) {}

    bool isNil() const { return m_reply == nullptr || m_reply->type == REDIS_REPLY_NIL; }
    bool isError() const { return m_reply != nullptr && m_reply->type == REDIS_REPLY_ERROR; }
    bool isText() const
    {
        return m_reply != nullptr && (m_reply->type == REDIS_REPLY_STRING || m_reply->type == REDIS_REPLY_STATUS);
    }
    /// Of a string, a status or an error; else empty.
    std::string_view text() const
    {
        return isText() || isError() ? std::string_view(m_reply->str, m_reply->len) : std::string_view();
    }
    std::int64_t integer() const
    {
        return m_reply != nullptr && m_reply->type == REDIS_REPLY_INTEGER ? m_reply->integer : 0;
    }
    std::size_t size() const
    {
        return m_reply != nullptr && m_reply->type == REDIS_REPLY_ARRAY ? m_reply->elements : 0;
    }
    RedisView operator[](std::size_t at) const { return at < size() ? RedisView(m_reply->element[at]) : RedisView(); }

private:
    const redisReply *m_reply = nullptr;
};

/// A reply that is owned.
class RedisReply
{
public:
    explicit RedisReply(void *reply) : m_reply(static_cast<redisReply *>(reply)) {}

    RedisView view() const { return RedisView(m_reply.get()); }
    bool isError() const { return view().isError(); }
    std::string_view text() const { return view().text(); }
    std::int64_t integer() const { return view().integer(); }
    std::size_t size() const { return view().size(); }
    RedisView operator[](std::size_t at) const { return view()[at]; }

private:
    struct Free {
        void operator()(redisReply *reply) const { freeReplyObject(reply); }
    };
    std::unique_ptr<redisReply, Free> m_reply;
};

} // namespace coinswarm::redis
