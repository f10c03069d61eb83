// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tick_stream.h"

#include "tick_bytes.h"

#include "redis/redis_error.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace coinswarm::redis_ticks {

namespace {

constexpr std::size_t kPipeline = 500;

std::string idOf(std::uint64_t number)
{
    return std::to_string(number) + "-0";
}

} // namespace

std::string instrumentsKey(const std::string &stream)
{
    return stream + ":instruments";
}

std::uint64_t tickNumber(std::string_view id)
{
    std::uint64_t number = 0;
    const auto [rest, failure] = std::from_chars(id.data(), id.data() + id.size(), number);
    return failure == std::errc() && std::string_view(rest, id.data() + id.size()) == "-0" ? number : 0;
}

TickStream::TickStream(const Options &options, std::vector<Instrument> instruments)
    : m_options(options), m_instruments(std::move(instruments))
{}

Result<std::unique_ptr<TickStream>> TickStream::open(const Options &options, std::vector<Instrument> instruments)
{
    std::unique_ptr<TickStream> stream(new TickStream(options, std::move(instruments)));
    if (const Result<void> connected = stream->connect(); !connected.ok()) {
        return connected.error();
    }
    return stream;
}

Result<void> TickStream::connect()
{
    Result<std::unique_ptr<redis::RedisConnection>> opened = redis::RedisConnection::open(m_options.redis);
    if (!opened.ok()) {
        return opened.error();
    }
    const std::string table = instrumentsKey(m_options.key);
    redis::RedisConnection &redis = **opened;
    // A server that came back empty has lost the table too.
    redis.append({"MULTI"});
    redis.append({"DEL", table});
    for (const Instrument &instrument : m_instruments) {
        redis.append({"HSET", table, std::to_string(instrument.id.value), instrumentBytes(instrument)});
    }
    redis.append({"EXEC"});
    redis.append({"XREVRANGE", m_options.key, "+", "-", "COUNT", "1"});
    const Result<std::vector<redis::RedisReply>> replies = redis.readAll();
    if (!replies.ok()) {
        return replies.error();
    }
    if (const Result<void> sound = redis::firstError(m_options.redis, *replies); !sound.ok()) {
        return sound;
    }
    const redis::RedisReply &last = replies->back();
    if (m_next == 0) {
        m_next = last.size() == 0 ? 0 : tickNumber(last[0][0].text());
        if (last.size() > 0 && m_next == 0) {
            return Error{ErrorKind::Refused,
                         "The stream " + m_options.key + " in Redis at " + m_options.redis.address()
                             + " was written by something else. Choose another key, or delete the stream."};
        }
        m_first = last.size() == 0;
        // Numbers go up also when a stream is begun anew, or who read the former would wait for them in vain.
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        m_next = m_first
            ? static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count())
            : m_next + 1;
    }
    m_redis = std::move(*opened);
    return {};
}

Result<void> TickStream::add(std::span<const MarketEvent> events)
{
    if (events.size() > room()) {
        return Error{ErrorKind::Refused,
                     std::to_string(m_pending.size()) + " ticks wait for Redis at " + m_options.redis.address()
                         + " already, and no more are kept."};
    }
    for (const MarketEvent &event : events) {
        m_pending.push_back({m_next++, eventBytes(event), m_first});
        m_first = false;
    }
    return {};
}

std::size_t TickStream::makeRoom(std::size_t count)
{
    const std::size_t needed = std::min(count, m_options.mostPending);
    const std::size_t dropped = needed - std::min(needed, room());
    if (dropped == 0) {
        return 0;
    }
    const bool first = m_pending.front().first;
    m_pending.erase(m_pending.begin(), m_pending.begin() + static_cast<std::ptrdiff_t>(dropped));
    if (m_pending.empty()) {
        m_first = first;
    } else {
        m_pending.front().first = first;
    }
    return dropped;
}

Result<void> TickStream::send()
{
    if (isOvertaken()) {
        return overtaken();
    }
    if (m_redis == nullptr || !m_redis->isFresh()) {
        m_redis.reset();
        if (const Result<void> connected = connect(); !connected.ok()) {
            return connected;
        }
    }
    Result<void> sent = flush();
    if (!sent.ok()) {
        m_redis.reset();
    }
    return sent;
}

Result<void> TickStream::publish(std::span<const MarketEvent> events)
{
    const Result<void> added = add(events);
    return added.ok() ? send() : added;
}

Result<void> TickStream::flush()
{
    while (!m_pending.empty()) {
        if (const Result<void> sent = sendSome(); !sent.ok()) {
            return sent;
        }
    }
    return {};
}

Result<void> TickStream::sendSome()
{
    const std::string kept = std::to_string(m_options.kept);
    const std::size_t count = std::min(m_pending.size(), kPipeline);
    // All or none: an entry that was left out could not be added behind a later one any more.
    m_redis->append({"MULTI"});
    for (std::size_t i = 0; i < count; ++i) {
        const Entry &entry = m_pending[i];
        const std::string id = idOf(entry.number);
        if (entry.first) {
            m_redis->append({"XADD", m_options.key, "MAXLEN", "~", kept, id, "e", entry.bytes, "first", "1"});
        } else {
            m_redis->append({"XADD", m_options.key, "MAXLEN", "~", kept, id, "e", entry.bytes});
        }
    }
    m_redis->append({"EXEC"});
    const Result<std::vector<redis::RedisReply>> replies = m_redis->readAll();
    if (!replies.ok()) {
        return replies.error();
    }
    if (const Result<void> taken = redis::firstError(m_options.redis, *replies); !taken.ok()) {
        return taken;
    }
    const redis::RedisReply &done = replies->back();
    const Entry *there = nullptr;
    for (std::size_t i = 0; i < done.size(); ++i) {
        // It may be there already: if the connection broke between writing and answering.
        constexpr std::string_view kThere = "ERR The ID specified in XADD is equal or smaller";
        if (done[i].isError() && !done[i].text().starts_with(kThere)) {
            return redis::redisReplyError(m_options.redis, done[i].text());
        }
        if (done[i].isError()) {
            there = &m_pending[i];
        }
    }
    if (there != nullptr) {
        // The last of them: those before it may have been cut off already.
        if (const Result<void> own = checkOwn(*there); !own.ok()) {
            return own;
        }
    }
    m_pending.erase(m_pending.begin(), m_pending.begin() + static_cast<std::ptrdiff_t>(count));
    m_written += count;
    return {};
}

Result<void> TickStream::checkOwn(const Entry &entry)
{
    const std::string id = idOf(entry.number);
    const Result<redis::RedisReply> found = m_redis->command({"XRANGE", m_options.key, id, id});
    if (!found.ok()) {
        return found.error();
    }
    if (found->size() == 1 && (*found)[0][1][1].text() == entry.bytes) {
        return {};
    }
    m_overtaken = entry.number;
    return overtaken();
}

Error TickStream::overtaken() const
{
    return {ErrorKind::Refused,
            "Another program writes the stream " + m_options.key + " in Redis at " + m_options.redis.address()
                + " too: entry " + idOf(m_overtaken)
                + " is not what was sent from here. Let one program write a stream, or choose another key."};
}

} // namespace coinswarm::redis_ticks
