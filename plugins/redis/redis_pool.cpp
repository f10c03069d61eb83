// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "redis/redis_pool.h"

#include "redis/backoff.h"

#include <algorithm>

namespace coinswarm::redis {

RedisPool::RedisPool(RedisSettings settings) : m_settings(std::move(settings)) {}

RedisPool::~RedisPool() = default;

RedisPool::Lease::Lease(RedisPool &pool, std::unique_ptr<RedisConnection> connection)
    : m_pool(&pool), m_connection(std::move(connection))
{}

RedisPool::Lease::~Lease()
{
    if (m_connection != nullptr) {
        m_pool->giveBack(std::move(m_connection));
    }
}

Result<RedisPool::Lease> RedisPool::lease()
{
    std::unique_lock lock(m_mutex);
    const auto isFree = [this] {
        return m_ended || !m_idle.empty() || static_cast<int>(m_borrowed.size()) + m_opening < m_settings.connections;
    };
    if (!m_changed.wait_for(lock, m_settings.commandTimeout, isFree)) {
        return Error{ErrorKind::Unavailable,
                     "All " + std::to_string(m_settings.connections) + " connections to Redis at "
                         + m_settings.address() + " are in use. Raise connections, or look why it is slow."};
    }
    if (m_ended) {
        return ended();
    }
    while (!m_idle.empty()) {
        std::unique_ptr<RedisConnection> connection = std::move(m_idle.back());
        m_idle.pop_back();
        if (connection->isFresh()) {
            m_borrowed.push_back(connection.get());
            return Lease(*this, std::move(connection));
        }
    }
    ++m_opening;
    lock.unlock();
    Result<std::unique_ptr<RedisConnection>> opened = RedisConnection::open(m_settings);
    lock.lock();
    --m_opening;
    if (!opened.ok() || m_ended) {
        m_changed.notify_one();
        return opened.ok() ? ended() : opened.error();
    }
    m_borrowed.push_back(opened->get());
    return Lease(*this, std::move(*opened));
}

void RedisPool::giveBack(std::unique_ptr<RedisConnection> connection)
{
    {
        const std::lock_guard lock(m_mutex);
        std::erase(m_borrowed, connection.get());
        if (connection->isFresh() && !m_ended) {
            m_idle.push_back(std::move(connection));
        }
    }
    m_changed.notify_one();
}

Result<void> RedisPool::run(const std::function<Result<void>(RedisConnection &)> &work)
{
    Backoff backoff(m_settings.retryWait, m_settings.retryLongestWait);
    for (int attempt = 1;; ++attempt) {
        Result<void> done;
        {
            Result<Lease> borrowed = lease();
            done = borrowed.ok() ? work(**borrowed) : Result<void>(borrowed.error());
        }
        if (done.ok() || done.error().kind != ErrorKind::Unavailable || attempt >= m_settings.attempts) {
            return done;
        }
        std::unique_lock lock(m_mutex);
        if (m_changed.wait_for(lock, backoff.next(), [this] { return m_ended; })) {
            return ended();
        }
    }
}

RedisHealth RedisPool::health()
{
    RedisHealth health;
    {
        Result<Lease> borrowed = lease();
        if (!borrowed.ok()) {
            health.trouble = borrowed.error().message;
        } else {
            const auto start = std::chrono::steady_clock::now();
            const Result<RedisReply> pong = (*borrowed)->command({"PING"});
            health.roundTrip =
                std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
            health.answers = pong.ok() && pong->text() == "PONG";
            health.trouble = pong.ok() ? std::string() : pong.error().message;
        }
    }
    const std::lock_guard lock(m_mutex);
    health.inUse = static_cast<int>(m_borrowed.size());
    health.open = health.inUse + static_cast<int>(m_idle.size());
    return health;
}

void RedisPool::interrupt()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ended = true;
        for (RedisConnection *connection : m_borrowed) {
            connection->interrupt();
        }
    }
    m_changed.notify_all();
}

Error RedisPool::ended() const
{
    return {ErrorKind::Unavailable, "The connections to Redis at " + m_settings.address() + " were closed here."};
}

} // namespace coinswarm::redis
